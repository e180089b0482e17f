"""The patch grammar: `$set`, `$delete` and nested patches, as flat changes (contract.md 1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from ats_sync.restli.entities import read_json
from ats_sync.restli.errors import RestliError
from ats_sync.restli.syntax import DEEPEST


@dataclass(frozen=True, slots=True)
class Patch:
    """Changes by path: a field's name, or `author/firstName` below a field.

    Attributes:
        set: new values, as plain Python.
        delete: paths of fields to clear.
    """

    set: dict[str, Any]
    delete: frozenset[str]


class _Body(msgspec.Struct):
    patch: dict[str, Any]


def read_patch(raw: msgspec.Raw | bytes) -> Patch:
    """Read `{"patch": {…}}`. A null in `$set` clears the field.

    Raises:
        RestliError: 400; no patch, an unknown instruction, or a field both set and deleted.
    """
    values: dict[str, Any] = {}
    deleted: set[str] = set()
    _collect(read_json(bytes(raw), _Body).patch, "", values, deleted)
    if both := sorted(values.keys() & deleted):
        raise RestliError(400, f"/{both[0]} :: field is both set and deleted")
    deleted |= {path for path, value in values.items() if value is None}
    changes = {path: value for path, value in values.items() if value is not None}
    return Patch(changes, frozenset(deleted))


def _collect(patch: dict[str, Any], prefix: str, values: dict[str, Any], deleted: set[str]) -> None:
    if prefix.count("/") > DEEPEST:
        raise RestliError(400, "/patch :: nested too deeply")
    for name, content in patch.items():
        if name == "$set":
            values |= {prefix + field: value for field, value in _fields(content).items()}
        elif name == "$delete":
            deleted |= {prefix + field for field in _names(content)}
        elif name.startswith("$"):
            raise RestliError(400, f"/patch/{name} :: unknown instruction")
        elif isinstance(content, dict):
            _collect(content, f"{prefix}{name}/", values, deleted)
        else:
            raise RestliError(400, f"/patch/{prefix}{name} :: must be a patch with $set or $delete")


def _fields(content: Any) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise RestliError(400, "/patch/$set :: must be a record of fields")
    return content


def _names(content: Any) -> list[str]:
    if not isinstance(content, list) or not all(isinstance(name, str) for name in content):
        raise RestliError(400, "/patch/$delete :: must be an array of names")
    return content

"""The records of one call, each with its key, its content and a slot for what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from ats_sync.restli.entities import Decoded, decode_entity
from ats_sync.restli.errors import RestliError
from ats_sync.restli.keys import Key, KeyKind
from ats_sync.restli.params import Id
from ats_sync.restli.patches import Patch, read_patch
from ats_sync.restli.syntax import Form, Structure, decode, print_structure

T = TypeVar("T")


class Item(msgspec.Struct, eq=False):
    """One record of a call.

    Attributes:
        key: its key; None for a record that is being created.
        raw: its JSON; empty where the verb has no body.
        patch: its changes, for the two partial updates.
        error: why it was refused; None means success.
        status: its HTTP status if it succeeds.
        entity: what the caller gets to read.
        id: the id that a creation gave it.
        location: where a created record can be read, when that is not `/{resource}/{id}`.
    """

    key: Key | None = None
    raw: bytes = b""
    patch: Patch | None = None
    error: RestliError | None = None
    status: int = 204
    entity: Any = None
    id: Key | str | None = None
    location: str | None = None
    structure: Structure = ""

    def fail(self, status: int, message: str, **more: Any) -> None:
        """Refuse this record; its neighbours go on. Arguments are those of `RestliError`."""
        self.error = RestliError(status, message, **more)

    def found(self, entity: Any) -> None:
        """Answer a read with an entity: a msgspec Struct or plain dicts and lists."""
        self.entity = entity
        self.status = 200

    def created(
        self,
        id: Key | str,
        *,
        status: int = 201,
        location: str | None = None,
        entity: Any = None,
    ) -> None:
        """Answer a creation; an entity is returned in the body of a single create only."""
        self.id, self.status, self.location, self.entity = id, status, location, entity

    def decode(self, wanted: type[T], **options: Any) -> Decoded[T] | None:
        """The record as a Struct; None after it was refused. Options: see `decode_entity`."""
        try:
            return decode_entity(self.raw, wanted, **options)
        except RestliError as error:
            self.error = error
            return None

    def label(self, kind: KeyKind, form: Form, surface: str) -> str:
        """The key's canonical spelling in an answer, also for a malformed key."""
        if self.key is None:
            return print_structure(self.structure, form)
        return kind.print(self.key, form, surface)


def items_of_ids(ids: list[Id]) -> list[Item]:
    """One item per id, without content; malformed ids are refused already."""
    return [Item(key=one.key, error=one.error, structure=one.structure) for one in ids]


def items_of_entities(
    ids: list[Id], entities: Mapping[str, msgspec.Raw], kind: KeyKind
) -> list[Item]:
    """One item per id, with the record that the body holds for it (contract.md 1.4).

    Raises:
        RestliError: 400; the ids and the body's keys are not the same set.
    """
    listed = items_of_ids(ids)
    plainly = {one.plain: one for one in ids if one.key}
    if len(plainly) == len(ids) and plainly.keys() == entities.keys():
        for text, item in zip(plainly, listed, strict=True):
            item.raw = bytes(entities[str(text)])
        return listed
    items = {one.identity: item for one, item in zip(ids, listed, strict=True)}
    empty = dict(items)
    for text, raw in entities.items():
        identity = (plainly.get(text) or Id.of_body(text, kind)).identity
        if identity not in items and "%" in text:
            # LinkedIn's Python client escapes simple keys in the body too.
            identity = Id.of_body(decode(text), kind).identity
        if (item := empty.pop(identity, None)) is not None:
            item.raw = bytes(raw)
        elif identity in items:
            raise _mismatch(f"the body has the key {text[:200]!r} twice")
        else:
            raise _mismatch(f"the body's key {text[:200]!r} is not among the ids")
    if empty:
        raise _mismatch("an id has no entry in the body")
    return listed


def _mismatch(what: str) -> RestliError:
    return RestliError(400, f"Batch request mismatch: {what}")


def read_patches(items: list[Item]) -> None:
    """Read each item's patch; a malformed one is refused alone."""
    for item in items:
        if item.error:
            continue
        try:
            item.patch = read_patch(item.raw)
        except RestliError as error:
            item.error = error

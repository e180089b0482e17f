"""Records of a body, decoded one by one: a bad one never harms the others (performance.md 5)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

import msgspec

from ats_sync.restli.errors import RestliError

T = TypeVar("T")

# Guards for the log of unknown fields, whose names a stranger chooses.
_LONGEST_NAME = 100
_MOST_NAMES = 20
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")
_EXPECTED = re.compile(r"Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`")
_PATH = re.compile(r" - at `(?:key in )?\$(?P<path>[^`]*)`$")
_WIRE_TYPES = {
    "int": "Long", "float": "Double", "str": "String", "bool": "Boolean",
    "array": "Array", "object": "Record", "null": "null",
}  # fmt: skip


class _Batch(msgspec.Struct):
    entities: dict[str, msgspec.Raw]


class _Elements(msgspec.Struct):
    elements: list[msgspec.Raw]


class Decoded(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """A decoded record, and the names of the fields that it had and we do not know."""

    value: T
    unknown: tuple[str, ...]


def read_json(body: bytes, wanted: type[T]) -> T:
    """A whole JSON text.

    Raises:
        RestliError: 400; not JSON, or not the wanted shape.
    """
    try:
        return msgspec.json.decode(body or b"null", type=wanted)
    except msgspec.ValidationError as error:
        raise RestliError(400, message_of(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RestliError(400, "The body is not valid JSON") from error


def read_entities(body: bytes) -> dict[str, msgspec.Raw]:
    """The `entities` of a batch by the keys as sent.

    Raises:
        RestliError: 400; no batch, or a key that comes twice, of which one would be lost.
    """
    entities = read_json(body, _Batch).entities
    # What no entity accounts for is mostly white space; only then is it worth looking closer.
    least = len(b'{"entities":{}}') + sum(
        [len(key) + 4 + memoryview(raw).nbytes for key, raw in entities.items()]
    )
    if len(body) >= least:
        _refuse_twins(body)
    return entities


def _refuse_twins(body: bytes) -> None:
    """Raises a RestliError of 400 where a key of `entities` comes twice."""
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text, object_pairs_hook=list, parse_int=str, strict=False)
    except (ValueError, RecursionError):
        return  # something is wrong within a record, which is told of that record alone
    keys = [key for name, value in found if name == "entities" for key, _ in value]
    if len(set(keys)) < len(keys):
        twin = next(key for key in keys if keys.count(key) > 1)
        raise RestliError(400, f"Batch request mismatch: the body has the key {twin[:200]!r} twice")


def read_elements(body: bytes) -> list[msgspec.Raw]:
    """The `elements` of a batch_create; raises a RestliError of 400."""
    return read_json(body, _Elements).elements


def decode_entity(
    raw: msgspec.Raw | bytes,
    wanted: type[T],
    *,
    aliases: Mapping[str, str] | None = None,
    spoken: Mapping[str, str] | None = None,
    strict: bool = True,
) -> Decoded[T]:
    """One record as a msgspec Struct.

    Args:
        raw: the record's JSON.
        wanted: the Struct; its `rename` gives the wire names.
        aliases: other wire names of fields, each with the Struct's; where a record has both,
            the alias wins (contract.md 21: the new name).
        spoken: the Struct's wire names, each with the name that messages should use.
        strict: False to read "1773230400000" as a number (contract.md 1.10).

    Raises:
        RestliError: 400, of the form `/field :: what is wrong`.
    """
    text = bytes(raw)
    _refuse_null_characters(text)
    try:
        return Decoded(_exactly(wanted, strict).decode(text), ())
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # Other names, unknown ones, or something is wrong.
        return _decode_closely(text, wanted, aliases or {}, spoken, strict)


def decode_entities(
    raws: Sequence[msgspec.Raw | bytes], wanted: type[T], *, strict: bool = True
) -> list[T] | None:
    """The records of a batch as Structs, in a quarter of the time that they take one by one.

    None when there is anything to say of one of them: then `decode_entity` says it.
    """
    text = b"[" + b",".join(raws) + b"]"
    try:
        _refuse_null_characters(text)
        found = _exactly_many(wanted, strict).decode(text)
    except (RestliError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    # The body of a record that came alone may hold anything, even two.
    return found if len(found) == len(raws) else None


@cache
def _exactly(wanted: Any, strict: bool) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_exact(wanted), strict=strict)


@cache
def _exactly_many(wanted: Any, strict: bool) -> msgspec.json.Decoder[list[Any]]:
    return msgspec.json.Decoder(list[_exact(wanted)], strict=strict)


@cache
def _exact(wanted: Any) -> Any:
    """For records that have no other fields than the Struct, as nearly all have."""
    return msgspec.defstruct(wanted.__name__, [], bases=(wanted,), forbid_unknown_fields=True)


def _decode_closely(
    text: bytes,
    wanted: type[T],
    aliases: Mapping[str, str],
    spoken: Mapping[str, str] | None,
    strict: bool,
) -> Decoded[T]:
    fields = read_json(text, dict[str, msgspec.Raw])
    if renames := {alias: name for alias, name in aliases.items() if alias in fields}:
        kept = {name: value for name, value in fields.items() if name not in renames}
        fields = kept | {name: fields[alias] for alias, name in renames.items()}
        text = msgspec.json.encode(fields)
    try:
        value = msgspec.json.decode(text, type=wanted, strict=strict)
    except msgspec.ValidationError as error:
        raise RestliError(400, message_of(error, spoken)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RestliError(400, "/ :: not valid JSON") from error
    unknown = sorted(fields.keys() - _wire_names(wanted))
    return Decoded(value, tuple(name[:_LONGEST_NAME] for name in unknown[:_MOST_NAMES]))


@cache
def _wire_names(wanted: Any) -> frozenset[str]:
    return frozenset(field.encode_name for field in msgspec.structs.fields(wanted))


def _refuse_null_characters(text: bytes) -> None:
    # PostgreSQL cannot store them. An escaped backslash before "u0000" is harmless, so drop those.
    if b"\\u0000" in text and b"\\u0000" in text.replace(rb"\\", b""):
        raise RestliError(400, "/ :: holds a null character")


def message_of(error: msgspec.ValidationError, spoken: Mapping[str, str] | None = None) -> str:
    """msgspec's complaint in the contract's form: `/author/firstName :: field is required …`."""
    text = str(error)
    at = _PATH.search(text)
    steps = re.findall(r"\[[^\]]*\]|[^.\[]+", at["path"]) if at else []
    path = ["*" if step == "[...]" else step.strip("[]") for step in steps]
    text = text[: at.start()] if at else text
    if missing := _MISSING.fullmatch(text):
        path.append(missing["field"])
        text = "field is required but not found and has no default value"
    elif expected := _EXPECTED.fullmatch(text):
        text = (
            f"{_wire_type(expected['got'])} cannot be coerced to {_wire_type(expected['wanted'])}"
        )
    if path and spoken:
        path[0] = spoken.get(path[0], path[0])
    return f"/{'/'.join(path)} :: {text}"


def _wire_type(name: str) -> str:
    names = [_WIRE_TYPES.get(one, one) for one in name.split(" | ")]
    return " or ".join(one for one in names if one != "null") or "null"


def plain(value: Any) -> Any:
    """An entity as dicts, lists and scalars, whatever it was built from."""
    return msgspec.to_builtins(value)

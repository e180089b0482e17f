"""What a query says: ids, finder, action, projection, paging (contract.md 1.3, 1.4, 1.7).

The raw query is read here and never through Django's QueryDict: 100 keys have more parameters
than Django admits, and 2.0 structure is lost once a value is decoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from ats_sync.restli.errors import RestliError
from ats_sync.restli.keys import ComplexKey, Key, KeyKind
from ats_sync.restli.projections import Projection, parse_projection
from ats_sync.restli.syntax import (
    Form,
    Structure,
    decode,
    decode_all,
    is_params,
    parse_two,
    print_structure,
    remembering,
    unescape_name,
)

DEFAULT_COUNT = 10
LARGEST_COUNT = 100
_INDEXED = re.compile(r"ids\[([0-9]{1,9})\](?:\.(.*))?", re.DOTALL)
# Characters of a raw value that stay as they were sent; only what is not ASCII gets escaped.
_SENT = "!$'()*+,/:;=?@[]%~"
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_VERSIONS = {"1": Form.ONE, "1.0": Form.ONE, "1.0.0": Form.ONE}
_VERSIONS |= {"2": Form.TWO, "2.0": Form.TWO, "2.0.0": Form.TWO}


def is_structured(raw: str) -> bool:
    """Whether a raw value is a 2.0 list or map."""
    return raw.startswith(("List(", "("))


class Id(msgspec.Struct, frozen=True, eq=False):
    """One id of a query: a key, or the error that its spelling deserves.

    Attributes:
        structure: the parts as sent, from which a malformed id is printed back.
        key: the parsed key, None when it is malformed.
        error: why it is malformed, None when it is not.
    """

    structure: Structure
    key: Key | None
    error: RestliError | None

    @classmethod
    def bind(cls, structure: Structure, kind: KeyKind) -> Id:
        try:
            return cls(structure, kind.bind(structure), None)
        except RestliError as error:
            return cls(structure, None, error)

    @classmethod
    def of_body(cls, text: str, kind: KeyKind) -> Id:
        """The id that a key of a body stands for; malformed ones carry their error too."""
        try:
            return cls.bind(kind.read_body(text), kind)
        except RestliError as error:
            return cls(text, None, error)

    @property
    def identity(self) -> object:
        """What ids of a query and keys of a body are matched by: parts, never spelling."""
        return self.key.parts if self.key else print_structure(self.structure, Form.TWO)

    @property
    def plain(self) -> str | None:
        """How a body has this key, if it names the parts as the query does and escapes nothing.

        None where that would read as another key. To look a key up by it takes a third of reading
        it, and nearly all bodies are like that.
        """
        if not isinstance(self.structure, dict):
            return None
        text = "&".join([f"{name}={value}" for name, value in self.structure.items()])
        odd = "%" in text or "+" in text or text.count("&") >= len(self.structure)
        return None if odd else text


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: names decoded, values raw (how to decode one depends on what it is for)."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, raw: str) -> Query:
        """Read a QUERY_STRING as WSGI hands it over.

        Raises:
            RestliError: 400, not UTF-8.
        """
        try:
            text = raw.encode("latin-1").decode()
        except UnicodeEncodeError:
            text = raw
        except UnicodeDecodeError as error:
            raise RestliError(400, "The query is not valid UTF-8") from error
        split = [piece.partition("=") for piece in text.split("&") if piece]
        names = decode_all([name for name, _, _ in split], plus=True)
        return cls(tuple(zip(names, [value for _, _, value in split], strict=True)))

    def raws(self, name: str) -> list[str]:
        """The raw values of a parameter, in order."""
        return [value for known, value in self.pairs if known == name]

    def text(self, name: str) -> str | None:
        """The decoded value of a parameter; None when it is absent or blank."""
        value = decode(next(iter(self.raws(name)), ""), plus=True)
        return None if value in {"", "''"} else value

    def required(self, name: str) -> str:
        """The decoded value of a parameter that must be there.

        Raises:
            RestliError: 400, absent or blank.
        """
        if (value := self.text(name)) is None:
            raise RestliError(400, f"Parameter '{name}' is required")
        return value

    def number(self, name: str) -> int | None:
        """A whole number; None when it is absent or blank.

        Raises:
            RestliError: 400, no whole number of at most 18 digits.
        """
        text = self.text(name)
        if text is None:
            return None
        if not _WHOLE.fullmatch(text):
            raise RestliError(400, f"Parameter '{name}' must be a whole number")
        return int(text)

    def texts(self, name: str) -> list[str]:
        """The values of a repeated parameter: `x=1&x=2`, `x[0]=1`, or `x=List(1,2)`.

        Raises:
            RestliError: 400, malformed.
        """
        indexed = re.compile(rf"{re.escape(name)}(\[[0-9]+\])?")
        values: list[str] = []
        for known, raw in self.pairs:
            if not indexed.fullmatch(known):
                continue
            read = _read_value(raw)
            for value in read if isinstance(read, list) else [read]:
                if not isinstance(value, str):
                    raise RestliError(400, f"Parameter '{name}' must hold plain values")
                values.append(value)
        return [value for value in values if value]

    def record(self, name: str) -> dict[str, str]:
        """A parameter with named parts: `x.start=1&x.end=2`, or `x=(start:1,end:2)`.

        Raises:
            RestliError: 400, malformed or nested.
        """
        parts: dict[str, Structure] = {
            known.removeprefix(f"{name}."): decode(raw, plus=True)
            for known, raw in self.pairs
            if known.startswith(f"{name}.")
        }
        for raw in self.raws(name):
            value = _read_value(raw)
            if not isinstance(value, dict):
                raise RestliError(400, f"Parameter '{name}' must have named parts")
            parts |= value
        plain = {part: value for part, value in parts.items() if isinstance(value, str)}
        if len(plain) < len(parts):
            raise RestliError(400, f"Parameter '{name}' must hold plain values")
        return plain

    @property
    def has_ids(self) -> bool:
        return any(name == "ids" or _INDEXED.fullmatch(name) for name, _ in self.pairs)

    @property
    def form(self) -> Form:
        """The spelling found in the ids, or else in any value; 1.0 when nothing is structured."""
        ids = self.raws("ids")
        if self.has_ids:
            return Form.TWO if any(map(_looks_structured, ids)) else Form.ONE
        return Form.TWO if any(is_structured(raw) for _, raw in self.pairs) else Form.ONE

    def ids(self, kind: KeyKind, limit: int) -> list[Id]:
        """The distinct ids, in the order of the query; malformed ones carry their error.

        Raises:
            RestliError: 400, more than `limit`, or parentheses that do not add up.
        """
        found: dict[object, Id] = {}
        for one in _bound([*self._plain_ids(kind), *self._indexed_ids()], kind):
            found.setdefault(one.identity, one)
            if len(found) > limit:
                raise RestliError(400, f"A batch holds at most {limit} keys")
        return list(found.values())

    def _plain_ids(self, kind: KeyKind) -> list[Structure]:
        structures: list[Structure] = []
        for raw in self.raws("ids"):
            # A simple key may begin with a parenthesis; only a list is structure there.
            plain = not isinstance(kind, ComplexKey) and raw.startswith("(")
            value = decode(raw, plus=True) if plain else _read_value(raw)
            structures += value if isinstance(value, list) else [value]
        return structures

    def _indexed_ids(self) -> list[Structure | Id]:
        indexed: dict[int, Structure | Id] = {}
        for name, raw in self.pairs:
            index, part = _indexed(name)
            if index is None:
                continue
            value = decode(raw, plus=True)
            if part is None:
                indexed[index] = value
                continue
            if (parts := indexed.get(index)) is None:
                parts = indexed[index] = {}
            if not isinstance(parts, dict) or is_params(part):
                continue
            if part in parts:
                error = RestliError(400, f"Malformed key: {part!r} comes twice")
                indexed[index] = Id(parts, None, error)
            else:
                parts[part] = value
        return [indexed[index] for index in sorted(indexed)]

    @property
    def finder(self) -> str | None:
        return self.text("q")

    @property
    def action(self) -> str | None:
        return self.text("action")

    @property
    def fields(self) -> Projection | None:
        """The projection, or None for all fields.

        Raises:
            RestliError: 400, malformed.
        """
        return parse_projection([decode(raw, plus=True) for raw in self.raws("fields")])

    @property
    def start(self) -> int:
        """Where a page starts; negative or no number raises a RestliError of 400."""
        return self._at_least_zero("start", 0)

    @property
    def count(self) -> int:
        """The size of a page, clamped to the largest; negative raises a RestliError of 400."""
        return min(self._at_least_zero("count", DEFAULT_COUNT), LARGEST_COUNT)

    def _at_least_zero(self, name: str, default: int) -> int:
        number = self.number(name)
        if number is not None and number < 0:
            raise RestliError(400, f"Parameter '{name}' must not be negative")
        return default if number is None else number

    def page_at(self, start: int, count: int) -> str:
        """The same query for another page, percent-encoded as it was sent."""
        kept = [(name, raw) for name, raw in self.pairs if name not in {"start", "count"}]
        pairs = [*kept, ("start", str(start)), ("count", str(count))]
        return "&".join(
            f"{quote(name, safe='[]$')}={quote(raw, safe=_SENT)}" for name, raw in pairs
        )


def _bound(structures: list[Structure | Id], kind: KeyKind) -> Iterable[Id]:
    keys = kind.bind_all(structures) if isinstance(kind, ComplexKey) else None
    if keys is None:
        return (one if isinstance(one, Id) else Id.bind(one, kind) for one in structures)
    return [Id(one, key, None) for one, key in zip(structures, keys, strict=True)]


@remembering
def _indexed(name: str) -> tuple[int | None, str | None]:
    """The index and the part that `ids[3].part` names; (None, None) for another parameter."""
    if not (found := _INDEXED.fullmatch(name)):
        return None, None
    return int(found[1]), None if found[2] is None else unescape_name(found[2])


def _looks_structured(raw: str) -> bool:
    return is_structured(raw) or raw.startswith("List%28")


def _read_value(raw: str) -> Structure:
    if is_structured(raw):
        return parse_two(raw, plus=True)
    if _looks_structured(raw):
        # Eager clients escape the structure of the whole value once more.
        return parse_two(decode(raw, plus=True))
    return decode(raw, plus=True)


def protocol_of(headers: Mapping[str, str], query: Query) -> Form:
    """The protocol version to echo: the header's, or else the one whose syntax the query uses.

    The misspelt `X-RestLi-Protocol_Version` arrives under the same name, wherever the server
    lets underscores through; elsewhere the syntax tells.

    Raises:
        RestliError: 400, a version that nobody speaks.
    """
    text = headers.get("HTTP_X_RESTLI_PROTOCOL_VERSION", "").strip()
    if not text:
        return query.form
    if text not in _VERSIONS:
        raise RestliError(400, f"Rest.li protocol version {text[:20]!r} is not supported")
    return _VERSIONS[text]

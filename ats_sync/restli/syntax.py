"""How values are written in Rest.li 1.0 and 2.0: text to nested parts, and back (contract.md 1.4).

A structure is a text, a map or a list. Decoding is lenient about stray percent signs, as people
paste unescaped keys, and strict about everything that a database could not store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import lru_cache
from typing import TypeVar
from urllib.parse import quote_plus, unquote_to_bytes

from ats_sync.restli.errors import RestliError

T = TypeVar("T")
Structure = str | dict[str, "Structure"] | list["Structure"]

# Deeper nesting than any key or projection needs; a guard against exhausting the stack.
DEEPEST = 8
# Characters of a text for which `remembering` keeps the answer.
_KEPT = 100
# A null character (PostgreSQL refuses it) and halves of surrogate pairs (nothing can encode them).
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")
_TOKEN = re.compile(r"List\(|[(),:]|[^(),:]+")
_UNRESERVED = re.compile(r"[A-Za-z0-9._*-]*")
_RESERVED = str.maketrans({char: f"%{ord(char):02X}" for char in "%,()':"})
_TILDE = re.compile(r"~(2E|5B|5D|7E)", re.IGNORECASE)


class Form(Enum):
    """The two spellings; the value is the protocol version that introduced each."""

    ONE = "1.0.0"
    TWO = "2.0.0"


def remembering(function: Callable[[str], T]) -> Callable[[str], T]:
    """Keep the answers for short texts: the keys of a batch share all their parts but one.

    A stranger chooses how long a text is, so long ones are not kept.
    """
    kept = lru_cache(maxsize=1_000)(function)

    def look(text: str) -> T:
        return kept(text) if len(text) <= _KEPT else function(text)

    return look


def decode(text: str, *, plus: bool = False) -> str:
    """Percent-decoded text.

    Args:
        text: as sent.
        plus: whether a plus sign means a space, as it does in queries and in 1.0 keys.

    Raises:
        RestliError: 400, the text is not UTF-8 or cannot be stored.
    """
    # Nearly all parts of the requests of an ATS: nothing is encoded.
    if _stands_for_itself(text, plus):
        return text
    return _decoded(text.replace("+", " ") if plus else text)


def decode_all(texts: Sequence[str], *, plus: bool = False) -> Sequence[str]:
    """Texts as `decode` has each: all are looked at at once."""
    if _stands_for_itself("".join(texts), plus):
        return texts
    return [decode(text, plus=plus) for text in texts]


def _stands_for_itself(text: str, plus: bool) -> bool:
    return "%" not in text and text.isprintable() and not (plus and "+" in text)


@remembering
def _decoded(text: str) -> str:
    try:
        decoded = unquote_to_bytes(text).decode() if "%" in text else text
    except UnicodeError as error:
        raise RestliError(400, "A part of the request is not valid UTF-8") from error
    if not is_storable(decoded):
        raise RestliError(400, "A part of the request holds a character that no text may hold")
    return decoded


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep a text."""
    # What is printable is nearly all there is, and told quicker.
    return text.isprintable() or not _UNSTORABLE.search(text)


def unescape_name(name: str) -> str:
    """A name of a 1.0 query: `. [ ] ~` inside names travel as `~2E ~5B ~5D ~7E`."""
    if "~" not in name:
        return name
    return _TILDE.sub(lambda found: chr(int(found[1], 16)), name)


def parse_one(text: str) -> dict[str, Structure]:
    """The parts of a 1.0 key such as `a=1&b=urn%3Ali%3Ax`; `$params` is dropped.

    Raises:
        RestliError: 400, a piece without `=`, or a name that comes twice.
    """
    parts: dict[str, Structure] = {}
    for piece in text.split("&"):
        if not piece:
            continue
        name, equals, value = piece.partition("=")
        name = unescape_name(decode(name, plus=True))
        if not equals:
            raise RestliError(400, f"Malformed key: {name!r} has no value")
        if name in parts:
            raise RestliError(400, f"Malformed key: {name!r} comes twice")
        if not is_params(name):
            parts[name] = decode(value, plus=True)
    return parts


def is_params(name: str) -> bool:
    """Whether a part belongs to `$params`, which nothing here reads."""
    return name == "$params" or name.startswith("$params.")


def parse_two(text: str, *, plus: bool = False) -> Structure:
    """A 2.0 value: `(a:1,b:List(2,3))`, or a plain text.

    Args:
        text: as sent, still percent-encoded.
        plus: whether a plus sign means a space (only in a query).

    Raises:
        RestliError: 400, parentheses, colons and commas do not add up.
    """
    return _Reader(text, plus).read()


class _Reader:
    """Recursive descent over the five structural characters; an absent text is an empty one."""

    def __init__(self, text: str, plus: bool) -> None:
        self.text = text
        self.plus = plus
        self.tokens = _TOKEN.findall(text)
        self.at = 0

    def read(self) -> Structure:
        value = self.value(DEEPEST)
        if self.at < len(self.tokens):
            raise self.malformed()
        return value

    def malformed(self) -> RestliError:
        return RestliError(400, f"Malformed value: {self.text[:200]!r}")

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def takes(self, token: str) -> bool:
        found = self.peek() == token
        self.at += found
        return found

    def value(self, depth: int) -> Structure:
        if depth == 0:
            raise self.malformed()
        if self.takes("List("):
            return self.list_of(depth)
        if self.takes("("):
            return self.map_of(depth)
        return self.string()

    def string(self) -> str:
        word = self.peek()
        if word in {"", "(", ")", ",", ":", "List("}:
            return ""
        self.at += 1
        return "" if word == "''" else decode(word, plus=self.plus)

    def list_of(self, depth: int) -> list[Structure]:
        if self.takes(")"):
            return []
        values = [self.value(depth - 1)]
        while self.takes(","):
            values.append(self.value(depth - 1))
        self.close()
        return values

    def map_of(self, depth: int) -> dict[str, Structure]:
        parts: dict[str, Structure] = {}
        if self.takes(")"):
            return parts
        while True:
            name = self.string()
            if not self.takes(":") or name in parts:
                raise self.malformed()
            parts[name] = self.value(depth - 1)
            if not self.takes(","):
                break
        self.close()
        parts.pop("$params", None)
        return parts

    def close(self) -> None:
        if not self.takes(")"):
            raise self.malformed()


def print_structure(value: Structure, form: Form) -> str:
    """The canonical spelling in a response body: parts sorted by name, encoded as 1.4 says."""
    if isinstance(value, str):
        return value
    if form is Form.ONE and isinstance(value, dict):
        return print_parts(
            [
                (print_name(name, form), part if isinstance(part, str) else _print_two(part))
                for name, part in sorted(value.items())
            ],
            form,
        )
    return _print_two(value)


def print_name(name: str, form: Form) -> str:
    """A part's name with what stands between it and the value."""
    return f"{_url_encoded(name)}=" if form is Form.ONE else f"{_print_text(name)}:"


def print_parts(parts: Iterable[tuple[str, str]], form: Form) -> str:
    """A map as `print_structure` has it; its names are printed and in order already."""
    printed = [name + _print_value(value, form) for name, value in parts]
    return _joined(printed, form)


def print_columns(columns: Iterable[tuple[str, Sequence[str]]], form: Form) -> list[str]:
    """Maps with the same names as `print_parts` has each; a value that many have is printed once.

    Args:
        columns: each name, printed and in order already, with the values of all maps.
        form: the spelling.
    """
    printed = []
    for name, values in columns:
        texts = {value: name + _print_value(value, form) for value in set(values)}
        printed.append([texts[value] for value in values])
    return [_joined(parts, form) for parts in zip(*printed, strict=True)]


def _joined(printed: Iterable[str], form: Form) -> str:
    return "&".join(printed) if form is Form.ONE else f"({','.join(printed)})"


def _print_value(value: str, form: Form) -> str:
    return _url_encoded(value) if form is Form.ONE else _print_text(value)


def _url_encoded(text: str) -> str:
    """As Java's URLEncoder does it, byte for byte: the tilde is encoded, the asterisk is not."""
    if _UNRESERVED.fullmatch(text):
        return text
    return _escaped(text)


@remembering
def _escaped(text: str) -> str:
    return quote_plus(text, safe="*").replace("~", "%7E")


def _print_two(value: Structure) -> str:
    if isinstance(value, dict):
        parts = (f"{_print_text(name)}:{_print_two(part)}" for name, part in sorted(value.items()))
        return f"({','.join(parts)})"
    if isinstance(value, list):
        return f"List({','.join(map(_print_two, value))})"
    return _print_text(value)


def _print_text(text: str) -> str:
    return text.translate(_RESERVED) or "''"

"""How values are written in Rest.li 1.0 and 2.0: text to nested parts, and back (contract.md 1.4).

A structure is a text, a map or a list. Decoding is lenient about stray percent signs, as people
paste unescaped keys, and strict about everything that a database could not store.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from urllib.parse import quote_plus, unquote_to_bytes

from ats_sync.restli.errors import RestliError

Structure = str | dict[str, "Structure"] | list["Structure"]

# Deeper nesting than any key or projection needs; a guard against exhausting the stack.
DEEPEST = 8
# Characters of a piece of a key that is remembered.
_KEPT = 100
# A null character (PostgreSQL refuses it) and halves of surrogate pairs (nothing can encode them).
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")
_TOKEN = re.compile(r"List\(|[(),:]|[^(),:]+")
_RESERVED = str.maketrans({char: f"%{ord(char):02X}" for char in "%,()':"})
_TILDE = re.compile(r"~(2E|5B|5D|7E)", re.IGNORECASE)


class Form(Enum):
    """The two spellings; the value is the protocol version that introduced each."""

    ONE = "1.0.0"
    TWO = "2.0.0"


def decode(text: str, *, plus: bool = False) -> str:
    """Percent-decoded text.

    Args:
        text: as sent.
        plus: whether a plus sign means a space, as it does in queries and in 1.0 keys.

    Raises:
        RestliError: 400, the text is not UTF-8 or cannot be stored.
    """
    if plus and "+" in text:
        text = text.replace("+", " ")
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
        # Only short ones are kept: a stranger chooses how long a piece is.
        name, value = _named(piece) if len(piece) <= _KEPT else _named.__wrapped__(piece)
        if name in parts:
            raise RestliError(400, f"Malformed key: {name!r} comes twice")
        if not is_params(name):
            parts[name] = value
    return parts


# The keys of a batch share all pieces but one.
@lru_cache(maxsize=1_000)
def _named(piece: str) -> tuple[str, str]:
    name, equals, value = piece.partition("=")
    name = unescape_name(decode(name, plus=True))
    if not equals:
        raise RestliError(400, f"Malformed key: {name!r} has no value")
    return name, decode(value, plus=True)


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
        return "&".join(
            f"{_print_one(name)}={_print_one(part)}" for name, part in sorted(value.items())
        )
    return _print_two(value)


def _print_one(value: Structure) -> str:
    return _url_encoded(value if isinstance(value, str) else _print_two(value))


# The keys of a batch share their names and all values but one.
@lru_cache(maxsize=1_000)
def _url_encoded(text: str) -> str:
    """As Java's URLEncoder does it, byte for byte: the tilde is encoded, the asterisk is not."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def _print_two(value: Structure) -> str:
    if isinstance(value, dict):
        parts = (f"{_print_two(name)}:{_print_two(part)}" for name, part in sorted(value.items()))
        return f"({','.join(parts)})"
    if isinstance(value, list):
        return f"List({','.join(map(_print_two, value))})"
    return value.translate(_RESERVED) or "''"

"""Keys: lenient when read, compared by their parts, printed in one canonical way (contract.md 1.4).

A resource declares its key once, in the names of its own choice; a surface may spell parts
differently. Both spellings are read on every surface; the answer uses the surface's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from ats_sync.restli.errors import RestliError
from ats_sync.restli.syntax import (
    Form,
    Structure,
    decode,
    is_storable,
    parse_one,
    parse_two,
    print_columns,
    print_name,
    print_parts,
)

# The longest value of a part, in characters; URNs and vendors' ids alike (contract.md 0.3).
LONGEST = 255


class Key(msgspec.Struct, frozen=True, eq=False):
    """A parsed key; equal to another when the parts are, whatever the spelling.

    Attributes:
        parts: (name, value) pairs in the resource's names, sorted, defaults filled in.
        sent: the names of the parts that the caller sent; the others are not printed back.
    """

    parts: tuple[tuple[str, str], ...]
    sent: frozenset[str]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __getitem__(self, name: str) -> str:
        if (value := self.get(name)) is None:
            raise KeyError(name)
        return value

    def get(self, name: str) -> str | None:
        """The value of a part; None when the key has no such part."""
        for known, value in self.parts:  # three at most: quicker than a dict
            if known == name:
                return value
        return None

    @property
    def value(self) -> str:
        """The only part of a simple key."""
        ((_, value),) = self.parts
        return value


def _checked(name: str, value: Structure) -> str:
    if type(value) is str and 0 < len(value) <= LONGEST and value.isprintable():
        return value  # as nearly all are
    if not isinstance(value, str):
        raise RestliError(400, f"Malformed key: {name!r} is not a text")
    if not value:
        raise RestliError(400, f"Malformed key: {name!r} is empty")
    if len(value) > LONGEST:
        raise RestliError(400, f"Malformed key: {name!r} is longer than {LONGEST} characters")
    if not is_storable(value):
        raise RestliError(400, f"Malformed key: {name!r} holds a character that no text may hold")
    return value


def _all_plain(values: Sequence[Structure]) -> bool:
    """Whether there is nothing that `_checked` would have to look at closer."""
    texts = [value for value in values if isinstance(value, str)]
    lengths = set(map(len, values))
    return (
        len(texts) == len(values)
        and min(lengths) > 0
        and max(lengths) <= LONGEST
        and "".join(texts).isprintable()
    )


class SimpleKey:
    """A key of one text, such as the id of a note.

    Args:
        name: what the text is called in messages and in `Key.parts`.
    """

    def __init__(self, name: str = "id") -> None:
        self.name = name

    def bind(self, structure: Structure) -> Key:
        """The key that a structure of the query stands for.

        Raises:
            RestliError: 400, it is no text, empty or too long.
        """
        return Key(((self.name, _checked(self.name, structure)),), frozenset({self.name}))

    def read_body(self, text: str) -> Structure:
        """A key of a request body; it is the raw text, not URL-decoded."""
        return text

    def read_path(self, raw: str) -> Structure:
        """A raw segment of the request's path."""
        return decode(raw)

    def read_decoded_path(self, text: str) -> Structure:
        """A path segment that the server has decoded already."""
        return text

    def print(self, key: Key, form: Form, surface: str) -> str:
        """The key as it stands in a response body; the same in both forms."""
        return key.value

    def print_all(self, keys: Sequence[Key], form: Form, surface: str) -> list[str]:
        """As `print` has each key."""
        return [key.value for key in keys]


class ComplexKey:
    """A key of several named parts: complex and compound keys of either protocol version.

    Args:
        names: the parts, in the resource's own names.
        optional: values of parts that may be left out.
        spellings: for each surface, its names of parts that it calls differently.
        also: further names that are read as a part, on every surface.
    """

    def __init__(
        self,
        *names: str,
        optional: Mapping[str, str] | None = None,
        spellings: Mapping[str, Mapping[str, str]] | None = None,
        also: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.names = names
        self.optional = dict(optional or {})
        self.spellings = {surface: dict(names) for surface, names in (spellings or {}).items()}
        self.aliases: dict[str, str] = {}
        for renamed in self.spellings.values():
            self.aliases |= {alias: name for name, alias in renamed.items() if alias != name}
        for name, aliases in (also or {}).items():
            self.aliases |= dict.fromkeys(aliases, name)
        known = sorted({*names, *self.aliases}, key=len, reverse=True)
        self._known = re.compile(rf"(?:^|&)({'|'.join(map(re.escape, known))}|\$params[^=&]*)=")

    def bind(self, structure: Structure) -> Key:
        """The key that a structure stands for.

        Raises:
            RestliError: 400, a part is missing, unknown, empty, too long or no text.
        """
        if isinstance(structure, str):
            structure = self.read_body(structure)
        if not isinstance(structure, dict):
            raise RestliError(400, "Malformed key: its parts must have names")
        sources, sent = self._shape(tuple(structure))
        return Key(
            tuple(
                [
                    (name, _checked(name, structure[source]) if source else self.optional[name])
                    for name, source in sources
                ]
            ),
            sent,
        )

    def bind_all(self, structures: Sequence[object]) -> list[Key] | None:
        """As `bind` has each structure, where all name the same parts; None if anything is odd."""
        maps = [one for one in structures if isinstance(one, dict)]
        shapes = set(map(tuple, maps))
        if len(maps) < len(structures) or len(shapes) != 1:
            return None
        try:
            sources, sent = self._shape(shapes.pop())
        except RestliError:
            return None
        columns = []
        for name, source in sources:
            values = [one[source] if source else self.optional[name] for one in maps]
            if not _all_plain(values):
                return None
            columns.append([(name, value) for value in values])
        return [Key(parts, sent) for parts in zip(*columns, strict=True)]

    # The keys of a batch have the same names of parts, so those are looked at once.
    @lru_cache(maxsize=1_000)  # noqa: B019 - the kinds of keys live as long as the process
    def _shape(self, names: tuple[str, ...]) -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
        """Where each part, in order, has its value from (empty: the default), and what was sent.

        Raises:
            RestliError: 400, a name is unknown or missing.
        """
        # Where both spellings are sent, the later one of the two vocabularies wins.
        given = {name: name for name in names if name not in self.aliases}
        given |= {self.aliases[name]: name for name in names if name in self.aliases}
        if unknown := sorted(given.keys() - set(self.names)):
            raise RestliError(400, f"Malformed key: unknown part {unknown[0]!r}")
        sources = dict.fromkeys(self.optional, "") | given
        if missing := [name for name in self.names if name not in sources]:
            raise RestliError(400, f"Malformed key: {missing[0]!r} is missing")
        return tuple(sorted(sources.items())), frozenset(given)

    def read_body(self, text: str) -> Structure:
        """A key of a request body (or a compound key of a 1.0 query) in either form.

        Raises:
            RestliError: 400, malformed.
        """
        return parse_two(text) if text.startswith("(") else parse_one(text)

    def read_path(self, raw: str) -> Structure:
        """A raw segment of the request's path: either form, wholly escaped or not.

        Raises:
            RestliError: 400, malformed.
        """
        if raw.startswith("(") or "=" in raw:
            return self.read_body(raw)
        return self.read_body(decode(raw))

    def read_decoded_path(self, text: str) -> Structure:
        """A path segment that the server has decoded already.

        An `&` inside a value looks like a separator here, so only known names end a value.

        Raises:
            RestliError: 400, malformed.
        """
        if text.startswith("("):
            return parse_two(text)
        found = list(self._known.finditer(text))
        if not found or found[0].start() > 0:
            raise RestliError(400, f"Malformed key: {text[:200]!r}")
        ends = [*(match.start() for match in found[1:]), len(text)]
        spans = zip(found, ends, strict=True)
        return {m[1]: text[m.end() : end] for m, end in spans if not m[1].startswith("$")}

    def print(self, key: Key, form: Form, surface: str) -> str:
        """The key as it stands in a response body.

        Args:
            key: a key of this kind.
            form: the spelling that the request's ids used.
            surface: whose names the parts get.
        """
        values = key.parts
        places = self._places(key.sent, form, surface)
        return print_parts([(name, values[place][1]) for name, place in places], form)

    def print_all(self, keys: Sequence[Key], form: Form, surface: str) -> list[str]:
        """As `print` has each key: those of a batch share their names and most values."""
        if len({key.sent for key in keys}) != 1:
            return [self.print(key, form, surface) for key in keys]
        places = self._places(keys[0].sent, form, surface)
        return print_columns(
            [(name, [key.parts[place][1] for key in keys]) for name, place in places], form
        )

    @lru_cache(maxsize=1_000)  # noqa: B019 - the kinds of keys live as long as the process
    def _places(
        self, sent: frozenset[str], form: Form, surface: str
    ) -> tuple[tuple[str, int], ...]:
        """The printed names of what was sent, in order, each with its value's place in a key."""
        renamed = self.spellings.get(surface, {})
        named = sorted(
            (renamed.get(name, name), place)
            for place, name in enumerate(sorted(self.names))
            if name in sent
        )
        return tuple((print_name(name, form), place) for name, place in named)


KeyKind = SimpleKey | ComplexKey

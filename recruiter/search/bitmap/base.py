"""The built part of an index: files of one version, mapped into memory and never changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
from pyroaring import BitMap

from recruiter.search.bitmap import phrases
from recruiter.search.bitmap.counting import Facet, Panels, Rows
from recruiter.search.bitmap.expiring import Expiring
from recruiter.search.bitmap.files import (
    NONE,
    ROWS,
    Sets,
    Sizes,
    Standing,
    Strings,
    in_huge_pages,
    map_column,
    union,
)
from recruiter.search.bitmap.reading import DAY, NEVER
from recruiter.search.port import FACET_SIZE, PANELS
from recruiter.search.words import Lexemes

NAMES = 10_000  # names of a facet's values that a worker keeps at hand
MADE = 64  # sets of Spotlights that a worker keeps
CHOICES = 32  # sets of who has chosen values that a worker keeps
GROUPS = 64  # facets that were counted together, prepared for the next time
STANDINGS = 64  # words and beginnings of words whose sets a worker keeps together
_NOBODY = BitMap()
Rank = tuple[int, int, int]  # day of the last visit, completeness, member: the greater, the better


class Base:
    """Members 0, 1, … in the order in which results stand that no word decides.

    Attributes:
        size: how many members it holds.
        members, ids: their ids, for many and for few.
        gone: those who changed or left since it was built; they are never found here.
        last_replied, last_seen: who replied, who was here, since a given time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sizes = Sizes(folder)
        self.sets = Sets(folder, "sets")
        self.members = map_column(folder, "members")
        self.ids = memoryview(self.members)  # a few are read sooner so than by numpy
        self.size = len(self.members)
        self.gone = BitMap()
        self._made: dict[tuple, tuple[BitMap, tuple[BitMap, ...]]] = {}
        self.facets = _facets(folder, self.sets)
        self._everyone = BitMap(range(self.size))
        self._words = Strings(folder, "words")
        self._word_numbers = map_column(folder, "word_numbers")
        self._word_sets = map_column(folder, "word_sets")
        self._sorted = map_column(folder, "sorted_members")
        self._numbers_of_sorted = map_column(folder, "numbers_of_sorted")
        self._seen = map_column(folder, "seen")
        self._completeness = map_column(folder, "completeness")
        self.last_seen = Expiring(np.array(self._seen), np.arange(self.size, dtype=np.uint32))
        self.last_replied = Expiring(
            np.array(map_column(folder, "replied")), np.arange(self.size, dtype=np.uint32)
        )
        self._flags = {
            name: dict(
                zip(
                    map_column(folder, f"{name}_keys").tolist(),
                    map_column(folder, f"{name}_sets").tolist(),
                    strict=True,
                )
            )
            for name in ("open_publicly", "open_privately", "works_at", "connected_to")
        }
        self._places = phrases.Places(folder)
        self.standing = lru_cache(STANDINGS)(self._standing)
        self.panels = lru_cache(GROUPS)(self._panels)
        self._holders = lru_cache(CHOICES)(self._having)

    def remembered(self, how: Callable[..., BitMap], *sets: BitMap) -> BitMap:
        """What comes of some sets: made once as long as they are the same. Not to be changed."""
        key = (how, *map(id, sets))
        if key not in self._made:
            if len(self._made) >= MADE:
                self._made.clear()
            # The sets are kept too, so that their identities stay theirs.
            self._made[key] = how(*sets), sets
        return self._made[key][0]

    # ------------------------------------------------------------------------------- members
    @property
    def everyone(self) -> BitMap:
        return self._everyone - self.gone if self.gone else self._everyone

    def numbers_of(self, member_ids: Iterable[int]) -> np.ndarray:
        """The numbers of those members whom it holds, ascending."""
        wanted = np.asarray(member_ids, dtype=np.int64)
        place = np.searchsorted(self._sorted, wanted)
        known = place < self.size
        known[known] = self._sorted[place[known]] == wanted[known]
        return np.sort(self._numbers_of_sorted[place[known]])

    def rank(self, number: int) -> Rank:
        seen = int(self._seen[number])
        day = seen // DAY if seen != NEVER else NEVER
        return day, int(self._completeness[number]), int(self.members[number])

    # --------------------------------------------------------------------------------- words
    def holding(self, leaf: Lexemes) -> BitMap:
        """Who has these lexemes, in this order if they are several. Not to be changed."""
        if len(leaf.words) == 1:
            return self.standing(leaf.words[0], leaf.prefix)[-1]
        ways = [self._matching(word, False) for word in leaf.words[:-1]]
        ways.append(self._matching(leaf.words[-1], leaf.prefix))
        return self._places.chains(ways, leaf.steps, self)

    def word(self, number: int) -> BitMap:
        """Who has a word. Not to be changed."""
        return self.sets.get(int(self._word_sets[number, 0]))

    def _standing(self, word: str, prefix: bool) -> Standing:
        """Where a word stands, or all words that begin so. Not to be changed."""
        everyone, a, b, c = (
            self._any_of(self._word_sets[self._matching(word, prefix)][:, tier])
            for tier in range(4)
        )
        return (a, b - a, c - a - b, everyone) if prefix else (a, b, c, everyone)

    def _any_of(self, numbers: np.ndarray) -> BitMap:
        sets = [self.sets.get(number) for number in numbers.tolist() if number != NONE]
        return sets[0] if len(sets) == 1 else union(sets)

    def _matching(self, word: str, prefix: bool) -> list[int]:
        """The numbers of a word, or of all words that begin so."""
        text = word.encode()
        if prefix:
            return [int(self._word_numbers[n]) for n in self._words.beginning_with(text)]
        place = self._words.find(text)
        return [] if place is None else [int(self._word_numbers[place])]

    # -------------------------------------------------------------------------- values, flags
    def having(self, kind: str, value_ids: Collection[int]) -> BitMap:
        """Who has one of these facet values. Not to be changed."""
        return self._holders(kind, tuple(value_ids))

    def _having(self, kind: str, value_ids: tuple[int, ...]) -> BitMap:
        facet = self.facets[kind]
        return union(self.sets.get(facet.first + value) for value in facet.ranks(value_ids))

    def flagged(self, flag: str, company_id: int = 0) -> BitMap:
        """Who is open, works at a company or knows somebody there. Not to be changed."""
        number = self._flags[flag].get(company_id)
        return _NOBODY if number is None else self.sets.get(number)

    def _panels(self, kinds: tuple[str, ...]) -> list[tuple[list[str], Panels]]:
        """Some facets, prepared to be counted: together those that lie in the same rows."""
        together: dict[int, list[str]] = {}
        for kind in kinds:
            together.setdefault(id(self.facets[kind].rows), []).append(kind)
        return [
            (some, Panels([self.facets[kind] for kind in some], self.size, FACET_SIZE))
            for some in together.values()
        ]

    def values_of(self, number: int) -> set[int]:
        """The ids of one member's facet values, as their row has them: for the doctor."""
        found = set()
        for facet in self.facets.values():
            row = facet.rows.of(np.array([number]))
            ranks = row[(row >= facet.place) & (row < facet.place + len(facet.ids))] - facet.place
            found |= set(facet.ids[ranks].tolist())
        return found


def _facets(folder: Path, sets: Sets) -> dict[str, BaseFacet]:
    facets = {}
    for name, kinds in ROWS.items():
        rows = _rows_of(folder, name, kinds)
        for kind in kinds:
            facets[kind] = BaseFacet(folder, kind, sets, rows)
            rows.kinds += len(facets[kind].ids)
    return facets


def _rows_of(folder: Path, name: str, kinds: tuple[str, ...]) -> Rows:
    values, longer = (map_column(folder, f"{name}_{column}") for column in ("values", "longer"))
    if kinds == PANELS:  # that every page counts
        values = in_huge_pages(values)
    return Rows(values, longer, int(map_column(folder, f"{name}_stated")[0]), 0)


class BaseFacet(Facet):
    """One facet's values: ids and texts by falling frequency."""

    def __init__(self, folder: Path, kind: str, sets: Sets, rows: Rows) -> None:
        super().__init__(
            frequency=np.array(map_column(folder, f"{kind}_frequency")),
            order=map_column(folder, f"{kind}_order"),
            first=int(map_column(folder, f"{kind}_first")[0]),
            dense=map_column(folder, f"{kind}_dense"),
            rows=rows,
            place=rows.kinds,
            sets=sets,
        )
        self.ids = map_column(folder, f"{kind}_ids")
        self._labels = Strings(folder, f"{kind}_labels")
        self._folded = Strings(folder, f"{kind}_folded")
        self.name = lru_cache(NAMES)(self._name)
        self.label = lru_cache(NAMES)(self._label)
        self._order = np.argsort(self.ids)
        self._sorted = np.array(self.ids)[self._order]

    def _name(self, rank: int) -> tuple[bytes, str]:
        """A value as it is compared, and as it is shown."""
        return self._folded[rank], self.label(rank)

    def _label(self, rank: int) -> str:
        return self._labels[rank].decode()

    def ranks(self, value_ids: Collection[int]) -> list[int]:
        """The numbers of those values that it knows."""
        if not value_ids:
            return []
        wanted = np.fromiter(value_ids, dtype=np.int64)
        place = np.searchsorted(self._sorted, wanted)
        known = place < len(self._sorted)
        known[known] = self._sorted[place[known]] == wanted[known]
        return self._order[place[known]].tolist()

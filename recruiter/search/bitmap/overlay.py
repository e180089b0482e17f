"""The young part of an index: members who changed since the base was built, in memory.

Their numbers follow those of the base. A member who changes again gets a new number; the old one
is never found any more. Before there is a base, a small population lives here as a whole.
"""

# ruff: noqa: S608 - statements are put together from constants; values travel as parameters
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import chain

import numpy as np
from django.db import connection
from pyroaring import BitMap

from recruiter.search.bitmap import reading
from recruiter.search.bitmap.expiring import Expiring
from recruiter.search.bitmap.files import Standing, union
from recruiter.search.bitmap.reading import DAY, NEVER
from recruiter.search.words import Lexemes

Rank = tuple[int, int, int]


@dataclass
class Document:
    """One row of documents, as it is now."""

    member_id: int
    words: dict[str, list[tuple[int, int]]]
    facets: list[int]
    works_at: list[int]
    connected_to: list[int]
    open_publicly: bool
    open_privately: bool
    seen: int
    replied: int
    completeness: int

    @property
    def rank(self) -> Rank:
        day = self.seen // DAY if self.seen != NEVER else NEVER
        return day, self.completeness, self.member_id


@dataclass(frozen=True)
class Value:
    """A facet value as panels name it."""

    kind: str
    label: str
    folded: bytes


def fetch_documents(member_ids: Iterable[int] | None = None) -> list[Document]:
    """The present documents of some members, or of all."""
    some = "" if member_ids is None else "WHERE member_id = ANY(%s)"
    given = [] if member_ids is None else [list(member_ids)]
    with connection.cursor() as cursor:
        cursor.execute(f"{_DOCUMENTS} {some}", given)
        return [
            Document(member_id, reading.read_vector(words), *rest)
            for member_id, words, *rest in cursor.fetchall()
        ]


_DOCUMENTS = f"""
SELECT member_id, words::text, facets, current_company_ids, connected_company_ids,
    open_publicly, open_privately, {reading.microseconds("last_seen_at")},
    {reading.microseconds("last_replied_at")}, completeness
FROM recruiter_memberdocument
"""


class Overlay:
    """Members `first`, `first + 1`, …

    Attributes:
        everyone: the numbers that are in force.
        documents: each number's document.
        values: the facet values that they have, by id.
    """

    def __init__(self, first: int) -> None:
        self.everyone = BitMap()
        self.documents: dict[int, Document] = {}
        self.values: dict[int, Value] = {}
        self._next = first
        self._number_of: dict[int, int] = {}
        self._words: dict[str, list[BitMap]] = {}
        self._having: dict[int, BitMap] = {}
        self._flags: dict[tuple[str, int], BitMap] = {}
        self._times: tuple[Expiring, Expiring] | None = None
        self._counted: tuple[BitMap, dict[str, Counter[int]]] | None = None

    def remembered(self, how: Callable[..., BitMap], *sets: BitMap) -> BitMap:
        """What comes of some sets; its own change, so they are asked anew each time."""
        return how(*sets)

    # ------------------------------------------------------------------------------- members
    def number_of(self, member_id: int) -> int | None:
        return self._number_of.get(member_id)

    def numbers_of(self, member_ids: Iterable[int]) -> np.ndarray:
        found = [self._number_of[each] for each in member_ids if each in self._number_of]
        return np.array(sorted(found), dtype=np.uint32)

    def put(self, document: Document) -> int:
        """Take up a document instead of the member's older one. Returns its number."""
        self.drop(document.member_id)
        number, self._next = self._next, self._next + 1
        self.everyone.add(number)
        self.documents[number] = document
        self._number_of[document.member_id] = number
        for word, places in document.words.items():
            tiers = self._words.setdefault(word, [BitMap(), BitMap(), BitMap(), BitMap()])
            tiers[min(tier for _, tier in places)].add(number)
        for value in document.facets:
            self._having.setdefault(value, BitMap()).add(number)
        for flag in _flags_of(document):
            self._flags.setdefault(flag, BitMap()).add(number)
        self._times = self._counted = None
        return number

    def drop(self, member_id: int) -> int | None:
        """Forget a member. Returns the number that they had."""
        number = self._number_of.pop(member_id, None)
        if number is not None:
            self.everyone.discard(number)
            del self.documents[number]
            self._times = self._counted = None
        return number

    def learn_values(self) -> None:
        """Learn the names of facet values that came with new documents. One statement or none."""
        unknown = [value for value in self._having if value not in self.values]
        if not unknown:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, kind, label, folded FROM recruiter_facetvalue WHERE id = ANY(%s)",
                [unknown],
            )
            for value, kind, label, folded in cursor.fetchall():
                self.values[value] = Value(kind, label, folded.encode())

    def rank(self, number: int) -> Rank:
        return self.documents[number].rank

    # --------------------------------------------------------------------------------- words
    def holding(self, leaf: Lexemes) -> BitMap:
        """Who has these lexemes, in this order if they are several."""
        found = [
            self.standing(word, leaf.prefix and place == len(leaf.words))[-1]
            for place, word in enumerate(leaf.words, 1)
        ]
        together = reduce(BitMap.intersection, found) & self.everyone
        if len(leaf.words) == 1:
            return together
        return BitMap(each for each in together if follows(self.documents[each].words, leaf))

    def standing(self, word: str, prefix: bool) -> Standing:
        """Where a word stands, or all words that begin so. Not to be changed."""
        if prefix:
            found = [tiers for other, tiers in self._words.items() if other.startswith(word)]
        else:
            found = [self._words[word]] if word in self._words else []
        a, b, c, d = (union(tiers[tier] for tiers in found) for tier in range(4))
        return a, b - a, c - a - b, union((a, b, c, d))

    # -------------------------------------------------------------------------- values, flags
    def having(self, kind: str, value_ids: Iterable[int]) -> BitMap:
        """Who has one of these facet values."""
        return union(self._having[value] for value in value_ids if value in self._having)

    def flagged(self, flag: str, company_id: int = 0) -> BitMap:
        """Who is open, works at a company or knows somebody there. Not to be changed."""
        return self._flags.get((flag, company_id)) or BitMap()

    @property
    def last_seen(self) -> Expiring:
        return self._expiring()[0]

    @property
    def last_replied(self) -> Expiring:
        return self._expiring()[1]

    def _expiring(self) -> tuple[Expiring, Expiring]:
        if self._times is None:
            numbers = np.array(list(self.documents), dtype=np.uint32)
            seen = np.array([each.seen for each in self.documents.values()], dtype=np.int64)
            replied = np.array([each.replied for each in self.documents.values()], dtype=np.int64)
            self._times = Expiring(seen, numbers), Expiring(replied, numbers)
        return self._times

    def counts(self, kind: str, members: BitMap) -> Counter[int]:
        """How many of some members have each value of a facet.

        All facets are counted at the first question about the same members: panels come together.
        """
        if self._counted is None or self._counted[0] is not members:
            facets = chain.from_iterable(self.documents[number].facets for number in members)
            kinds: dict[str, Counter[int]] = defaultdict(Counter)
            for value, count in Counter(facets).items():
                if value in self.values:
                    kinds[self.values[value].kind][value] = count
            self._counted = members, kinds
        return self._counted[1][kind].copy()


def _flags_of(document: Document) -> Iterable[tuple[str, int]]:
    if document.open_publicly:
        yield "open_publicly", 0
    if document.open_privately:
        yield "open_privately", 0
    for company in document.works_at:
        yield "works_at", company
    for company in document.connected_to:
        yield "connected_to", company


def follows(words: dict[str, list[tuple[int, int]]], leaf: Lexemes) -> bool:
    """Whether lexemes follow each other in a document by the steps that the leaf says."""
    last = len(leaf.words) - 1
    reached: set[int] = set()
    for place, word in enumerate(leaf.words):
        prefix = leaf.prefix and place == last
        spelt = [w for w in words if w.startswith(word)] if prefix else [word]
        here = {position for each in spelt for position, _ in words.get(each, ())}
        reached = {each + leaf.steps[place - 1] for each in reached} & here if place else here
    return bool(reached)

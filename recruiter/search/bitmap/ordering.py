"""The best of those found: by score, then by the order in which members are numbered.

A score is a sum of few kinds of points, so the members of each score are an intersection of the
sets of tiers. The best scores come first, and mostly the first set holds a page already. Words
whose tiers combine in too many ways are added up member by member.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby, islice, product
from math import prod

import numpy as np
from pyroaring import BitMap

from recruiter.search import relevance
from recruiter.search.bitmap.counting import BLOCK
from recruiter.search.bitmap.evaluating import Part
from recruiter.search.bitmap.files import Standing, numbers, union

POINTS = (*relevance.TIERS.values(), 0)  # of the tiers A, B, C and D, and where a word is not
ANYWHERE, NOWHERE = 3, 4
MOST_WAYS = 125  # three words with four tiers, or none, each
WAYS = 256  # sets of tiers whose ways are remembered
FEW = 500  # members who are taken all at once
NEAR = BitMap(range(BLOCK))  # the best of all members, among whom mostly a page is found

Scored = tuple[int, int]  # score, number


def best(part: Part, hits: BitMap, asked: list[tuple[str, bool]], most: int) -> list[Scored]:
    """The first `most` of those found in one part, with their scores.

    Args:
        asked: the words that are scored, each with whether it is a prefix.
    """
    if not asked or not hits:
        return [(0, number) for number in islice(hits, most)]
    standings = [part.standing(word, prefix) for word, prefix in asked]
    tiers = [[tier for tier in range(4) if word[tier]] + [NOWHERE] for word in standings]
    if prod(map(len, tiers)) <= MOST_WAYS:
        return _by_score(hits, standings, tiers, most)
    return _added_up(hits, standings, most)


class _Reach:
    """Some of those found: who has which words in which tiers, made when it is asked for."""

    def __init__(self, hits: BitMap, standings: list[Standing]) -> None:
        self._hits = hits
        self._standings = standings
        self._made: dict[tuple[int, ...], BitMap] = {}
        self._words: dict[tuple[int, int], BitMap] = {}

    def standing(self, way: tuple[int, ...]) -> BitMap:
        """In whose profiles each of the first words stands at best in the tier named."""
        if way not in self._made:
            *before, tier = way
            found = self.standing(way[:-1]) if before else self._hits
            # Who has the first word was looked for among the hits alone.
            here = self._at(len(before), tier) if found else found
            self._made[way] = found & here if before and found else here
        return self._made[way]

    def _at(self, word: int, tier: int) -> BitMap:
        if (word, tier) not in self._words:
            self._words[word, tier] = self._word_at(word, tier)
        return self._words[word, tier]

    def _word_at(self, word: int, tier: int) -> BitMap:
        standing = self._standings[word]
        if tier == NOWHERE:
            return self._hits - standing[ANYWHERE]
        here = self._hits & standing[tier]
        if tier == ANYWHERE:
            for better in range(ANYWHERE):
                here -= self._at(word, better)
        return here


def _by_score(
    hits: BitMap, standings: list[Standing], tiers: list[list[int]], most: int
) -> list[Scored]:
    found: list[Scored] = []
    # Members are numbered by rank: whoever is near comes before all others of the same score.
    near = [hits & NEAR] if len(hits) > FEW else []
    reaches = [_Reach(some, standings) for some in (*near, hits)]
    for score, ways in _ways(tuple(map(tuple, tiers))):
        for reach in reaches:
            some = [here for way in ways if (here := reach.standing(way))]
            here = some[0] if len(some) == 1 else union(some)
            if len(here) >= most - len(found):
                break
        found += [(score, number) for number in islice(here, most - len(found))]
        if len(found) == most:
            break
    return found


@lru_cache(WAYS)
def _ways(tiers: tuple[tuple[int, ...], ...]) -> list[tuple[int, list[tuple[int, ...]]]]:
    """The ways in which words can stand, the best score first."""
    ordered = sorted(product(*tiers), key=_points, reverse=True)
    return [(score, list(ways)) for score, ways in groupby(ordered, _points)]


def _points(way: tuple[int, ...]) -> int:
    return sum(POINTS[tier] for tier in way)


def _added_up(hits: BitMap, standings: list[Standing], most: int) -> list[Scored]:
    members = numbers(hits)
    scores = np.zeros(len(members), dtype=np.int32)
    least = POINTS[ANYWHERE]
    for word in standings:
        for tier, here in enumerate(word):
            if here:
                points = POINTS[tier] - least if tier != ANYWHERE else least
                scores[np.searchsorted(members, numbers(here & hits))] += points
    order = np.argsort(-scores, kind="stable")[:most]
    return list(zip(scores[order].tolist(), members[order].tolist(), strict=True))

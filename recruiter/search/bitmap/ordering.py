"""The best of those found: by score, then by the order in which members are numbered.

A score is a sum of few kinds of points, so the members of each score are an intersection of the
sets of tiers. The best scores come first, and mostly the first set holds a page already. Words
whose tiers combine in too many ways are added up member by member.
"""

from __future__ import annotations

from functools import cache, reduce
from itertools import groupby, islice, product
from math import prod

import numpy as np
from pyroaring import BitMap

from recruiter.search import relevance
from recruiter.search.bitmap.evaluating import Part
from recruiter.search.bitmap.files import Standing, numbers, union

POINTS = (*relevance.TIERS.values(), 0)  # of the tiers A, B, C and D, and where a word is not
ANYWHERE, NOWHERE = 3, 4
MOST_WAYS = 125  # three words with four tiers, or none, each

Scored = tuple[int, int]  # score, number


def best(part: Part, hits: BitMap, asked: list[tuple[str, bool]], most: int) -> list[Scored]:
    """The first `most` of those found in one part, with their scores.

    Args:
        asked: the words that are scored, each with whether it is a prefix.
    """
    if not asked or not hits:
        return [(0, number) for number in islice(hits, most)]
    words = [_Word(part.standing(word, prefix), hits) for word, prefix in asked]
    tiers = [word.tiers() for word in words]
    if prod(map(len, tiers)) <= MOST_WAYS:
        return _by_score(words, tiers, most)
    return _added_up(hits, [word.standing for word in words], most)


class _Word:
    """Where one word stands with those found: a set for each tier, made when it is asked for."""

    def __init__(self, standing: Standing, hits: BitMap) -> None:
        self.standing = standing
        self._hits = hits
        self.at = cache(self._at)

    def tiers(self) -> list[int]:
        """The tiers at which it may stand with somebody, the best first."""
        return [tier for tier in range(4) if self.standing[tier]] + [NOWHERE]

    def _at(self, tier: int) -> BitMap:
        if tier == NOWHERE:
            return self._hits - self.standing[ANYWHERE]
        here = self._hits & self.standing[tier]
        if tier == ANYWHERE:
            for better in range(ANYWHERE):
                here -= self.at(better)
        return here


def _by_score(words: list[_Word], tiers: list[list[int]], most: int) -> list[Scored]:
    found: list[Scored] = []
    for score, ways in groupby(sorted(product(*tiers), key=_points, reverse=True), _points):
        here = union(_standing_so(words, way) for way in ways)
        found += [(score, number) for number in islice(here, most - len(found))]
        if len(found) == most:
            break
    return found


def _points(way: tuple[int, ...]) -> int:
    return sum(POINTS[tier] for tier in way)


def _standing_so(words: list[_Word], way: tuple[int, ...]) -> BitMap:
    """Those in whose profiles each word stands at best in the tier named."""
    return reduce(
        BitMap.intersection, (word.at(tier) for word, tier in zip(words, way, strict=True))
    )


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

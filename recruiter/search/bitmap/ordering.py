"""The best of those found: by score, then by the order in which members are numbered.

A score is a sum of few kinds of points, so the members of each score are an intersection of the
sets of tiers. The best scores come first, and mostly the first set holds a page already. Small
results, and words whose tiers combine in too many ways, are added up member by member.
"""

from __future__ import annotations

from itertools import groupby, islice, product
from math import prod

import numpy as np
from pyroaring import BitMap

from recruiter.search import relevance
from recruiter.search.bitmap.evaluating import Part
from recruiter.search.bitmap.files import Standing, numbers, union

POINTS = (*relevance.TIERS.values(), 0)  # of the tiers A, B, C and D, and where a word is not
ANYWHERE, NOWHERE = 3, 4
FEW = 4_000  # members whose points are added up faster than sets are intersected
MOST_WAYS = 125  # three words with four tiers, or none, each

Scored = tuple[int, int]  # score, number


def best(part: Part, hits: BitMap, asked: list[tuple[str, bool]], most: int) -> list[Scored]:
    """The first `most` of those found in one part, with their scores.

    Args:
        asked: the words that are scored, each with whether it is a prefix.
    """
    if not asked or not hits:
        return [(0, number) for number in islice(hits, most)]
    standings = [part.standing(word, prefix) for word, prefix in asked]
    if len(hits) > FEW:
        tiers = [[tier for tier in range(4) if word[tier]] + [NOWHERE] for word in standings]
        if prod(map(len, tiers)) <= MOST_WAYS:
            return _by_score(hits, standings, tiers, most)
    return _added_up(hits, standings, most)


def _by_score(
    hits: BitMap, standings: list[Standing], tiers: list[list[int]], most: int
) -> list[Scored]:
    found: list[Scored] = []
    for score, ways in groupby(sorted(product(*tiers), key=_points, reverse=True), _points):
        here = union(_standing_so(hits, standings, way) for way in ways)
        found += [(score, number) for number in islice(here, most - len(found))]
        if len(found) == most:
            break
    return found


def _points(way: tuple[int, ...]) -> int:
    return sum(POINTS[tier] for tier in way)


def _standing_so(hits: BitMap, standings: list[Standing], way: tuple[int, ...]) -> BitMap:
    """Those in whose profiles each word stands at best in the tier named."""
    for word, tier in zip(standings, way, strict=True):
        if not hits:
            break
        hits = hits - word[ANYWHERE] if tier == NOWHERE else hits & word[tier]
        if tier == ANYWHERE:
            for better in word[:ANYWHERE]:
                hits = hits - better
    return hits


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

"""The best of those found: by score, then by the order in which members are numbered.

A score is a sum of few kinds of points, so the members of each score are an intersection of the
sets of tiers. The best scores come first, and mostly the first set holds a page already. Small
results, and words whose tiers combine in too many ways, are added up member by member.
"""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from itertools import islice, product

import numpy as np
from pyroaring import BitMap

from recruiter.search import relevance
from recruiter.search.bitmap.evaluating import Part
from recruiter.search.bitmap.files import numbers, union

POINTS = tuple(relevance.TIERS.values())
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
    tiers = [part.tiers(word, prefix) for word, prefix in asked]
    if len(hits) > FEW:
        ways = _ways(hits, tiers)
        if ways:
            return _by_score(hits, ways, most)
    return _added_up(hits, tiers, most)


def _ways(hits: BitMap, tiers: list[list[BitMap]]) -> dict[int, list[list[BitMap]]]:
    """The sets to intersect for each score; nothing when they are too many."""
    choices = []
    for word in tiers:
        choice = [(points, here) for points, here in zip(POINTS, word, strict=True) if here]
        anywhere = union(word)
        if not hits.issubset(anywhere):
            choice.append((0, hits - anywhere))
        choices.append(choice)
    if np.prod([len(choice) for choice in choices], dtype=float) > MOST_WAYS:
        return {}
    ways = defaultdict(list)
    for way in product(*choices):
        ways[sum(points for points, _ in way)].append([here for _, here in way])
    return ways


def _by_score(hits: BitMap, ways: dict[int, list[list[BitMap]]], most: int) -> list[Scored]:
    found: list[Scored] = []
    for score in sorted(ways, reverse=True):
        here = union(reduce(BitMap.intersection, way, hits) for way in ways[score])
        found += [(score, number) for number in islice(here, most - len(found))]
        if len(found) == most:
            break
    return found


def _added_up(hits: BitMap, tiers: list[list[BitMap]], most: int) -> list[Scored]:
    members = numbers(hits)
    scores = np.zeros(len(members), dtype=np.int32)
    for word in tiers:
        for points, here in zip(POINTS, word, strict=True):
            if here:
                scores[np.searchsorted(members, numbers(here & hits))] += points
    order = np.argsort(-scores, kind="stable")[:most]
    return list(zip(scores[order].tolist(), members[order].tolist(), strict=True))

"""Facet panels: the most frequent values among those found, in both parts of the index."""

from __future__ import annotations

from collections import Counter

import numpy as np
from pyroaring import BitMap

from recruiter.search.bitmap import counting
from recruiter.search.bitmap.base import Base, BaseFacet
from recruiter.search.bitmap.counting import Hits
from recruiter.search.bitmap.evaluating import Found, Part
from recruiter.search.bitmap.overlay import Overlay, Value
from recruiter.search.port import FACET_SIZE, FacetCount, MemberQuery, with_lost_values

MOST_SUGGESTED = 500  # values counted for what somebody types
Line = tuple[int, bytes, str, int]  # count (negative), folded label, label, value's id


def panels(
    query: MemberQuery, chosen: dict[str, list[int]], found: list[Found]
) -> dict[str, list[FacetCount]]:
    """Every panel: the frequent values, and the chosen ones."""
    forms: dict[int, Hits] = {}
    for each in found:
        if isinstance(each.part, Base) and query.panels:
            for hits in (each.hits, *each.but_for.values()):
                forms[id(hits)] = Hits(hits, each.part.size)
    return {
        kind: with_lost_values(kind, query, _panel(kind, set(chosen.get(kind, ())), found, forms))
        for kind in query.panels
    }


def _panel(
    kind: str, chosen: set[int], found: list[Found], forms: dict[int, Hits]
) -> list[FacetCount]:
    young: Counter[int] = Counter()
    lines: list[Line] = []
    names: dict[int, Value] = {}
    for each in reversed(found):  # the overlay stands behind the base
        if isinstance(each.part, Overlay):
            young, names = each.part.counts(kind, each.among(kind)), each.part.values
        else:
            lines = _base_lines(kind, each, forms[id(each.among(kind))], young, chosen)
    lines += [
        (-count, names[value].folded, names[value].label, value) for value, count in young.items()
    ]
    lines.sort()
    return [
        FacetCount(label, -count, value in chosen)
        for place, (count, _, label, value) in enumerate(lines)
        if place < FACET_SIZE or value in chosen
    ]


def _base_lines(
    kind: str, found: Found, hits: Hits, young: Counter[int], chosen: set[int]
) -> list[Line]:
    """The base's best values with the young members added; takes their values out of `young`."""
    facet, sets = found.part.facets[kind], found.part.sets
    counts = counting.counts(facet, hits, sets, FACET_SIZE)
    best = _best(facet, counts)
    least = int(counts[best[-1]]) if len(best) == FACET_SIZE else 0
    # Of the young members' values, those that may reach the panel.
    wanted = dict.fromkeys(best.tolist()) | dict.fromkeys(facet.ranks(chosen))
    for rank in facet.ranks(young):
        value = int(facet.ids[rank])
        if rank in wanted or int(facet.frequency[rank]) + young[value] >= least:
            wanted[rank] = None
        else:
            del young[value]
    ranks = list(wanted)
    left = [rank for rank in ranks if rank >= len(counts)]
    counted = dict(zip(left, counting.some_counts(facet, hits, sets, left), strict=True))
    lines = []
    for rank in ranks:
        value = int(facet.ids[rank])
        count = counted[rank] if rank in counted else int(counts[rank])
        count += young.pop(value, 0)
        if count:
            lines.append((-count, *facet.name(rank), value))
    return lines


def _best(facet: BaseFacet, counts: np.ndarray) -> np.ndarray:
    """The most frequent values; of equals those whose label comes first."""
    some = np.flatnonzero(counts)
    if len(some) > FACET_SIZE:
        least = np.partition(counts[some], -FACET_SIZE)[-FACET_SIZE]
        some = some[counts[some] >= least]
    order = np.lexsort((facet.order[some], -counts[some].astype(np.int64)))
    return some[order[:FACET_SIZE]]


def suggestions(
    kind: str, values: list[int], among: list[tuple[Part, BitMap]], most: int
) -> list[FacetCount]:
    """The most frequent of some values, with how many of some members have each.

    Args:
        among: each part of the index, and who counts there.
    """
    counted: Counter[int] = Counter()
    names: dict[int, tuple[bytes, str]] = {}
    for part, members in among:
        if isinstance(part, Base):
            facet = part.facets[kind]
            # By falling frequency: far more than can be shown need not be counted.
            for rank in sorted(facet.ranks(values))[:MOST_SUGGESTED]:
                value = int(facet.ids[rank])
                names[value] = facet.name(rank)
                held = part.sets.get(facet.first + rank)
                counted[value] += held.intersection_cardinality(members)
        else:
            for value in set(values) & part.values.keys():
                names[value] = (part.values[value].folded, part.values[value].label)
                held = part.having(kind, [value])
                counted[value] += held.intersection_cardinality(members)
    best = sorted(
        (value for value, count in counted.items() if count),
        key=lambda value: (-counted[value], names[value][0]),
    )
    return [FacetCount(names[value][1], counted[value]) for value in best[:most]]

"""Facet panels: the most frequent values among those found, in both parts of the index."""

from __future__ import annotations

from collections import Counter

from pyroaring import BitMap

from recruiter.search.bitmap import counting
from recruiter.search.bitmap.base import Base, BaseFacet
from recruiter.search.bitmap.counting import Counted
from recruiter.search.bitmap.evaluating import Found, Part
from recruiter.search.bitmap.overlay import Overlay, Value
from recruiter.search.port import FACET_SIZE, FacetCount, MemberQuery, with_lost_values

MOST_SUGGESTED = 500  # values counted for what somebody types
NONE: Counted = ([], [])
Line = tuple[int, bytes, str, int]  # count (negative), folded label, label, value's id


def panels(
    query: MemberQuery, chosen: dict[str, list[int]], found: list[Found]
) -> dict[str, list[FacetCount]]:
    """Every panel: the frequent values, and the chosen ones."""
    best: dict[str, Counted] = {}
    for each in found:
        if isinstance(each.part, Base):
            best = _best(query.panels, each, each.part)
    facets = found[0].part.facets if best and len(found) == 1 else {}
    lines: dict[str, list[FacetCount]] = {}
    for kind in query.panels:
        of_it = best.get(kind, NONE)
        if kind not in facets:
            lines[kind] = _panel(kind, set(chosen.get(kind, ())), found, of_it)
        elif kind not in chosen:
            lines[kind] = list(map(FacetCount, map(facets[kind].label, of_it[0]), of_it[1]))
        else:
            lines[kind] = _with_chosen(facets[kind], of_it, chosen[kind], found[0].among(kind))
    return {kind: with_lost_values(kind, query, lines[kind]) for kind in lines}


def _best(kinds: tuple[str, ...], found: Found, base: Base) -> dict[str, Counted]:
    """The base's best values: in one go those that are counted among the same members."""
    groups = [((kind,), members) for kind, members in found.but_for.items() if kind in kinds]
    groups.append((tuple([kind for kind in kinds if kind not in found.but_for]), found.hits))
    best: dict[str, Counted] = {}
    for together, members in groups:
        for some, panels in base.panels(together):
            best.update(zip(some, panels.best(members), strict=True))
    return best


def _with_chosen(
    facet: BaseFacet, best: Counted, chosen: list[int], members: BitMap
) -> list[FacetCount]:
    """A panel of the base alone: its best values, then those chosen ones that are behind them."""
    ranks = facet.ranks(chosen)
    behind = counting.some_counts(facet, members, set(ranks) - set(best[0]))
    others = sorted(behind.items(), key=lambda one: (-one[1], facet.name(one[0])))
    lines = [*zip(*best, strict=True), *[(rank, count) for rank, count in others if count]]
    return [FacetCount(facet.label(rank), count, rank in ranks) for rank, count in lines]


def _panel(kind: str, chosen: set[int], found: list[Found], best: Counted) -> list[FacetCount]:
    young: Counter[int] = Counter()
    lines: list[Line] = []
    names: dict[int, Value] = {}
    for each in reversed(found):  # the overlay stands behind the base
        if isinstance(each.part, Overlay):
            young, names = each.part.counts(kind, each.among(kind)), each.part.values
        else:
            lines = _base_lines(kind, each, best, young, chosen)
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
    kind: str, found: Found, best: Counted, young: Counter[int], chosen: set[int]
) -> list[Line]:
    """The base's best values with the young members added; takes their values out of `young`."""
    facet = found.part.facets[kind]
    counts = dict(zip(*best, strict=True))
    least = best[1][-1] if len(counts) == FACET_SIZE else 0
    # Of the young members' values, those that may reach the panel; the chosen ones are in it.
    left = set(facet.ranks(chosen))
    for rank in facet.ranks(young):
        value = int(facet.ids[rank])
        listed = rank in counts or rank in left
        if listed or int(facet.frequency[rank]) + young[value] >= least:
            left.add(rank)
        else:
            del young[value]
    counts |= counting.some_counts(facet, found.among(kind), left - counts.keys())
    lines = []
    for rank, count in counts.items():
        value = int(facet.ids[rank])
        if count := count + young.pop(value, 0):
            lines.append((-count, *facet.name(rank), value))
    return lines


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

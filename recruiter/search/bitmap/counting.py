"""Count the values of facets among some members: the hot loop of a search.

Two methods, since neither is fast everywhere. For broad results each value's set is intersected
with the hits, the most frequent value first, until no value that is left can reach the panel.
For narrow ones the rows of the members found are added up: a row holds a member's values of all
facets, so that they come with one or two cache lines. The first is tried where it should cost
less, with a budget, so that panels never cost much more than the better way. In C there are two
more. Where few members have two values of a facet, it has a column, of which a panel that is
counted alone reads 2 bytes a member instead of a row. Where nobody has, and there are few values,
the bits of their numbers tell as much as their sets do and are read in a third of the time.

The loop exists twice, with the same results: in C (kernel.py says why), and here in numpy and
pyroaring, for machines without a compiler.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from pyroaring import BitMap

from recruiter.search.bitmap.files import Sets, address, numbers
from recruiter.search.bitmap.kernel import FacetColumns, PanelColumns, RowColumns, compiled

BLOCK = 65_536  # members that one container of a set holds
# What costs how much, in steps of 0.1 ns (measured): a member's row and each value in it; one
# value's set, at least.
ROW_STEPS, VALUE_STEPS, SET_STEPS = 100, 100, 15_000
PLANES = 7  # bits of a value's number, at most, for planes to pay
SEVERAL = 16  # a column pays where one in so many members, at most, has a further value
NO_COLUMN = 65_535  # values whose numbers fit in a column are fewer
# Values' numbers, the best first, and how many of the hits have each.
Counted = tuple[list[int], list[int]]


@dataclass
class Rows:
    """Each member's values of several facets, as numbers that tell the facets' values apart.

    Attributes:
        values: a row for each member: how many values they have, then the values.
        longer: pairs of a member and a value that found no room there, by member.
        stated: how many values all members have together.
        kinds: how many different ones there are.
    """

    values: np.ndarray
    longer: np.ndarray
    stated: int
    kinds: int

    @cached_property
    def columns(self) -> RowColumns:
        return RowColumns(
            address(self.values),
            address(self.longer),
            len(self.longer),
            self.stated,
            self.kinds,
            self.values.shape[1],
            self.values.itemsize,
        )

    def of(self, members: np.ndarray) -> np.ndarray:
        """All values of some members, in any order."""
        rows = self.values[members]
        fits = np.arange(1, rows.shape[1]) <= rows[:, :1]
        longer = self.longer[np.isin(self.longer[:, 0], members), 1]
        return np.concatenate([rows[:, 1:][fits], longer])


@dataclass
class Facet:
    """One facet's columns. Values are numbered by falling frequency.

    Attributes:
        frequency: members a value has.
        order: where each value's label stands among all, in alphabetical order.
        first: the number of the first value's set; the others follow.
        dense: the sets of the first, frequent values once more, one bit a member: at some
            thousand members a block that is ten times faster to intersect than a list.
        rows: where members have their values.
        place: the first value's number there; the others follow.
        sets: all sets of the index.
    """

    frequency: np.ndarray
    order: np.ndarray
    first: int
    dense: np.ndarray
    rows: Rows
    place: int
    sets: Sets

    @cached_property
    def columns(self) -> FacetColumns:
        """Where they lie; `at` are the offsets of this facet's sets."""
        column, beside = self._column
        return FacetColumns(
            address(self.sets.at) + self.sets.at.itemsize * self.first,
            *[address(each) for each in (self.dense, self.frequency, self.order, self._planes)],
            address(column) if len(column) else None,
            address(beside),
            len(self.frequency),
            len(self.dense),
            self.place,
            len(self._planes),
            len(beside),
        )

    @cached_property
    def _column(self) -> tuple[np.ndarray, np.ndarray]:
        """Each member's value, counted from 1, and pairs of those who have several.

        There is none where many have several, and without a compiler.
        """
        members, values = len(self.rows.values), len(self.frequency)
        column = np.zeros(members, dtype=np.uint16)
        beside = np.zeros((members // SEVERAL, 2), dtype=np.uint32)
        kernel = compiled()
        if not kernel or values >= NO_COLUMN:
            return column[:0], beside[:0]
        pairs = kernel.line_up(
            ctypes.addressof(self.rows.columns), members, self.place, values,
            address(column), address(beside), len(beside),
        )  # fmt: skip
        fits = pairs <= len(beside)
        return (column, beside[:pairs].copy()) if fits else (column[:0], beside[:0])

    @cached_property
    def _planes(self) -> np.ndarray:
        """For each bit of a value's number, counted from 1, a bit a member: who has it.

        There are none where somebody has several values, or where they are too many.
        """
        column, beside = self._column
        blocks, planes = -(-len(column) // BLOCK), len(self.frequency).bit_length()
        kernel = compiled()
        if planes > PLANES or len(beside) or not kernel:
            planes = 0
        bits = np.zeros((planes, blocks * BLOCK // 64), dtype=np.uint64)
        if len(bits):
            kernel.spell(address(column), len(column), blocks, planes, address(bits))
        return bits if len(column) else bits[:0]


class Panels:
    """Some facets that have their values in the same rows, to be counted in one go."""

    def __init__(self, facets: Sequence[Facet], universe: int, most: int) -> None:
        """Prepare.

        Args:
            universe: how many members there are.
            most: how many values a panel lists.
        """
        self._facets = facets
        self._universe = universe
        self._most = most

    def best(self, hits: BitMap) -> list[Counted]:
        """The most frequent values of each facet among the hits; of equals the first by label."""
        if compiled():
            return self._best_in_c(hits)
        counted = _counts(self._facets, hits, self._universe, self._most)
        return [
            _best(facet, counts, self._most)
            for facet, counts in zip(self._facets, counted, strict=True)
        ]

    @cached_property
    def _given(self) -> tuple[Callable[..., int], Any, Any, type[ctypes.Array]]:
        """What is the same in each call of the kernel."""
        facets = self._facets
        places = (ctypes.c_void_p * len(facets))(*[ctypes.addressof(f.columns) for f in facets])
        panels = PanelColumns(
            facets[0].sets.address,
            ctypes.addressof(facets[0].rows.columns),
            ctypes.addressof(places),
            len(facets),
            self._universe,
            self._most,
        )
        answer = ctypes.c_uint32 * (len(facets) * (2 * self._most + 1))
        return compiled().count_panels, ctypes.byref(panels), places, answer

    def _best_in_c(self, hits: BitMap) -> list[Counted]:
        count_panels, panels, _, answer = self._given
        said = answer()
        if not count_panels(panels, hits.serialize(), len(hits), said):
            raise MemoryError
        numbers, most = said[:], self._most
        behind = len(self._facets) * most  # the ranks of all facets stand the counts
        return [
            (numbers[at : at + held], numbers[behind + at : behind + at + held])
            for at, held in zip(range(0, behind, most), numbers[2 * behind :], strict=True)
        ]


def some_counts(facet: Facet, hits: BitMap, values: Iterable[int]) -> dict[int, int]:
    """How many of the hits have each of these values."""
    return {
        value: facet.sets.get(facet.first + value).intersection_cardinality(hits)
        for value in values
    }


# ------------------------------------------------------------------------------------- in numpy
def _counts(
    facets: Sequence[Facet], hits: BitMap, universe: int, most: int
) -> Iterator[np.ndarray]:
    """How many of the hits have each of the first values; the others cannot be among the best."""
    rows = facets[0].rows
    budget = len(hits) * (ROW_STEPS + VALUE_STEPS * rows.stated // max(1, universe))
    summed: np.ndarray | None = None
    for facet in facets:
        if not hits:
            yield np.zeros(0, dtype=np.uint32)
        elif len(hits) == universe:
            yield facet.frequency
        elif summed is None and (walked := _walk(facet, hits, most, budget)) is not None:
            budget -= SET_STEPS * len(walked)
            yield walked
        else:
            if summed is None:
                summed = np.bincount(rows.of(numbers(hits)), minlength=rows.kinds)
            yield summed[facet.place : facet.place + len(facet.frequency)]


def _walk(facet: Facet, hits: BitMap, most: int, budget: int) -> np.ndarray | None:
    found: list[int] = []
    best = np.zeros(most, dtype=np.int64)
    for value, frequency in enumerate(facet.frequency.tolist()):
        if frequency < best[0]:
            break
        budget -= SET_STEPS
        if budget < 0:
            return None
        found.append(facet.sets.get(facet.first + value).intersection_cardinality(hits))
        if found[-1] > best[0]:
            best[0] = found[-1]
            best.sort()
    return np.array(found, dtype=np.uint32)


def _best(facet: Facet, counts: np.ndarray, most: int) -> Counted:
    some = np.flatnonzero(counts)
    if len(some) > most:
        least = np.partition(counts[some], -most)[-most]
        some = some[counts[some] >= least]
    order = np.lexsort((facet.order[some], -counts[some].astype(np.int64)))
    some = some[order[:most]]
    return some.tolist(), counts[some].tolist()

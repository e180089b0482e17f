"""Words that follow each other: by sets of frequent pairs, and by comparing positions."""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path
from typing import Protocol

import numpy as np
from pyroaring import BitMap

from recruiter.search.bitmap.files import Sets, address, bitmap, map_column, numbers, union
from recruiter.search.bitmap.kernel import compiled
from recruiter.search.bitmap.reading import runs

CACHED = 32  # words whose ends a worker keeps: 4 bytes for each member who has the word
PLACES = 15  # bits that hold a position and one step more


class Words(Protocol):
    """What phrases need of an index."""

    sets: Sets

    def word(self, number: int) -> BitMap: ...


class Places:
    """Where each word stands in each member's profile."""

    def __init__(self, folder: Path) -> None:
        self._posting_at = map_column(folder, "posting_at")
        self._position_at = map_column(folder, "position_at")
        self._counts = _raw(folder / "counts.raw", np.uint8)
        self._positions = _raw(folder / "positions.raw", np.uint16)
        self._often: dict[int, BitMap] = {}  # of frequent words only
        self._ends = lru_cache(CACHED)(self._positions_end)
        frequent = map_column(folder, "frequent").tolist()
        self._rank = {word: rank for rank, word in enumerate(frequent)}
        self._codes = map_column(folder, "pair_codes").tolist()
        self._pair_sets = map_column(folder, "pair_sets")

    def chains(self, ways: list[list[int]], steps: tuple[int, ...], words: Words) -> BitMap:
        """Who has words that follow each other by these steps; each word may be one of several."""
        return union(self._chain(list(chain), steps, words) for chain in product(*ways))

    def _chain(self, chain: list[int], steps: tuple[int, ...], words: Words) -> BitMap:
        found = BitMap.intersection(*(words.word(word) for word in chain))
        decided = True
        for (one, other), step in zip(pairwise(chain), steps, strict=True):
            pair = self._pair(one, other, words) if step == 1 else None
            if pair is None:
                decided = False
            else:
                found &= pair
        if not decided:
            return self._compared(chain, steps, numbers(found), words)
        # Where the words between the pairs stand once, the pairs meet there.
        unsure = found & union(self._repeated(word, words) for word in chain[1:-1])
        return (found - unsure) | self._compared(chain, steps, numbers(unsure), words)

    def _repeated(self, word: int, words: Words) -> BitMap:
        """Who has a word more than once."""
        if word not in self._often:
            first, last = int(self._posting_at[word]), int(self._posting_at[word + 1])
            again = self._counts[first:last] > 1
            self._often[word] = bitmap(numbers(words.word(word))[again])
        return self._often[word]

    def _pair(self, one: int, other: int, words: Words) -> BitMap | None:
        """Who has two frequent words next to each other; None when they are not frequent."""
        if one not in self._rank or other not in self._rank:
            return None
        code = self._rank[one] * len(self._rank) + self._rank[other]
        place = bisect_left(self._codes, code)
        if place == len(self._codes) or self._codes[place] != code:
            return BitMap()
        return words.sets.get(int(self._pair_sets[place]))

    def _compared(
        self, chain: list[int], steps: tuple[int, ...], among: np.ndarray, words: Words
    ) -> BitMap:
        """Those of some members in whose profiles the words follow each other."""
        kernel = compiled()
        if kernel:
            return bitmap(among[self._followed_in_c(kernel, chain, steps, among, words)])
        reached = self._places(chain[0], among, words)
        for word, step in zip(chain[1:], steps, strict=True):
            there = self._places(word, among, words)
            reached = _both(reached + step, there)
        found = reached >> PLACES
        return bitmap(among[found[np.diff(found, prepend=-1) > 0]])

    def _followed_in_c(
        self,
        kernel: ctypes.CDLL,
        chain: list[int],
        steps: tuple[int, ...],
        among: np.ndarray,
        words: Words,
    ) -> np.ndarray:
        """For each of some members, who all have the words, whether they follow each other."""
        n = len(chain)
        found = np.zeros(len(among), dtype=np.bool_)
        among = np.ascontiguousarray(among)
        done = kernel.follow(
            n,
            (ctypes.c_char_p * n)(*[words.word(word).serialize() for word in chain]),
            (ctypes.c_uint64 * n)(*self._posting_at[chain].tolist()),
            (ctypes.c_uint64 * n)(*self._position_at[chain].tolist()),
            (ctypes.c_uint32 * n)(0, *steps),
            address(self._counts), address(self._positions), address(among), len(among),
            address(found),
        )  # fmt: skip
        if not done:
            raise MemoryError
        return found

    def _places(self, word: int, members: np.ndarray, words: Words) -> np.ndarray:
        """Where a word stands: which of the members, and the position, in one number."""
        ends = self._ends(word)
        posting = np.searchsorted(numbers(words.word(word)), members)
        first = ends[posting].astype(np.int64)
        held = ends[posting + 1] - first
        at = runs(first, held) + int(self._position_at[word])
        return (np.repeat(np.arange(len(members)), held) << PLACES) | self._positions[at]

    def _positions_end(self, word: int) -> np.ndarray:
        """Where the positions of each of a word's members begin, and where the last ones end."""
        first, last = int(self._posting_at[word]), int(self._posting_at[word + 1])
        ends = np.zeros(last - first + 1, dtype=np.uint32)
        np.cumsum(self._counts[first:last], out=ends[1:])
        return ends


def _both(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """What two ascending arrays share. (numpy's own would sort them again: half of a phrase.)"""
    if not len(others):
        return others
    place = np.searchsorted(others, some)
    place[place == len(others)] = 0
    return some[others[place] == some]


def _raw(path: Path, kind: type) -> np.ndarray:
    return np.memmap(path, kind, "r") if path.stat().st_size else np.zeros(0, kind)

"""Count the values of a facet among some members: the hot loop of a search.

Two methods, since neither is fast everywhere. For broad results each value's set is intersected
with the hits, the most frequent value first, until no value that is left can reach the panel.
For narrow ones the rows of the members found are added up. The first is tried with a budget of
what the second would cost, so a panel costs at most twice the better way.

The loop exists twice. In C (kernel.c, 90 lines), compiled by the system's `cc` when there is one,
at the first use, into the index's folder: at a million members 2-3 ms a search. And in numpy and
pyroaring, for machines without a compiler: about four times as much, with the same results.
Measured against them, numba was as fast as C, but it brings 173 MB of compiler to every
installation and takes seconds to warm up in each worker; an extension built at installation
would make every installation need a compiler.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import structlog
from django.conf import settings
from pyroaring import BitMap

from recruiter.search.bitmap.files import PLAIN, Sets, address, numbers

log = structlog.get_logger(__name__)
SOURCE = Path(__file__).with_name("kernel.c")
BLOCK = 65_536  # members that one container of a set holds
WORDS = 1_024  # 64-bit words that hold a bit for each of them
# What a member's row costs, and each value in it, in steps of 0.1 ns (measured; as in kernel.c).
ROW_STEPS, VALUE_STEPS = 20, 14
LEAST_WALK = 3_000  # what a value's container costs, if it is one of those that fill a panel


@dataclass
class Facet:
    """One facet's columns. Values are numbered by falling frequency.

    Attributes:
        frequency: members a value has.
        first: the number of the first value's set; the others follow.
        dense: the sets of the first, frequent values once more, one bit a member: at some
            thousand members a block that is ten times faster to intersect than a list.
        starts, values: each member's values: values[starts[m]:starts[m + 1]].
    """

    frequency: np.ndarray
    first: int
    dense: np.ndarray
    starts: np.ndarray
    values: np.ndarray


class Hits:
    """The members among whom is counted, in the forms that the two methods want."""

    def __init__(self, members: BitMap, universe: int) -> None:
        self.members = members
        self.universe = universe
        self._numbers: np.ndarray | None = None
        self._bits: np.ndarray | None = None

    @property
    def numbers(self) -> np.ndarray:
        if self._numbers is None:
            self._numbers = numbers(self.members)
        return self._numbers

    @property
    def bits(self) -> np.ndarray:
        """One bit a member."""
        if self._bits is None:
            self._bits = _bits_of(self.members, -(-self.universe // BLOCK))
        return self._bits


def counts(facet: Facet, hits: Hits, sets: Sets, most: int) -> np.ndarray:
    """How many of the hits have each of the first values; those left out cannot be among the best.

    Args:
        most: how many values the panel lists.
    """
    if not len(hits.members) or not len(facet.frequency):
        return np.zeros(0, dtype=np.uint32)
    values = VALUE_STEPS * len(facet.values) // max(1, hits.universe)
    budget = len(hits.members) * (ROW_STEPS + values)
    if len(hits.members) == hits.universe:
        return facet.frequency
    kernel = compiled()
    if budget > LEAST_WALK * most * -(-hits.universe // BLOCK):
        walked = (_walk_in_c if kernel else _walk)(facet, hits, sets, most, budget)
        if walked is not None:
            return walked
    return _rows_in_c(facet, hits) if kernel else _rows(facet, hits)


def some_counts(facet: Facet, hits: Hits, sets: Sets, values: Sequence[int]) -> list[int]:
    """How many of the hits have each of these values."""
    return [
        sets.get(facet.first + value).intersection_cardinality(hits.members) for value in values
    ]


# ---------------------------------------------------------------------------------------- in C
def _walk_in_c(facet: Facet, hits: Hits, sets: Sets, most: int, budget: int) -> np.ndarray | None:
    found = np.zeros(len(facet.frequency), dtype=np.uint32)
    done = compiled().count_values(
        sets.address,
        address(sets.at) + 8 * facet.first,
        address(facet.frequency),
        len(facet.frequency),
        address(facet.dense),
        len(facet.dense),
        address(hits.bits),
        len(hits.bits) // WORDS,
        most,
        budget,
        address(found),
    )
    return None if done < 0 else found[:done]


def _rows_in_c(facet: Facet, hits: Hits) -> np.ndarray:
    found = np.zeros(len(facet.frequency), dtype=np.uint32)
    kernel = compiled()
    count = kernel.count_rows_16 if facet.values.dtype == np.uint16 else kernel.count_rows_32
    count(
        address(hits.numbers),
        len(hits.numbers),
        address(facet.starts),
        address(facet.values),
        address(found),
    )
    return found


@cache
def compiled() -> ctypes.CDLL | None:
    """The kernel; None where no compiler is found, or RSC_SEARCH_COMPILER is empty."""
    if not settings.SEARCH_COMPILER:
        return None
    compiler = shutil.which(settings.SEARCH_COMPILER)
    source = SOURCE.read_bytes() + _processor().encode()
    library = settings.SEARCH_INDEX_DIR / f"kernel-{hashlib.sha256(source).hexdigest()[:12]}.so"
    try:
        if not library.exists():
            if not compiler:
                return None
            _compile(compiler, library)
        kernel = ctypes.CDLL(str(library))
    except (OSError, subprocess.CalledProcessError) as error:
        log.warning("search_kernel_not_compiled", error=type(error).__name__)
        return None
    # Addresses as plain numbers: wrapping an array in a pointer costs more than a narrow panel.
    place, number = ctypes.c_void_p, ctypes.c_uint64
    kernel.count_values.restype = ctypes.c_int64
    kernel.count_values.argtypes = [
        place, place, place, number, place, number, place, number, ctypes.c_uint32, number,
        place,
    ]  # fmt: skip
    for count in (kernel.count_rows_16, kernel.count_rows_32):
        count.restype = None
        count.argtypes = [place, number, place, place, place]
    return kernel


def _processor() -> str:
    """What the processor can do, where the system tells: code compiled for one fits no other."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")


def _compile(compiler: str, library: Path) -> None:
    """Compile beside, then rename: another worker may do the same."""
    library.parent.mkdir(parents=True, exist_ok=True)
    draft = library.with_suffix(f".{os.getpid()}")
    flags = ["-O3", "-shared", "-fPIC"]
    if _processor():
        flags.append("-march=native")  # counts bits eight words at a time where it can
    subprocess.run(  # noqa: S603 - the operator's compiler on our own file
        [compiler, *flags, str(SOURCE), "-o", str(draft)], check=True, capture_output=True
    )
    draft.replace(library)


# ------------------------------------------------------------------------------------- in numpy
def _walk(facet: Facet, hits: Hits, sets: Sets, most: int, budget: int) -> np.ndarray | None:
    found: list[int] = []
    best = np.zeros(most, dtype=np.int64)
    for value, frequency in enumerate(facet.frequency.tolist()):
        if frequency < best[0]:
            break
        found.append(sets.get(facet.first + value).intersection_cardinality(hits.members))
        if found[-1] > best[0]:
            best[0] = found[-1]
            best.sort()
        budget -= 15_000  # steps that a call costs, at least
        if budget < 0:
            return None
    return np.array(found, dtype=np.uint32)


def _rows(facet: Facet, hits: Hits) -> np.ndarray:
    members = hits.numbers
    starts = facet.starts[members].astype(np.int64)
    lengths = facet.starts[members + 1] - starts
    ends = np.cumsum(lengths)
    at = np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1])
    return np.bincount(facet.values[at], minlength=len(facet.frequency)).astype(np.uint32)


def _bits_of(members: BitMap, blocks: int) -> np.ndarray:
    """One bit a member, from the portable format: its dense containers are such bits already."""
    bits = np.zeros(blocks * (BLOCK // 8), dtype=np.uint8)
    data = members.serialize()
    if int.from_bytes(data[:4], "little") != PLAIN:
        dense = np.zeros(blocks * BLOCK, dtype=np.uint8)
        dense[numbers(members)] = 1
        return np.packbits(dense, bitorder="little").view(np.uint64)
    count = int.from_bytes(data[4:8], "little")
    heads = np.frombuffer(data, np.uint16, 2 * count, 8).reshape(count, 2)
    offsets = np.frombuffer(data, np.uint32, count, 8 + 4 * count)
    for (key, size), offset in zip(heads.tolist(), offsets.tolist(), strict=True):
        block = bits[key * 8192 : key * 8192 + 8192]
        if size >= 4096:
            block[:] = np.frombuffer(data, np.uint8, 8192, offset)
        else:
            dense = np.zeros(BLOCK, dtype=np.uint8)
            dense[np.frombuffer(data, np.uint16, size + 1, offset)] = 1
            block[:] = np.packbits(dense, bitorder="little")
    return bits.view(np.uint64)

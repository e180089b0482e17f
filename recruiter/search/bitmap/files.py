"""The files of an index: a folder a version, columns and sets in it, mapped into memory.

Workers map the same files, so they share one copy in the page cache, and a worker is ready as
soon as the files are mapped. Sets of members are roaring bitmaps in the portable format, so that
the counting kernel can read them where they lie.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import time
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from pyroaring import BitMap

from recruiter.search.port import FACETS, PANELS

# Who has a word at best in tier A, in B, in C; and who has it at all.
Standing = tuple[BitMap, BitMap, BitMap, BitMap]
NONE = 0xFFFFFFFF  # the number of no set
CACHED_SETS = 4_096  # sets that a worker keeps unpacked; at a million members 128 kB each at most
ALIGNED = 8  # bytes at which a set begins
# The files in which members have their values, and of which facets: those of a usual page lie
# together, so that counting them takes one look at each member.
ROWS = {"rows": PANELS, "further_rows": tuple(kind for kind in FACETS if kind not in PANELS)}


def map_column(folder: Path, name: str) -> np.ndarray:
    """A column as it lies on disk, read only. (A plain view: numpy's own kind of map is slow.)"""
    return np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray)


def in_huge_pages(values: np.ndarray) -> np.ndarray:
    """A copy in this process's own memory, in pages of 2 MB where the system has them.

    For what is read here and there: a file's pages of 4 kB are so many that finding each costs
    more than reading it (35 against 15 ns a member, measured).
    """
    if not values.nbytes or not hasattr(mmap, "MADV_HUGEPAGE"):
        return values
    memory = mmap.mmap(-1, values.nbytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.suppress(OSError):  # a kernel without them
        memory.madvise(mmap.MADV_HUGEPAGE)
    copy = np.frombuffer(memory, values.dtype).reshape(values.shape)
    copy[:] = values
    return copy


def write_column(folder: Path, name: str, values: np.ndarray) -> None:
    np.save(folder / f"{name}.npy", values)


def bitmap(members: np.ndarray) -> BitMap:
    """A set of ascending 32-bit numbers. (A buffer is read ten times faster than an array.)"""
    numbers = array("I")
    numbers.frombytes(np.ascontiguousarray(members, dtype=np.uint32).tobytes())
    return BitMap(numbers, optimize=False)


def numbers(members: BitMap) -> np.ndarray:
    """The members of a set, ascending, as 32-bit numbers."""
    return np.frombuffer(members.to_array(), dtype=np.uint32)


def address(values: np.ndarray) -> int:
    """Where an array lies in memory, for the kernel."""
    return int(values.__array_interface__["data"][0])


class Strings(Sequence[bytes]):
    """Texts in one file, by number; searched by halves when they are in order."""

    def __init__(self, folder: Path, name: str) -> None:
        self._text = _map_bytes(folder / f"{name}.bin")
        self._at = map_column(folder, f"{name}_at")

    def __len__(self) -> int:
        return len(self._at) - 1

    def __getitem__(self, number: Any) -> bytes:
        return bytes(self._text[int(self._at[number]) : int(self._at[number + 1])])

    def find(self, text: bytes) -> int | None:
        """The number of a text; None when it is not there."""
        place = bisect_left(self, text)
        return place if place < len(self) and self[place] == text else None

    def beginning_with(self, text: bytes) -> range:
        """The numbers of all that begin with a text."""
        first = bisect_left(self, text)
        return range(first, bisect_left(self, text + b"\xff", lo=first))


def write_strings(folder: Path, name: str, texts: Sequence[bytes]) -> None:
    at = np.zeros(len(texts) + 1, dtype=np.uint64)
    np.cumsum([len(text) for text in texts], out=at[1:])
    (folder / f"{name}.bin").write_bytes(b"".join(texts))
    write_column(folder, f"{name}_at", at)


class Sets:
    """Sets of members, by number."""

    def __init__(self, folder: Path, name: str) -> None:
        self.data = _map_bytes(folder / f"{name}.bin")
        self.at = map_column(folder, f"{name}_at")
        self.address = address(np.frombuffer(self.data, dtype=np.uint8))
        self.get = lru_cache(CACHED_SETS)(self._get)

    def __len__(self) -> int:
        return len(self.at)

    def _get(self, number: int) -> BitMap:
        """A set. Others hold the same one: it must not be changed."""
        return BitMap.deserialize(self.data[int(self.at[number]) :])


class SetsWriter:
    """Writes sets to a file, one after the other."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._file = (folder / f"{name}.bin").open("wb")
        self._at = array("Q")
        self._end = 0

    def add(self, members: BitMap) -> int:
        """Write a set. Returns its number."""
        data = members.serialize()
        data += bytes(-len(data) % ALIGNED)
        self._at.append(self._end)
        self._end += len(data)
        self._file.write(data)
        return len(self._at) - 1

    def close(self) -> None:
        self._file.close()
        write_column(self._folder, f"{self._name}_at", np.array(self._at, dtype=np.uint64))


def _map_bytes(path: Path) -> memoryview:
    if not path.stat().st_size:
        return memoryview(b"")
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


# ------------------------------------------------------------------------------------- versions
MANIFEST = "manifest.json"
FORMAT = 3  # raise it when files change: older folders are then no index


class Versions:
    """The versions of one index: numbered folders, and a file that names the current one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._current = root / MANIFEST
        self._name = str(self._current)

    def stamp(self) -> int:
        """Changes when another version becomes current; 0 when there is none."""
        try:
            return os.stat(self._name).st_mtime_ns  # each search asks, and a Path takes longer
        except FileNotFoundError:
            return 0

    def manifest(self) -> dict[str, Any]:
        """What the current version says of itself. Raises OSError or ValueError if it cannot."""
        return json.loads(self._current.read_text())

    def folder(self, version: int) -> Path:
        return self.root / f"v{version}"

    def next(self) -> int:
        """The number of a new version; a build that was cut off has the same one again."""
        try:
            return int(self.manifest()["version"]) + 1 if self.stamp() else 1
        except (OSError, ValueError, LookupError, TypeError):  # nobody knows what is current
            return max((int(folder.name[1:]) for folder in self._folders()), default=0) + 1

    def publish(self, manifest: dict[str, Any]) -> None:
        """Make a version the current one, in one step, and remove those before the last two.

        A worker that still reads an old folder keeps its files: they vanish when it lets go.
        """
        draft = self._current.with_suffix(".new")
        draft.write_text(json.dumps(manifest, indent=1))
        draft.replace(self._current)
        for folder in self._folders():
            if int(folder.name[1:]) < manifest["version"] - 1:
                remove(folder)

    def keep_only(self, version: int) -> None:
        """Remove all others, also what is left of a build that was cut off."""
        for folder in self._folders():
            if int(folder.name[1:]) != version:
                remove(folder)

    def _folders(self) -> Iterator[Path]:
        return (path for path in self.root.glob("v*") if path.name[1:].isdigit())


def remove(folder: Path) -> None:
    """Delete a folder of files."""
    for path in folder.iterdir():
        if path.is_dir():
            remove(path)
        else:
            path.unlink()
    folder.rmdir()


SUMS = "sums.json"
LOOK_EVERY = 1.0  # seconds; a look takes 0.2 ms


def write_sums(folder: Path) -> None:
    """Note each file's checksum, for `check_sums`."""
    sums = {path.name: _sum(path) for path in folder.iterdir() if path.is_file()}
    (folder / SUMS).write_text(json.dumps(sums))


def check_sums(folder: Path) -> None:
    """Raises OSError or ValueError when a file is not what it was: the kernel trusts all offsets.

    Takes 0.3 s for a million members. (Adler's sum sees each change of one byte, at 3 GB/s.)
    """
    if not (folder / SUMS).exists():
        return  # built before there were sums
    for name, known in json.loads((folder / SUMS).read_text()).items():
        if _sum(folder / name) != known:
            raise ValueError(f"{name} is damaged")


class Sizes:
    """The sizes of a folder's files while they are mapped.

    Who reads a mapped file behind an end that was cut is ended by the system, so no search may
    begin to. No program of ours cuts files; those that a new version replaces stay readable.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._known = dict(self._present())
        self._due = 0.0

    def check(self) -> None:
        """Raises ValueError when a file became shorter. Looks once in LOOK_EVERY seconds."""
        if (present := time.monotonic()) < self._due:
            return
        self._due = present + LOOK_EVERY
        for name, size in self._present():
            if size < self._known.get(name, 0):
                raise ValueError(f"{name} was cut")

    def _present(self) -> Iterator[tuple[str, int]]:
        with contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as files:
            for each in files:
                yield each.name, each.stat().st_size


def _sum(path: Path) -> int:
    return zlib.adler32(_map_bytes(path))


def size(folder: Path) -> int:
    """Bytes in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def union(sets: Iterable[BitMap]) -> BitMap:
    """All members of some sets, as a set of its own."""
    some = list(sets)
    return BitMap.union(*some) if some else BitMap()

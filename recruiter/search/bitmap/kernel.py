"""The hot loops in C: compiled by the system's `cc` at the first use, into the index's folder.

One call counts all panels of a question, another compares the places of a phrase's words; both
without Python's lock. At a million members that takes
a quarter of what numpy and pyroaring do, which stay for machines without a compiler. Measured
against it, numba was as fast, but it brings 173 MB of compiler to every installation and takes
seconds to warm up in each worker; an extension built at installation would make every
installation need a compiler.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
SOURCE = Path(__file__).with_name("kernel.c")


class RowColumns(ctypes.Structure):
    """Where the rows of several facets lie: as kernel.c knows them."""

    _fields_ = (
        *[(name, ctypes.c_void_p) for name in ("values", "longer")],
        *[(name, ctypes.c_uint64) for name in ("n_longer", "stated", "kinds", "width", "bytes")],
    )


class FacetColumns(ctypes.Structure):
    """Where a facet's columns lie: as kernel.c knows them."""

    _fields_ = (
        *[
            (name, ctypes.c_void_p)
            for name in ("at", "dense", "frequency", "order", "planes", "column", "beside")
        ],
        *[(name, ctypes.c_uint64) for name in ("n", "n_dense", "first", "n_planes", "n_beside")],
    )


class PanelColumns(ctypes.Structure):
    """Some facets that are counted in one go: as kernel.c knows them."""

    _fields_ = (
        *[(name, ctypes.c_void_p) for name in ("sets", "rows", "facets")],
        *[(name, ctypes.c_uint64) for name in ("n_facets", "universe", "most")],
    )


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
    place, number = ctypes.c_void_p, ctypes.c_uint64
    kernel.count_panels.restype = ctypes.c_int
    kernel.count_panels.argtypes = [place, ctypes.c_char_p, number, place]
    kernel.spell.restype = None
    kernel.spell.argtypes = [place, *[number] * 3, place]
    kernel.line_up.restype = number
    kernel.line_up.argtypes = [place, *[number] * 3, place, place, number]
    kernel.follow.restype = ctypes.c_int
    kernel.follow.argtypes = [number, *[place] * 7, number, place]
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

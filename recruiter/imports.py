"""Walk through the files of an import: one, a folder of them, or JSON Lines."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from recruiter import json_resume, members
from recruiter.json_resume import RecordRejected, Rejection, Resume

BATCH = 500  # records a transaction
LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


class NothingToImport(ValueError):
    """The path names no file that could hold members; the message says what was looked for."""


@dataclass(frozen=True)
class Read:
    """One record as it came: either a key with its resume, or a rejection."""

    key: str = ""
    resume: Resume | None = None
    rejection: Rejection | None = None


def files_at(path: Path) -> list[Path]:
    """The files to read, in a stable order.

    Raises:
        NothingToImport: there is no such file or folder, or the folder holds no such file.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NothingToImport(f"{path} is neither a file nor a folder")
    found = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and (file.suffix == ".json" or file.name.endswith(LINES))
    )
    if not found:
        raise NothingToImport(f"{path} holds no .json or .jsonl file")
    return found


def records_in(file: Path) -> Iterator[Read]:
    """The records of one file, good or rejected, in order. Never raises for what it holds."""
    if file.name.endswith(LINES):
        yield from _lines(file)
        return
    try:
        raws = list(json_resume.split(file.read_bytes()))
    except RecordRejected as error:
        yield _rejected(str(file), error)
        return
    except OSError as error:
        yield Read(rejection=Rejection(str(file), "(file)", error.strerror or str(error)))
        return
    several = len(raws) > 1
    for index, raw in enumerate(raws):
        yield _record(f"{file}[{index}]" if several else str(file), raw)


def _lines(file: Path) -> Iterator[Read]:
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _record(f"{file}:{number}", line)
    except (OSError, EOFError) as error:  # a broken archive, a file that went away
        yield Read(rejection=Rejection(str(file), "(file)", str(error)))


def _record(place: str, raw: bytes | msgspec.Raw) -> Read:
    try:
        resume = json_resume.read(raw)
        return Read(key=members.check(resume), resume=resume)
    except RecordRejected as error:
        return _rejected(place, error)


def _rejected(place: str, error: RecordRejected) -> Read:
    return Read(rejection=Rejection(place, error.field, error.reason))

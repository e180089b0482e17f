"""Records in files of JSON lines, and what to say of a line that cannot be read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO, TypeVar

from ats_sync.identity.records import CandidateRecord, MemberRecord, RecordError

Record = TypeVar("Record", MemberRecord, CandidateRecord)


class FileError(ValueError):
    """A line of a file cannot be read; the message names file, line and reason."""


def open_text(path: Path) -> TextIO:
    """A text file in UTF-8, unpacked on the way if its name ends in .gz."""
    return (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open("r", encoding="utf-8")
    )


def read_records(
    path: Path, read: Callable[[Mapping[str, Any]], Record], seen: Callable[[], object] = int
) -> list[Record]:
    """All records of a file of JSON lines; empty lines are passed over.

    Args:
        read: `records.read_member` or `records.read_candidate`.
        seen: called after each record, for a progress bar.

    Raises:
        FileError: a line that is no JSON object, a field of the wrong type, an id used twice.
        OSError: the file cannot be opened.
    """
    found: list[Record] = []
    lines: dict[str, int] = {}
    with open_text(path) as file:
        for number, record in _records(path, file, read):
            first = lines.setdefault(record.id, number)
            if first != number:
                raise FileError(f"{path}, line {number}: id {record.id} is that of line {first}")
            found.append(record)
            seen()
    return found


def _records(
    path: Path, file: TextIO, read: Callable[[Mapping[str, Any]], Record]
) -> Iterator[tuple[int, Record]]:
    number = 0
    try:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, read(_json_object(line))
    except RecordError as error:
        raise FileError(f"{path}, line {number}: {error}") from error
    except (UnicodeDecodeError, EOFError) as error:
        raise FileError(f"{path}, after line {number}: {error}") from error


def _json_object(line: str) -> Mapping[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise RecordError(f"no JSON ({error})") from error
    if not isinstance(value, dict):
        raise RecordError("a JSON object is expected")
    return value

"""What the matching commands share: reading two files with a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ats_sync.identity.files import read_records
from ats_sync.identity.near import MOST_COMPARED
from ats_sync.identity.pairing import Matching, match
from ats_sync.identity.records import read_candidate, read_member
from ats_sync.identity.weights import Weights


@contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar on the error stream, where it disturbs no pipe; silent without a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield progress


def _counter(progress: Progress, what: str, total: int | None) -> Callable[[], object]:
    task = progress.add_task(what, total=total)
    return lambda: progress.advance(task)


def read_world(members: Path, candidates: Path, most: int = MOST_COMPARED) -> Matching:
    """Read both files and compare each candidate with the members nearest to it.

    Args:
        most: how many of them at most.

    Raises:
        FileError: a broken line.
        OSError: a file that cannot be opened.
    """
    with _bar() as progress:
        # The smaller file first: its mistakes show at once.
        people = read_records(
            candidates, read_candidate, _counter(progress, "Reading candidates", None)
        )
        bases = read_records(members, read_member, _counter(progress, "Reading members", None))
        step = _counter(progress, "Comparing", len(people) + len(bases))
        return match(bases, people, step, most)


def read_weights(path: Path | None) -> Weights | None:
    """Weights from a file of learn_matching's making, None for no path.

    Raises:
        CommandError: the file is not readable or holds something else.
    """
    if path is None:
        return None
    try:
        return Weights.from_json(path.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} holds no weights: {error}") from error

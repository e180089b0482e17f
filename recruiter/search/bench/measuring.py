"""Ask the questions of several engines in turn, and compare times and answers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from recruiter.search import words
from recruiter.search.bench.queries import QUESTIONS
from recruiter.search.port import MemberQuery, Viewer
from recruiter.search.statement import statement_of

COUNT = 25


@dataclass
class Times:
    """Milliseconds of each run: on the wall, and of this process's processor time."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.wall)


def questions(viewer: Viewer) -> list[tuple[str, MemberQuery]]:
    """Each question with its class."""
    return [
        (kind, MemberQuery(viewer=viewer, count=COUNT, **question))
        for kind, some in QUESTIONS.items()
        for question in some
    ]


def timed(ask: Callable[[], Any], runs: int, warm: int = 1) -> Times:
    """Ask some times to warm up, then measure."""
    for _ in range(warm):
        ask()
    times = Times()
    for _ in range(runs):
        cpu, wall = time.process_time(), time.perf_counter()
        ask()
        times.wall.append((time.perf_counter() - wall) * 1000)
        times.cpu.append((time.process_time() - cpu) * 1000)
    return times


def tree_of(query: MemberQuery) -> words.Resolved | None:
    with connection.cursor() as cursor:
        return words.resolve(cursor, query)


def postgres_statement(query: MemberQuery) -> Callable[[], Any]:
    """The best single statement: one materialised base, no word scores, memory enough."""
    with connection.cursor() as cursor:
        statement, given = statement_of(cursor, query, timezone.now(), scored=False)

    def ask() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET work_mem = '512MB'")
            cursor.execute(statement, given)
            found = cursor.fetchone()
            cursor.execute("RESET work_mem")
            return found

    return ask


def summary(times: dict[str, list[Times]]) -> dict[str, dict[str, float]]:
    """For each class and for all: mean and median of the questions' medians, p95 of all runs."""
    everything = [each for some in times.values() for each in some]
    return {kind: _figures(some) for kind, some in [*times.items(), ("all", everything)] if some}


def _figures(times: list[Times]) -> dict[str, float]:
    runs = sorted(run for each in times for run in each.wall)
    medians = [each.median for each in times]
    return {
        "mean_ms": round(statistics.mean(medians), 3),
        "median_ms": round(statistics.median(medians), 3),
        "p95_ms": round(runs[min(len(runs) - 1, int(len(runs) * 0.95))], 3),
        "cpu_mean_ms": round(statistics.mean(min(each.cpu) for each in times), 3),
    }

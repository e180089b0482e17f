"""Questions asked by several processes at once, each with the index open for itself."""

from __future__ import annotations

import multiprocessing
import time
from itertools import cycle
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

import django

from recruiter.search.port import Viewer

PATIENCE = 120  # seconds until all processes are ready
_FORKS = multiprocessing.get_context("spawn")  # a fork would share our database connection

Told = tuple[int, float, float]  # questions answered, processor seconds, seconds until ready


def together(viewer: Viewer, processes: int, seconds: float) -> dict[str, float]:
    """Ask the 32 questions over and over in some processes.

    Returns:
        Questions a second on the clock, questions a second of processor time (which other work
        on the machine changes less), and the seconds until the slowest process had answered its
        first question, counted from when Django stood.
    """
    ready, told = _FORKS.Barrier(processes), _FORKS.Queue()
    children = [
        _FORKS.Process(target=_ask, args=(viewer, seconds, ready, told)) for _ in range(processes)
    ]
    for child in children:
        child.start()
    found = [told.get(timeout=PATIENCE + seconds) for _ in children]
    for child in children:
        child.join()
    answered = sum(questions for questions, *_ in found)
    return {
        "per_second": round(answered / seconds, 1),
        "per_cpu_second": round(answered / sum(cpu for _, cpu, _ in found), 1),
        "ready_seconds": round(max(waited for *_, waited in found), 2),
    }


def _ask(viewer: Viewer, seconds: float, ready: Barrier, told: Queue[Told]) -> None:
    django.setup()
    asked, index = _questions(viewer)
    began = time.perf_counter()
    index.search(asked[0])
    waited = time.perf_counter() - began
    for query in asked:
        index.search(query)
    ready.wait(PATIENCE)
    until, cpu, answered = time.perf_counter() + seconds, time.process_time(), 0
    for query in cycle(asked):
        index.search(query)
        answered += 1
        if time.perf_counter() > until:
            break
    told.put((answered, time.process_time() - cpu, waited))


def _questions(viewer: Viewer) -> Any:
    # Django's models must not be loaded before `django.setup`.
    from recruiter.search import engine
    from recruiter.search.bench import measuring

    return [query for _, query in measuring.questions(viewer)], engine("bitmap")

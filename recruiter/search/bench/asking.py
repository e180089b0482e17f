"""Questions asked by several processes at once, each with the index open for itself."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
from itertools import cycle
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

import django
from django.db import connection

from recruiter.search.port import Viewer
from rsc.long_lived import spare_what_stays

PATIENCE = 120  # seconds until all processes are ready
_FORKS = multiprocessing.get_context("spawn")  # a fork would share our database connection

Told = tuple[int, float, float]  # questions answered, processor seconds, seconds until ready
Core = int | None  # the one that a process, and its database session, must keep to


def compared(viewer: Viewer, seconds: float) -> dict[str, dict[str, float]]:
    """Ask the 32 questions over and over in one process, and in two.

    While a process works, so does its database session, on another core if there is one. So the
    two are compared on a core each as well, beside loops that do nothing else: what the machine
    itself gives for a second core.

    Returns:
        For each number of processes: questions a second on the clock, questions a second of
        processor time (which other work on the machine changes less), and the seconds until the
        slowest process had answered its first question, counted from when Django stood.
    """
    cores = sorted(os.sched_getaffinity(0))[:2] if hasattr(os, "sched_getaffinity") else []
    told = {"1": together(viewer, [None], seconds), "2": together(viewer, [None] * 2, seconds)}
    if len(cores) == 2:
        told["1, on one core"] = together(viewer, cores[:1], seconds)
        told["2, on a core each"] = together(viewer, cores, seconds)
        told["loops"] = {f"{n}": _rounds(cores[:n], seconds) for n in (1, 2)}
    return told


def together(viewer: Viewer, cores: list[Core], seconds: float) -> dict[str, float]:
    """Ask in as many processes as cores are named. For what it returns see `compared`."""
    ready, told = _FORKS.Barrier(len(cores)), _FORKS.Queue()
    found = _told([(_ask, viewer, core, seconds, ready, told) for core in cores], told, seconds)
    answered = sum(questions for questions, *_ in found)
    return {
        "per_second": round(answered / seconds, 1),
        "per_cpu_second": round(answered / sum(cpu for _, cpu, _ in found), 1),
        "ready_seconds": round(max(waited for *_, waited in found), 2),
    }


def _told(work: list[tuple[Any, ...]], told: Queue[Told], seconds: float) -> list[Told]:
    """Have each piece of work done by a process of its own."""
    children = [_FORKS.Process(target=do, args=given) for do, *given in work]
    for child in children:
        child.start()
    found = [told.get(timeout=PATIENCE + seconds) for _ in children]
    for child in children:
        child.join()
    return found


def _ask(viewer: Viewer, core: Core, seconds: float, ready: Barrier, told: Queue[Told]) -> None:
    django.setup()
    asked, index = _questions(viewer)
    began = time.perf_counter()
    index.search(asked[0])
    waited = time.perf_counter() - began
    for query in asked:
        index.search(query)
    spare_what_stays()  # as servers do
    if core is not None:
        _keep_to(core)
    ready.wait(PATIENCE)
    until, cpu, answered = time.perf_counter() + seconds, time.process_time(), 0
    for query in cycle(asked):
        index.search(query)
        answered += 1
        if time.perf_counter() > until:
            break
    told.put((answered, time.process_time() - cpu, waited))


def _keep_to(core: int) -> None:
    """Keep this process to a core, and its database session, where it may say so of that."""
    os.sched_setaffinity(0, {core})
    with contextlib.suppress(OSError):  # of another user, or on another machine
        os.sched_setaffinity(connection.connection.info.backend_pid, {core})


def _rounds(cores: list[int], seconds: float) -> float:
    """Millions of rounds a second of loops that do nothing else, one on each core."""
    ready, told = _FORKS.Barrier(len(cores)), _FORKS.Queue()
    found = _told([(_loop, core, seconds, ready, told) for core in cores], told, seconds)
    return round(sum(rounds for rounds, *_ in found) / seconds / 1e6, 2)


def _loop(core: int, seconds: float, ready: Barrier, told: Queue[Told]) -> None:
    os.sched_setaffinity(0, {core})
    ready.wait(PATIENCE)
    until, cpu, rounds = time.perf_counter() + seconds, time.process_time(), 0
    while time.perf_counter() < until:
        for _ in range(10_000):
            pass
        rounds += 10_000
    told.put((rounds, time.process_time() - cpu, 0.0))


def _questions(viewer: Viewer) -> Any:
    # Django's models must not be loaded before `django.setup`.
    from recruiter.search import engine
    from recruiter.search.bench import measuring

    return [query for _, query in measuring.questions(viewer)], engine("bitmap")

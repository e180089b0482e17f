"""Work that several processes share, such as a re-match of everybody."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

import django

from rsc.long_lived import spare_what_stays

Item = TypeVar("Item")
Result = TypeVar("Result")


def at_once(
    work: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[Result]:
    """The results of some work on each item, in the order in which they come.

    Whoever stops listening stops the work: items that were not begun are left.

    Args:
        work: a function of a module, or a partial of one; each process has its own database
            connection.
        processes: how many; with one, the work is done in this process.
    """
    if processes == 1:
        yield from map(work, items)
        return
    # A fork would share our database connection.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawn, initializer=_begin) as pool:
        try:
            for done in as_completed([pool.submit(work, item) for item in items]):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _begin() -> None:
    # Ctrl-C reaches all processes of a terminal: the first one says when the others end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    spare_what_stays()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Whoever shares the work of a process that was killed would wait for more of it for ever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)  # in the middle of a transaction, perhaps: PostgreSQL takes that back

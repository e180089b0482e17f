"""Clients of the benchmark: processes that push over kept connections and time every answer.

It knows neither models nor settings: every client process loads this module alone.
"""

from __future__ import annotations

import http.client
import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier as BarrierType
from typing import NamedTuple
from urllib.parse import urlsplit

TIMEOUT = 60  # seconds an answer may take
_ALL = 2**62
_FORKS = multiprocessing.get_context("spawn")  # a fork would share our database connection


@dataclass(frozen=True)
class Push:
    """One request: its address below the server's, and its body."""

    target: str
    body: bytes
    records: int
    version: str = ""  # LinkedIn-Version, for addresses below /rest/


@dataclass(frozen=True)
class Line:
    """What one connection sends, with whose token."""

    token: str
    pushes: Sequence[Push]


class Answer(NamedTuple):
    """One request that was accepted: when its answer was read, how long it took, its records."""

    at: float
    ms: float
    records: int


# What a client says in the end: when it began, its answers in order and its processor time; or
# what failed.
Told = tuple[float, list[Answer], float] | str


class PushRefused(RuntimeError):
    """The server refused a request or one of its records."""


@dataclass(frozen=True)
class Timing:
    """How one round of pushes went.

    Attributes:
        began: when the first request left, on the clock of the answers.
        answers: of each connection, in order.
        cpu_seconds: processor time of the clients.
    """

    began: float
    answers: Sequence[Sequence[Answer]]
    cpu_seconds: float

    @property
    def records(self) -> int:
        """Records accepted in all."""
        return sum(one.records for line in self.answers for one in line)

    @property
    def rate(self) -> float:
        """Records accepted a second, from the first request to the last answer."""
        return self.records / (max(line[-1].at for line in self.answers if line) - self.began)

    def percentile(self, share: float) -> float:
        """The time in ms within which this share of the answers came."""
        ordered = sorted(one.ms for line in self.answers for one in line)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def push(base_url: str, lines: Sequence[Line], records: int | None = None) -> Timing:
    """Send requests, each line over a connection of its own; wait for the last answer.

    Args:
        records: after how many, of all lines together, none goes on. So all end at once, though
            the system gives a worker what connections it gets, and some are served before others.
            All are sent when it is left out.

    Raises:
        PushRefused: the server did not accept every record.
    """
    barrier = _FORKS.Barrier(len(lines) + 1)
    answers: Queue[Told] = _FORKS.Queue()
    left = _FORKS.Value("q", records if records is not None else _ALL)
    processes = [
        _FORKS.Process(target=_client, args=(base_url, line, barrier, left, answers))
        for line in lines
    ]
    for process in processes:
        process.start()
    barrier.wait(TIMEOUT)
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    told = []
    for each in found:
        if isinstance(each, str):
            raise PushRefused(each)
        told.append(each)
    return Timing(
        began=min(began for began, _, _ in told),
        answers=[accepted for _, accepted, _ in told],
        cpu_seconds=sum(spent for _, _, spent in told),
    )


def _client(
    base_url: str,
    line: Line,
    barrier: BarrierType,
    left: Synchronized[int],
    answers: Queue[Told],
) -> None:
    """One process: one connection, one request after the other."""
    headers = {"Authorization": f"Bearer {line.token}", "Content-Type": "application/json"}
    # The plainest client there is: it shares the processors with what is measured.
    with closing(http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=TIMEOUT)) as server:
        barrier.wait(TIMEOUT)
        try:
            began, before = time.monotonic(), time.process_time()
            accepted = list(_send(server, headers, line.pushes, left))
            answers.put((began, accepted, time.process_time() - before))
        except (PushRefused, http.client.HTTPException, OSError) as error:
            answers.put(f"{type(error).__name__}: {error}")


def _send(
    server: http.client.HTTPConnection,
    headers: Mapping[str, str],
    pushes: Sequence[Push],
    left: Synchronized[int],
) -> Iterator[Answer]:
    for one in pushes:
        with left.get_lock():
            if left.value <= 0:
                return
            left.value -= one.records
        version = {"LinkedIn-Version": one.version} if one.version else {}
        began = time.monotonic()
        server.request("PUT", one.target, one.body, {**headers, **version})
        answer = server.getresponse()
        content = answer.read()
        ended = time.monotonic()
        if answer.status != 200 or content.count(b'"status":204') != one.records:
            raise PushRefused(f"{answer.status}: {content[:500].decode('utf-8', 'replace')}")
        yield Answer(ended, (ended - began) * 1000, one.records)

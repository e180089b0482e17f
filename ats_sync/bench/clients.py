"""Clients of the benchmark: processes that push over kept connections and time every answer.

It knows neither models nor settings: every client process loads this module alone.
"""

from __future__ import annotations

import http.client
import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier as BarrierType
from urllib.parse import urlsplit

TIMEOUT = 60  # seconds an answer may take
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


# What a client says in the end: the times of its answers and its processor time, or what failed.
Told = tuple[list[float], float] | str


class PushRefused(RuntimeError):
    """The server refused a request or one of its records."""


@dataclass
class Timing:
    """How one round of pushes went; times in milliseconds.

    Attributes:
        records: how many were accepted.
        seconds: from the first request to the last answer.
        cpu_seconds: processor time of the clients.
    """

    records: int
    seconds: float
    cpu_seconds: float = 0.0
    answers_ms: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Records accepted a second."""
        return self.records / self.seconds

    def percentile(self, share: float) -> float:
        """The time within which this share of the answers came."""
        ordered = sorted(self.answers_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def push(base_url: str, lines: Sequence[Line]) -> Timing:
    """Send all requests, each line over a connection of its own; wait for the last answer.

    Raises:
        PushRefused: the server did not accept every record.
    """
    barrier = _FORKS.Barrier(len(lines) + 1)
    answers: Queue[Told] = _FORKS.Queue()
    processes = [
        _FORKS.Process(target=_client, args=(base_url, line, barrier, answers)) for line in lines
    ]
    for process in processes:
        process.start()
    barrier.wait(TIMEOUT)
    began = time.perf_counter()
    found = [answers.get() for _ in processes]
    seconds = time.perf_counter() - began
    for process in processes:
        process.join()
    timing = Timing(sum(one.records for line in lines for one in line.pushes), seconds)
    for each in found:
        if isinstance(each, str):
            raise PushRefused(each)
        times, cpu_seconds = each
        timing.answers_ms += times
        timing.cpu_seconds += cpu_seconds
    return timing


def _client(
    base_url: str,
    line: Line,
    barrier: BarrierType,
    answers: Queue[Told],
) -> None:
    """One process: one connection, one request after the other."""
    headers = {"Authorization": f"Bearer {line.token}", "Content-Type": "application/json"}
    # The plainest client there is: it shares the processors with what is measured.
    with closing(http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=TIMEOUT)) as server:
        barrier.wait(TIMEOUT)
        try:
            before = time.process_time()
            times = list(_send(server, headers, line.pushes))
            answers.put((times, time.process_time() - before))
        except (PushRefused, http.client.HTTPException, OSError) as error:
            answers.put(f"{type(error).__name__}: {error}")


def _send(
    server: http.client.HTTPConnection, headers: Mapping[str, str], pushes: Sequence[Push]
) -> Iterator[float]:
    for one in pushes:
        version = {"LinkedIn-Version": one.version} if one.version else {}
        began = time.perf_counter()
        server.request("PUT", one.target, one.body, {**headers, **version})
        answer = server.getresponse()
        content = answer.read()
        yield (time.perf_counter() - began) * 1000
        if answer.status != 200 or content.count(b'"status":204') != one.records:
            raise PushRefused(f"{answer.status}: {content[:500].decode('utf-8', 'replace')}")

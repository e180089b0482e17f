"""What a push costs in processor time, which other work on the machine changes far less than the
time on the clock."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from ats_sync.bench.server import Server


@dataclass
class Cost:
    """Processor time in seconds, of our workers and of the database."""

    server: float = 0.0
    database: float = 0.0


@contextmanager
def measured(server: Server) -> Iterator[Cost]:
    """The cost of what happens in the block; zeros where there is no /proc, or not on this machine.

    The database's part counts the processes that answer our workers, and those that write for all.
    """
    cost = Cost()
    workers, database = _spent(server.workers()), _spent(_database_processes())
    yield cost
    cost.server = _since(workers, _spent(server.workers()))
    cost.database = _since(database, _spent(_database_processes()))


def _spent(processes: Iterable[int]) -> dict[int, float]:
    return {process: _seconds(process) for process in processes}


def _since(before: dict[int, float], after: dict[int, float]) -> float:
    """What was spent in between; a worker may have taken a new connection meanwhile."""
    return sum(spent - before.get(process, 0) for process, spent in after.items())


def _database_processes() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND (datname = current_database() OR backend_type IN ('walwriter', 'checkpointer', "
            "'background writer'))"
        )
        return [pid for (pid,) in cursor.fetchall()]


def _seconds(process: int) -> float:
    """User and system time of a process; 0 when it cannot be read."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

"""A web server for the benchmark alone, and what its workers take of memory."""

from __future__ import annotations

import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from rsc.demo import processes

# So high that nothing is refused, while everything is still counted.
PLENTY = ",".join(
    f"{resource}.{span}=1000000000"
    for resource in ("atsCandidates", "atsApplications", "stages")
    for span in ("day", "minute")
)
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB$", re.MULTILINE)
_PARENT = re.compile(r"^PPid:\s+(\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Server:
    """A running server: its address, and the process that started the workers."""

    base_url: str
    process: int

    def workers(self) -> dict[int, float]:
        """The workers' process ids, each with its resident memory now in MiB.

        Empty where there is no /proc.
        """
        found = {}
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
            except OSError:  # it has just ended
                continue
            parent, resident = _PARENT.search(text), _RESIDENT.search(text)
            if parent and resident and int(parent[1]) == self.process:
                found[int(status.parent.name)] = int(resident[1]) / 1024
        return found


@contextmanager
def serving(workers: int) -> Iterator[Server]:
    """gunicorn with our application on a free port of this machine, until the block ends.

    Raises:
        ProcessFailed: it did not get ready.
    """
    port = _free_port()
    base_url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        child = processes.start(
            "web server",
            [
                sys.executable, "-m", "gunicorn", "--config=python:rsc.gunicorn", "rsc.wsgi",
                f"--bind=127.0.0.1:{port}", f"--workers={workers}",
            ],
            folder=settings.BASE_DIR,
            log=Path(folder) / "web.log",
            RSC_BASE_URL=base_url,
            RSC_DEBUG="no",
            RSC_THROTTLES=PLENTY,
            # Nothing of this run wakes a worker of the real system.
            RSC_OUTBOX_RINGS_WORKER="no",
            PYTHONPATH=os.pathsep.join(filter(None, sys.path)),
        )  # fmt: skip
        try:
            processes.wait_until(child, lambda: _listens(port))
            yield Server(base_url, child.process.pid)
        finally:
            processes.stop([child])


@contextmanager
def worker() -> Iterator[None]:
    """A worker of this system, until the block ends.

    Raises:
        ProcessFailed: it ended in its first seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        child = processes.start(
            "worker",
            [sys.executable, "manage.py", "qcluster"],
            folder=settings.BASE_DIR,
            log=Path(folder) / "worker.log",
        )
        try:
            time.sleep(3)
            child.check()
            yield
        finally:
            processes.stop([child])


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True

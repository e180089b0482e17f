"""The demo's processes: start each in a session of its own, watch them, end them in order."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN = 60  # seconds
STOP_WITHIN = 8  # seconds; whoever needs longer is killed
LAST_LINES = 15
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class ProcessFailed(RuntimeError):
    """A process ended by itself, or did not get ready; the message quotes its log."""


@dataclass
class Child:
    """One running process."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raises ProcessFailed when it has ended."""
        status = self.process.poll()
        if status is not None:
            raise ProcessFailed(f"{self.name} ended (status {status}).\n{self.last_lines()}")

    def last_lines(self) -> str:
        """The end of its log, and where the whole log is."""
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join([*(f"  | {line}" for line in lines), f"  whole log: {self.log}"])


def start(name: str, command: list[str], *, folder: Path, log: Path, **settings: str) -> Child:
    """Start a process that Ctrl-C does not reach; we end it ourselves, in order.

    Args:
        name: how people call it.
        command: the program and its words.
        folder: where it works.
        log: the file that takes its output; begun anew.
        settings: environment variables on top of our own.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            cwd=folder,
            env=os.environ | settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
    return Child(name, process, log)


def _end_with_parent() -> None:
    """Linux ends the child when the demo is killed, so that no port stays taken."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def wait_until(child: Child, ready: Callable[[], bool], *, within: float = READY_WITHIN) -> None:
    """Wait for a process to get ready. Raises ProcessFailed."""
    patient_until = time.monotonic() + within
    while not ready():
        child.check()
        if time.monotonic() > patient_until:
            raise ProcessFailed(
                f"{child.name} is not ready after {within:.0f} s.\n{child.last_lines()}"
            )
        time.sleep(0.1)


def answers(url: str, headers: Mapping[str, str] | None = None) -> bool:
    """Whether a web address answers with success."""
    try:
        request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 - ours
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop(children: list[Child]) -> None:
    """End all, the one started last first; no process of theirs stays behind."""
    for child in reversed(children):
        if child.process.poll() is None:
            child.process.terminate()
    patient_until = time.monotonic() + STOP_WITHIN
    for child in reversed(children):
        try:
            child.process.wait(max(patient_until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        _end_session(child.process.pid)


def _end_session(leader: int) -> None:
    """End what is left of a process' own processes."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return

"""A re-match as an operator runs it, in a process of its own, killed with -9 in mid-statement."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import Any

import django

django.setup()  # once, in the server from which each is forked

from django.db import connection  # noqa: E402

from ats_sync import rematching  # noqa: E402
from ats_sync.models import RematchRun  # noqa: E402

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


def rematch(chunk: int, *, die_at: int) -> int:
    """Start a re-match, or go on with one; returns the exit status, negative for a signal.

    Args:
        chunk: candidates a transaction.
        die_at: the statement before which it is killed; 0 for never.
    """
    database = connection.settings_dict["NAME"]
    process = _processes.Process(target=_proceed, args=(database, chunk, die_at))
    process.start()
    process.join(60)
    assert process.exitcode is not None, "the re-match did not end"
    return process.exitcode


def _proceed(database: str, chunk: int, die_at: int) -> None:
    connection.settings_dict["NAME"] = database
    rematching.CHUNK = chunk
    run = rematching.unfinished() or RematchRun.objects.create()
    statements = 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        if statements == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    with connection.execute_wrapper(count):
        for _ in rematching.proceed(run):
            pass

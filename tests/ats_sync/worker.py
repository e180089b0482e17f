"""A worker as an operator runs it, in a process of its own, that can be told when to die.

Each is forked from a server that has loaded the project already: starting one costs nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import signal

import django

django.setup()  # once, in the server

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from ats_sync import callbacks, calls_out, sending  # noqa: E402

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


class Worker:
    """Delivers callbacks until nothing is due.

    Args:
        die_after: after how many calls it is killed with -9; 0 for never.
        seconds: for one call.
    """

    def __init__(self, *, die_after: int = 0, seconds: float = 1.0) -> None:
        database = connection.settings_dict["NAME"]
        self.process = _processes.Process(target=_deliver, args=(database, die_after, seconds))
        self.process.start()

    def wait(self, seconds: float = 240) -> int:
        """The exit status, as of a process: negative when a signal ended it."""
        self.process.join(seconds)
        assert self.process.exitcode is not None, "the worker did not end"
        return self.process.exitcode


def _deliver(database: str, die_after: int, seconds: float) -> None:
    connection.settings_dict["NAME"] = database
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    settings.OUTBOX_RINGS_WORKER = False
    sending.SECONDS = seconds
    real, calls = calls_out.Line.post, 0

    def post(*args: object, **kwargs: object) -> object:
        nonlocal calls
        answer = real(*args, **kwargs)
        calls += 1
        if calls == die_after:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    calls_out.Line.post = post
    while callbacks.deliver_due():
        pass

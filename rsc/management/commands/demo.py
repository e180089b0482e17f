"""manage.py demo: everything up, with a small world in it, until Ctrl-C."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rsc.demo.processes import ProcessFailed
from rsc.demo.show import DemoRefused, Show, alone
from rsc.embedded_postgres import EmbeddedPostgresError

# The demo ATS lives on this machine, where callbacks of a real server must never go.
DEMO_SETTINGS = {"RSC_PRIVATE_CALLBACKS": "yes"}
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = (
        "Bring up the database, the guide's world, a web server, a worker and a pretend ATS that "
        "pushes its data; print addresses and logins; end all of it with Ctrl-C."
    )
    requires_system_checks: list[str] = []  # the checks need the database that this starts

    def handle(self, *args: object, **options: object) -> None:
        if not settings.CALLBACKS_MAY_BE_PRIVATE:
            # Settings come from the environment alone: begin again with the demo's.
            os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | DEMO_SETTINGS)  # noqa: S606
        # Progress is told in words; the logs of the processes go to files.
        logging.getLogger().setLevel(logging.WARNING)
        logging.getLogger("django-q").setLevel(logging.WARNING)
        # Also SIGINT: a script that starts us in the background has it ignored.
        for number in ENDINGS:
            signal.signal(number, _interrupt)
        try:
            with alone():
                self._run(Show(self._say))
        except (DemoRefused, ProcessFailed, EmbeddedPostgresError) as error:
            raise CommandError(str(error)) from error

    def _run(self, show: Show) -> None:
        try:
            show.bring_up()
            show.tell("ready")
            self._say("")
            show.announce()
            show.watch()
        except KeyboardInterrupt:
            self._say("\ndemo: ending")
        finally:
            # From here on nothing may interrupt the ending; it is short.
            for number in ENDINGS:
                signal.signal(number, signal.SIG_IGN)
            show.take_down()

    def _say(self, text: str) -> None:
        # A terminal that was closed must not keep us from ending the rest.
        with contextlib.suppress(OSError):
            self.stdout.write(text)
            self.stdout.flush()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt

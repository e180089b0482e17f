"""manage.py db start|stop|status|run: the embedded PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import sys
from argparse import REMAINDER, ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rsc.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError


class Command(BaseCommand):
    help = (
        "Start, stop or look at the embedded PostgreSQL (used while DATABASE_URL is unset), "
        "or run a program that needs it: db run pytest."
    )
    requires_system_checks: list[str] = []  # the checks need the database that this starts

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["start", "stop", "status", "run"])
        parser.add_argument("program", nargs=REMAINDER, help="For run: a program and its words.")

    def handle(self, *args: object, **options: object) -> None:
        server: EmbeddedPostgres | None = settings.EMBEDDED_POSTGRES
        try:
            if options["verb"] == "run":
                self._run(server, options["program"])
            elif server is None:
                self.stdout.write("DATABASE_URL is set: that server is used, none to manage.")
            else:
                self.stdout.write(getattr(self, f"_{options['verb']}")(server))
        except EmbeddedPostgresError as error:
            raise CommandError(str(error)) from error

    def _start(self, server: EmbeddedPostgres) -> str:
        started = server.start()
        return f"PostgreSQL {'started' if started else 'was running already'} ({server.data})"

    def _stop(self, server: EmbeddedPostgres) -> str:
        return "PostgreSQL stopped" if server.stop() else "PostgreSQL was not running"

    def _status(self, server: EmbeddedPostgres) -> str:
        return f"PostgreSQL is {'running' if server.running() else 'stopped'} ({server.data})"

    def _run(self, server: EmbeddedPostgres | None, program: list[str]) -> None:
        """Run a program and end as it ends; a server that this had to start is stopped again."""
        if not program:
            raise CommandError("name the program to run: db run pytest")
        started = server is not None and server.start()
        try:
            child = subprocess.Popen(program)  # noqa: S603 - the operator's own words
        except OSError as error:
            raise CommandError(f"{program[0]}: {error.strerror}") from error
        # Ctrl-C reaches the child as well: it ends in its own way, and we after it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        status = child.wait()
        if server is not None and started:
            server.stop_unless_used()
        sys.exit(status)

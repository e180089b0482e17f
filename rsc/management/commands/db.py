"""manage.py db start|stop|status: the embedded PostgreSQL."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rsc.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError


class Command(BaseCommand):
    help = "Start, stop or look at the embedded PostgreSQL (used while DATABASE_URL is unset)."
    requires_system_checks: list[str] = []  # the checks need the database that this starts

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["start", "stop", "status"])

    def handle(self, *args: object, **options: object) -> None:
        server: EmbeddedPostgres | None = settings.EMBEDDED_POSTGRES
        if server is None:
            self.stdout.write("DATABASE_URL is set: that server is used, there is none to manage.")
            return
        try:
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

"""manage.py restore: bring a backup back."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rsc import backup


class Command(BaseCommand):
    help = (
        "Bring back what manage.py backup saved, into an empty database; a database that holds "
        "tables is refused. Stop the web and worker processes first. Afterwards: migrate, if "
        "this release is newer than the saved one, then build_search_index, then doctor."
    )
    requires_system_checks: list[str] = []  # there are no tables yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder that backup made")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            backup.restore(options["folder"])
            keeps = backup.keep_key(options["folder"])
        except (backup.BackupFailed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Database and files are back.")
        if not keeps:
            key = options["folder"] / backup.KEY
            self.stdout.write(f"Set RSC_SECRET_KEY to what stands in {key}: secrets need it.")
        self.stdout.write("Now: manage.py migrate, build_search_index, doctor.")

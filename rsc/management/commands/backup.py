"""manage.py backup: copy all that this installation keeps."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rsc import backup


class Command(BaseCommand):
    help = (
        "Copy the database (by pg_dump, while everything runs), the files and the secret key "
        "into a new folder below FOLDER. It holds personal data and the key that unseals "
        "secrets: encrypt it, keep it elsewhere, and delete it when your retention rules say "
        "so. manage.py restore brings it back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: object, **options: Any) -> None:
        try:
            place = backup.save(options["folder"])
        except (backup.BackupFailed, OSError) as error:
            raise CommandError(str(error)) from error
        for path in sorted(place.iterdir()):
            self.stdout.write(f"{path.stat().st_size:>14,} bytes  {path}")

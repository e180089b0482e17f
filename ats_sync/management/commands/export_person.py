"""manage.py export_person: write a copy of all that is kept of somebody."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ats_sync import person_export, persons
from rsc import audit


class Command(BaseCommand):
    help = (
        "Write a ZIP of all that is kept of a person. WHO is an e-mail address, a member's public "
        "id, or candidate:12."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who")
        parser.add_argument("--out", type=Path, required=True, help="the ZIP to write")

    def handle(self, *args: object, **options: object) -> None:
        person = persons.find(str(options["who"]))
        if not person.subjects:
            raise CommandError("Nothing is kept under that.")
        out = Path(str(options["out"]))
        out.write_bytes(person_export.archive(person))
        audit.record("person.exported", person.subjects[0], subjects=person.subjects)
        self.stdout.write(f"{out}: {out.stat().st_size} bytes")

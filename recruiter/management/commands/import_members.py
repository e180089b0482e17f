"""manage.py import_members PATH: members from JSON Resume files."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from recruiter import imports, members
from recruiter.json_resume import Rejection, Resume

SHOWN_REJECTIONS = 50


class Command(BaseCommand):
    help = (
        "Take up members from JSON Resume 1.0.0: one .json file (an object or an array), a "
        "folder of them, or JSON Lines (.jsonl, .jsonl.gz). A person is found again by the "
        "record's id, else meta.canonical, else the first e-mail address, so the command can be "
        "repeated. The newest file wins, except over a member who has an account: from then on "
        "the profile is the member's own, and no file changes it. A bad record is reported and "
        "harms no other."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="a file or a folder")
        parser.add_argument(
            "--unverified",
            action="store_true",
            help="do not vouch for the addresses; they will match no candidate by themselves",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything, change nothing"
        )
        parser.add_argument("--report", type=Path, help="write the rejected records to a CSV file")

    def handle(self, *args: object, **options: object) -> None:
        self.verified = not options["unverified"]
        self.dry_run = bool(options["dry_run"])
        self.done = members.TakenUp()
        self.rejections: list[Rejection] = []
        try:
            files = imports.files_at(options["path"])
        except imports.NothingToImport as error:
            raise CommandError(str(error)) from error
        self._read(files)
        self._report(options["report"])

    def _read(self, files: list[Path]) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
            by_file = progress.add_task("files", total=len(files))
            by_record = progress.add_task("records", total=None)
            batch: list[tuple[str, Resume]] = []
            for file in files:
                for read in imports.records_in(file):
                    progress.advance(by_record)
                    if read.rejection:
                        self.rejections.append(read.rejection)
                    elif read.resume:
                        batch.append((read.key, read.resume))
                    if len(batch) >= imports.BATCH:
                        self._take_up(batch)
                progress.advance(by_file)
            self._take_up(batch)

    def _take_up(self, batch: list[tuple[str, Resume]]) -> None:
        if batch and not self.dry_run:
            did = members.take_up(batch, verified=self.verified)
            self.done.new += did.new
            self.done.changed += did.changed
            self.done.unchanged += did.unchanged
        elif batch:
            self.done.new += len(batch)
        batch.clear()

    def _report(self, path: Path | None) -> None:
        for rejection in self.rejections[:SHOWN_REJECTIONS]:
            self.stderr.write(str(rejection))
        if (hidden := len(self.rejections) - SHOWN_REJECTIONS) > 0:
            self.stderr.write(f"… and {hidden} more; --report FILE.csv lists them all")
        if path:
            with path.open("w", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(["place", "field", "reason"])
                rows.writerows((r.place, r.field, r.reason) for r in self.rejections)
        done, rejected = self.done, len(self.rejections)
        if self.dry_run:
            self.stdout.write(f"{done.new} could be taken up, {rejected} rejected; nothing changed")
        else:
            self.stdout.write(
                f"{done.new} new, {done.changed} changed, {done.unchanged} unchanged, "
                f"{rejected} rejected"
            )
        if rejected and not (done.new or done.changed or done.unchanged):
            raise CommandError("nothing could be taken up")

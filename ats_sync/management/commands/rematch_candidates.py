"""manage.py rematch_candidates: look at every candidate again."""

from __future__ import annotations

import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ats_sync import rematching
from ats_sync.models import RematchRun


class Command(BaseCommand):
    help = (
        "Match all candidates anew, suggestions included. What people decided stays. It may be "
        "interrupted at any time; started again, it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )
        parser.add_argument("--restart", action="store_true", help="begin anew instead of going on")

    def handle(self, *args: object, **options: object) -> None:
        dry_run = bool(options["dry_run"])
        waiting = None if dry_run or options["restart"] else rematching.unfinished()
        run = waiting or RematchRun()
        if waiting:
            self.stdout.write(f"going on with the {waiting}")
        elif not dry_run:
            run.save()
        began, done = time.perf_counter(), 0
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
            bar = progress.add_task("candidates", total=rematching.to_do(run))
            for count in rematching.proceed(run, dry_run=dry_run):
                done += count
                progress.advance(bar, count)
        self._report(run, done, time.perf_counter() - began, dry_run)

    def _report(self, run: RematchRun, done: int, took: float, dry_run: bool) -> None:
        rate = f", {1000 * took / done:.2f} ms each" if done else ""
        self.stdout.write(f"{done} candidates in {took:.1f} s{rate}")
        for change, count in sorted(run.changes.items()):
            self.stdout.write(f"  {change}: {count}")
        if not run.changes:
            self.stdout.write("  no link changes")
        if dry_run:
            self.stdout.write("nothing was changed")

"""manage.py rematch_candidates: look at every candidate again."""

from __future__ import annotations

import os
import signal
import time
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ats_sync import match_models, rematching
from ats_sync.key_secret import OtherSecretError
from ats_sync.management.world import read_weights
from ats_sync.models import MatchModel, RematchRun
from rsc.long_lived import spare_what_stays

MANY = 5_000  # candidates, from which on other processes are worth their start
INTERRUPTED = 128 + signal.SIGINT  # what shells know it by


class Command(BaseCommand):
    help = (
        "Match all candidates anew, suggestions included. What people decided stays. It may be "
        "interrupted at any time; started again, it goes on where it was. How often labels are "
        "right is estimated anew first. With --weights it puts other weights in force, from now "
        "on and for everybody; try them with --dry-run before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )
        parser.add_argument("--restart", action="store_true", help="begin anew instead of going on")
        parser.add_argument(
            "--processes", type=int, default=len(os.sched_getaffinity(0)), help="how many at once"
        )
        parser.add_argument("--weights", type=Path, help="weights of learn_matching's making")

    def handle(self, *args: object, **options: object) -> None:
        try:
            self._rematch(options)
        except OtherSecretError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as pressed:
            raise CommandError("interrupted", returncode=INTERRUPTED) from pressed

    def _rematch(self, options: dict[str, object]) -> None:
        dry_run, path = bool(options["dry_run"]), options["weights"]
        anew = dry_run or options["restart"] or path
        run = (None if anew else rematching.unfinished()) or RematchRun()
        if run.pk:
            self.stdout.write(f"going on with the {run}")
            model = match_models.in_force()
        else:
            self.stdout.write(f"estimating from {rematching.SAMPLE:,} candidates ...")
            weights = read_weights(Path(str(path)) if path else None)
            model = rematching.estimate_labels(match_models.of_weights(weights))
            self._announce(model)
            if not dry_run:
                rematching.put_in_force(model)
                run.save()
        spare_what_stays()
        began = time.perf_counter()
        done, whole = self._proceed(run, model, dry_run, int(str(options["processes"])))
        self._report(run, done, time.perf_counter() - began, dry_run)
        if not whole:
            goes_on = "" if dry_run else "; started again, it goes on where it was"
            raise CommandError(f"interrupted{goes_on}", returncode=INTERRUPTED)

    def _proceed(
        self, run: RematchRun, model: MatchModel, dry_run: bool, processes: int
    ) -> tuple[int, bool]:
        """How many candidates were looked at, and whether that was all of them."""
        done, whole = 0, True
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
            total = rematching.to_do(run)
            bar = progress.add_task("candidates", total=total)
            if total <= MANY:
                processes = 1
            try:
                for count in rematching.proceed(run, model, dry_run=dry_run, processes=processes):
                    done += count
                    progress.advance(bar, count)
            except KeyboardInterrupt:
                whole = False
                if run.pk:
                    run.refresh_from_db()
        return done, whole

    def _announce(self, model: MatchModel) -> None:
        bits = f"{model.label_shift / 100:+.2f} bits from {model.sampled} candidates"
        self.stdout.write(f"weights {model.version}, labels shifted by {bits}")

    def _report(self, run: RematchRun, done: int, took: float, dry_run: bool) -> None:
        rate = f", {1000 * took / done:.2f} ms each" if done else ""
        self.stdout.write(f"{done} candidates in {took:.1f} s{rate}")
        for change, count in sorted(run.changes.items()):
            self.stdout.write(f"  {change}: {count}")
        if not run.changes:
            self.stdout.write("  no link changes")
        if dry_run:
            self.stdout.write("nothing was changed")

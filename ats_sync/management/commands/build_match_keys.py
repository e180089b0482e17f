"""manage.py build_match_keys: the keys under which matching finds members."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ats_sync import blocks, key_build, key_secret, member_keys
from ats_sync.workforce import at_once

CHUNK = 5_000  # members a transaction
# From so many members on, writing all keys at once is worth making matching wait for it.
MANY = 50_000


class Command(BaseCommand):
    help = (
        "Write the normal forms and keys of members that have none (or, with --all, of everyone: "
        "needed after a change of RSC_IDENTITY_SECRET, and then rematch_candidates), and mark the "
        "keys that too many hold. It may be interrupted at any time; started again without --all, "
        f"it goes on where it was. With more than {MANY:,} members to do it uses all processors, "
        "and matching waits for the last part of a minute or less."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also those that have keys already")
        parser.add_argument(
            "--processes", type=int, default=len(os.sched_getaffinity(0)), help="how many at once"
        )

    def handle(self, *args: object, **options: object) -> None:
        began = time.perf_counter()
        if options["all"]:
            key_build.forget_all()
            blocks.key_anew()
        elif not key_secret.holds():
            raise CommandError(str(key_secret.OtherSecretError()))
        ids = key_build.without_identity()
        chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
        work = at_once(key_build.write_identities, chunks, int(str(options["processes"])))
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
            bar = progress.add_task("members", total=len(ids))
            for done in work if len(ids) > MANY else self._one_by_one(chunks):
                progress.advance(bar, done)
        if key_build.unpublished():
            self.stdout.write("putting all keys in force ...")
            key_build.publish()
        heavy = member_keys.find_heavy()
        took = time.perf_counter() - began
        self.stdout.write(f"{len(ids)} members in {took:.1f} s; {heavy} keys are too common to use")

    def _one_by_one(self, chunks: list[list[int]]) -> Iterator[int]:
        for chunk in chunks:
            member_keys.rewrite(chunk)
            yield len(chunk)

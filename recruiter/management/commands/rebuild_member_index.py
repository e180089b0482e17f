"""manage.py rebuild_member_index: build the search index anew from the members."""

from __future__ import annotations

import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from recruiter import search
from recruiter.models import Member


class Command(BaseCommand):
    help = (
        "Build the search index anew. Searches go on with the old one until the new one is "
        "complete. Safe to repeat; nothing is lost by deleting the index."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-needed", action="store_true", help="do nothing when the index can answer"
        )

    def handle(self, *args: object, **options: object) -> None:
        index = search.index()
        if options["if_needed"] and index.ready():
            self.stdout.write("the search index is ready")
            return
        began = time.perf_counter()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
            bar = progress.add_task("members", total=Member.objects.count())
            count = index.rebuild(lambda done: progress.advance(bar, done))
        took = time.perf_counter() - began
        self.stdout.write(
            f"{count} member{'' if count == 1 else 's'} can be found; built in {took:.1f} s"
        )

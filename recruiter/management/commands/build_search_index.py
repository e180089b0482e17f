"""manage.py build_search_index: the files from which the `bitmap` engine counts."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from recruiter.models import MemberDocument
from recruiter.search.bitmap.build import build


class Command(BaseCommand):
    help = (
        "Build the search index from the documents that are there (rebuild_member_index builds "
        "those too). Searches go on and change over by themselves when it is complete. A build "
        "that was cut off goes on where it was. Nothing is lost by deleting the folder."
    )

    def handle(self, *args: object, **options: object) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
            bar = progress.add_task("documents", total=MemberDocument.objects.count())
            made = build(lambda done: progress.advance(bar, done))
        each = made["bytes"] // max(1, made["members"])
        self.stdout.write(
            f"version {made['version']}: {made['members']} members in {made['seconds']} s, "
            f"{made['bytes'] / 1e6:.0f} MB ({each} bytes a member)"
        )

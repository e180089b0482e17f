"""manage.py build_search_index: what the `bitmap` or the `opensearch` engine counts from."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from recruiter.models import MemberDocument
from recruiter.search.bitmap.build import build as build_files
from recruiter.search.opensearch.build import build as build_in_cluster
from recruiter.search.opensearch.cluster import ClusterError


class Command(BaseCommand):
    help = (
        "Build the search index from the documents that are there (rebuild_member_index builds "
        "those too), in a folder or, with RSC_SEARCH_ENGINE=opensearch, in the cluster. Searches "
        "go on and change over by themselves when it is complete. In a folder, a build that was "
        "cut off goes on where it was. Nothing is lost by deleting an index."
    )

    def handle(self, *args: object, **options: object) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
            bar = progress.add_task("documents", total=MemberDocument.objects.count())
            build = build_in_cluster if settings.SEARCH_ENGINE == "opensearch" else build_files
            try:
                made = build(lambda done: progress.advance(bar, done))
            except ClusterError as why:
                raise CommandError(f"The search cluster did not take the index: {why}") from why
        each = made["bytes"] // max(1, made["members"])
        self.stdout.write(
            f"version {made['version']}: {made['members']} members in {made['seconds']} s, "
            f"{made['bytes'] / 1e6:.0f} MB ({each} bytes a member)"
        )

"""manage.py apply_retention: delete what is older than its rule says."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ats_sync import retention
from recruiter import members


class Command(BaseCommand):
    help = (
        "Apply the retention rules that are switched on, as the nightly job does. Batches; may be "
        "interrupted and repeated. Legal holds are kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be deleted")

    def handle(self, *args: object, **options: object) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            for preview in retention.previews():
                rule, since = preview.rule, f"{preview.oldest:%Y-%m-%d}" if preview.oldest else "-"
                state = "" if rule.active else " (switched off)"
                self.stdout.write(
                    f"{rule}{state}, {rule.company or 'all companies'}: would delete "
                    f"{preview.rows:,}, oldest {since}"
                )
                if rule.active and not options["dry_run"]:
                    bar = progress.add_task(str(rule), total=preview.rows)
                    for count in retention.apply(rule):
                        progress.advance(bar, count)
        if not options["dry_run"]:
            members.close_waiting()

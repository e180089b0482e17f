"""manage.py build_match_keys: the keys under which matching finds members."""

from __future__ import annotations

import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ats_sync import member_keys
from recruiter.models import Member

CHUNK = 5_000  # members a transaction


class Command(BaseCommand):
    help = (
        "Write the normal forms and keys of members that have none (or, with --all, of everyone: "
        "needed after a change of RSC_IDENTITY_SECRET), and mark the keys that too many hold. It "
        "may be interrupted and repeated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also those that have keys already")

    def handle(self, *args: object, **options: object) -> None:
        members = Member.objects.open_accounts().filter(hidden_from_recruiters=False)
        if not options["all"]:
            members = members.filter(identity=None)
        total, after, began = members.count(), 0, time.perf_counter()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
            bar = progress.add_task("members", total=total)
            ordered = members.order_by("pk").values_list("pk", flat=True)
            while ids := list(ordered.filter(pk__gt=after)[:CHUNK]):
                member_keys.rewrite(ids)
                after = ids[-1]
                progress.advance(bar, len(ids))
        heavy = member_keys.find_heavy()
        took = time.perf_counter() - began
        self.stdout.write(f"{total} members in {took:.1f} s; {heavy} keys are too common to use")

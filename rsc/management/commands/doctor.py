"""manage.py doctor: look at the whole installation."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from rsc import vitals


class Command(BaseCommand):
    help = (
        "Look at the whole installation: settings, database, migrations, workers, schedules, "
        "outbox, search index, folders, mail, fonts, the public address and what has to leave. "
        "Each line is green, amber (works, but look at it) or red, with what to do. Ends with 1 "
        "if anything is red. Run it on the machine of the web process, after each update."
    )
    requires_system_checks: list[str] = []  # it reports them itself

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")
        parser.add_argument(
            "--quiet", action="store_true", help="only what is not green", dest="hush"
        )

    def handle(self, *args: object, **options: bool) -> None:
        signs = list(vitals.examine())
        counted = Counter(sign.level for sign in signs)
        shown = [sign for sign in signs if not (options["hush"] and sign.level == vitals.GREEN)]
        if options["json"]:
            text = {"counts": counted, "signs": [asdict(sign) for sign in shown]}
            self.stdout.write(json.dumps(text, indent=2))
        else:
            width = None if self.stdout.isatty() else 120
            Console(file=self.stdout, width=width).print(_table(shown))
            levels = (vitals.GREEN, vitals.AMBER, vitals.RED)
            self.stdout.write(", ".join(f"{counted[level]} {level}" for level in levels))
        if counted[vitals.RED]:
            sys.exit(1)


def _table(signs: list[vitals.Sign]) -> Table:
    table = Table("", "What", "Found", "What to do")
    colours = {vitals.GREEN: "green", vitals.AMBER: "yellow", vitals.RED: "bold red"}
    for sign in signs:
        table.add_row(f"[{colours[sign.level]}]{sign.level}[/]", sign.name, sign.says, sign.fix)
    return table

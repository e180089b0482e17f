"""manage.py rsc_certify: a vendor's rehearsal of the partner certification, over HTTP."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from contextlib import ExitStack
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from ats_sync.certify import callback, module1, module2, module3, module4, module5
from ats_sync.certify.rehearsal import Played, Rehearsal, Verdict, play
from ats_sync.certify.vendor import Vendor

MODULES = (module1, module2, module3, module4, module5)
STYLES = {Verdict.PASSED: "green", Verdict.FAILED: "bold red", Verdict.NOT_POSSIBLE: "yellow"}


class Command(BaseCommand):
    help = (
        "Play the published certification rules against a running server, with a customer's "
        "credentials, and print what came of each. It leaves invented records behind, so use a "
        "sandbox integration."
    )
    requires_system_checks: list[str] = []  # speaks HTTP only

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", required=True, help="the server: https://host")
        parser.add_argument("--client-id", required=True, help="the customer's application")
        parser.add_argument("--client-secret", required=True)
        parser.add_argument("--parent-id", default="", help="the vendor's own application")
        parser.add_argument("--parent-secret", default="")
        parser.add_argument("--organization", required=True, help="urn:li:organization:…")
        parser.add_argument("--contract", required=True, help="urn:li:contract:…")
        parser.add_argument("--member", default="", help="urn:li:person:… to link by hand")
        parser.add_argument("--module", type=int, choices=range(1, len(MODULES) + 1))
        parser.add_argument("--callback-url", default="", help="where the server reaches us")
        parser.add_argument("--callback-port", type=int, default=0, help="where we listen")
        parser.add_argument(
            "--wait", type=float, default=20, help="seconds to wait for a person's click"
        )

    def handle(self, *args: object, **options: Any) -> None:
        if bool(options["parent_id"]) != bool(options["parent_secret"]):
            raise CommandError("--parent-id and --parent-secret belong together")
        with ExitStack() as open_ones:
            rehearsal = _rehearsal(options, open_ones)
            if not rehearsal.vendor.token:
                raise CommandError("The server gave no token for --client-id and --client-secret")
            played = list(play(rehearsal, options["module"]))
        Console(file=self.stdout, width=None if self.stdout.isatty() else 120).print(_table(played))
        counted = Counter(one.verdict for one in played)
        self.stdout.write(", ".join(f"{counted[verdict]} {verdict}" for verdict in Verdict))
        if counted[Verdict.FAILED]:
            sys.exit(1)


def _rehearsal(options: dict[str, Any], open_ones: ExitStack) -> Rehearsal:
    base_url, parent, listener = options["base_url"], None, None
    if options["parent_id"]:
        parent = Vendor(base_url, options["parent_id"], options["parent_secret"])
    if options["callback_url"]:
        listener = open_ones.enter_context(
            callback.listening(
                options["client_secret"],
                url=options["callback_url"],
                host="",
                port=options["callback_port"],
            )
        )
    return Rehearsal(
        vendor=Vendor(base_url, options["client_id"], options["client_secret"]),
        organization=options["organization"],
        contract=options["contract"],
        parent=parent,
        callback=listener,
        member=options["member"],
        wait=options["wait"],
    )


def _table(played: list[Played]) -> Table:
    table = Table("Rule", "What", "Outcome", "Why")
    for one in played:
        verdict = f"[{STYLES[one.verdict]}]{one.verdict}[/]"
        table.add_row(one.rule.number, one.rule.title, verdict, one.why.replace("[", r"\["))
    return table

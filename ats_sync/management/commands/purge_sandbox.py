"""manage.py purge_sandbox: delete all that a sandbox ATS has sent."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ats_sync import sandbox
from ats_sync.models import Ats, SandboxPurge
from recruiter.legal_holds import HeldByLaw


class Command(BaseCommand):
    help = (
        "Delete everything that a sandbox ATS has sent, and what follows from it; its settings "
        "stay. Prints progress and a receipt. May be interrupted and repeated. An ATS that is not "
        "marked as a sandbox is refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ats", type=int, help="the ATS's number, as in its admin address")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: object, **options: Any) -> None:
        ats = Ats.objects.select_related("company").filter(pk=options["ats"]).first()
        if ats is None:
            raise CommandError(f"There is no ATS {options['ats']}.")
        if not options["yes"] and input(f"Delete all that {ats} has sent? [y/N] ").lower() != "y":
            raise CommandError("Nothing was deleted.")
        try:
            purge = ats.purges.filter(finished_at=None).first() or sandbox.ask_purge(
                ats, actor=None
            )
            sandbox.run(purge, self._tell)
        except (sandbox.NoSandbox, HeldByLaw) as refusal:
            raise CommandError(str(refusal)) from refusal
        for kind, count in sorted(purge.deleted.items()):
            self.stdout.write(f"  {count:>9} {kind}")
        self.stdout.write(f"{purge.total} rows of {ats} are deleted; receipt {purge.pk}.")

    def _tell(self, purge: SandboxPurge) -> None:
        self.stdout.write(f"{purge.total} of about {purge.planned}", ending="\r")
        self.stdout.flush()

"""manage.py wipe_ats: delete all that one ATS had sent."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from ats_sync import wiping
from ats_sync.models import Ats
from recruiter.legal_holds import HeldByLaw


class Command(BaseCommand):
    help = (
        "Delete all that one ATS had sent, and switch its features off; settings and a receipt "
        "stay. Shows what would go and asks. Started again, it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ats", type=int, help="its number in the admin settings")
        parser.add_argument("--dry-run", action="store_true", help="only show what would go")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: object, **options: object) -> None:
        ats = Ats.objects.filter(pk=options["ats"]).first()
        if ats is None:
            raise CommandError("There is no ATS of that number.")
        for name, count in wiping.preview(ats).items():
            self.stdout.write(f"{count:>10}  {name}")
        if options["dry_run"]:
            return
        if not options["yes"] and input(f"Type {ats.name} to delete all of that: ") != ats.name:
            raise CommandError("nothing was deleted")
        try:
            receipt = ats.wipes.filter(finished_at=None).first() or wiping.ask(ats, actor=None)
        except HeldByLaw as refusal:
            raise CommandError(str(refusal)) from refusal
        wiping.run(receipt)
        self.stdout.write(f"wiped: {receipt.total} rows, receipt {receipt.pk} {receipt.digest}")

"""manage.py erase_person: erase somebody for good."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ats_sync import erasure, persons
from ats_sync.erasure import NobodyFound, WorksHere
from ats_sync.models import Erasure
from recruiter.legal_holds import HeldByLaw


class Command(BaseCommand):
    help = (
        "Erase a person: profile, records of ATSs, notes, messages, files, search index, history. "
        "WHO is an e-mail address, a member's public id, or candidate:12. Shows what was found "
        "and asks. A backup knows nothing of later erasures: keep what --list prints outside of "
        "it, and after restoring one give that file to --again before the server takes requests."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", nargs="?", default="")
        parser.add_argument("--dry-run", action="store_true", help="only show what was found")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--look", action="store_true", help="read every table afterwards")
        parser.add_argument("--list", action="store_true", help="pseudonyms of all receipts")
        parser.add_argument("--again", type=Path, metavar="FILE", help="erase whom a list names")

    def handle(self, *args: object, **options: object) -> None:
        if options["list"]:
            for receipt in Erasure.objects.filter(kind=Erasure.Kind.PERSON):
                self.stdout.write("\n".join(receipt.subjects))
        elif options["again"]:
            self._again(Path(str(options["again"])).read_text().split())
        else:
            self._once(options)

    def _once(self, options: dict[str, object]) -> None:
        who = str(options["who"])
        person = persons.find(who)
        for part in persons.parts(person):
            if count := part.rows.count():
                self.stdout.write(f"{count:>8}  {part.name}")
        if options["dry_run"]:
            return
        if not options["yes"] and input("Type it once more to erase all of that: ") != who:
            raise CommandError("nothing was erased")
        receipt = self._erase(person, look=bool(options["look"]))
        self.stdout.write(f"erased: {receipt.total} rows, receipt {receipt.pk} {receipt.digest}")
        for column, rows in receipt.traces.items():
            self.stdout.write(f"mentioned still in {column}: {rows} rows, to be mended by hand")
        self.stdout.write("writing the search index anew")
        erasure.clean_index()

    def _erase(self, person: persons.Person, *, look: bool = False) -> Erasure:
        try:
            return erasure.erase(person, actor=None, look=look)
        except (NobodyFound, WorksHere, HeldByLaw) as refusal:
            raise CommandError(str(refusal)) from refusal

    def _again(self, subjects: list[str]) -> None:
        again = 0
        for subject in subjects:
            person = persons.find(subject.removeprefix("member:"))
            if person.subjects:
                self._erase(person)
                again += 1
        erasure.clean_index()
        self.stdout.write(f"{again} were there again, and are erased")

"""manage.py verify_audit: is the audit as it was written?"""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from rsc import audit_chain


class Command(BaseCommand):
    help = (
        "Seal what waits for a seal, then recompute the chain of seals. Names the first broken "
        "link and ends with an error if an entry was changed or removed. Note the printed head "
        "outside this server, and give it as --expect the next time: then a cut end shows too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--expect", default="", metavar="HEAD", help="a head noted earlier")

    def handle(self, *args: object, **options: object) -> None:
        audit_chain.seal()
        verdict = audit_chain.verify(str(options["expect"]))
        if verdict.broken:
            raise CommandError(f"after {verdict.seals} good links: {verdict.broken}")
        self.stdout.write(f"{verdict.seals} entries, none changed or removed")
        self.stdout.write(f"head {verdict.head or '(none yet)'}")

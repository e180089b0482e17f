"""manage.py seed_demo: the demo's world, without its processes."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from recruiter.models import Member
from rsc.demo import members, world
from rsc.demo.world import ForeignDatabase


class Command(BaseCommand):
    help = (
        "Make the world of the customer guide: two companies with their people, members, projects "
        "and an ATS vendor. May be repeated: it adds what is missing and leaves what you changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--crowd",
            type=int,
            default=members.CROWD,
            help=f"made-up members around the guide's people (default {members.CROWD})",
        )

    def handle(self, *args: object, **options: object) -> None:
        try:
            made = world.load(crowd=options["crowd"])
        except ForeignDatabase as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{Member.objects.count()} members. Sign in as:")
        for login in made.logins:
            self.stdout.write(f"  {login.role:<15} {login.username:<10} {login.password}")

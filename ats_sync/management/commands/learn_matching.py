"""manage.py learn_matching MEMBERS CANDIDATES --out WEIGHTS: learn weights without labels."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ats_sync.identity.files import FileError
from ats_sync.identity.keys import hashed, joint_name
from ats_sync.identity.learn import learn
from ats_sync.identity.names import PersonName
from ats_sync.identity.weights import Weights
from ats_sync.management.world import read_world

# With fewer candidates the rarer levels are guesses.
FEWEST = 2000


class Command(BaseCommand):
    help = (
        "Learn the worth of each kind of evidence from two files as match_files reads them. No "
        "labels are needed; the same files give the same weights."
    )
    requires_system_checks: list[str] = []  # works without a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("members", type=Path)
        parser.add_argument("candidates", type=Path)
        parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
        parser.add_argument("--name", default="local", help="the version to store with decisions")

    def handle(self, *args: object, **options: object) -> None:
        try:
            # All pairs: how namesakes differ is learnt from those that are not near.
            world = read_world(options["members"], options["candidates"], most=sys.maxsize)
        except (FileError, OSError) as error:
            raise CommandError(str(error)) from error
        if len(world.candidates) < FEWEST:
            raise CommandError(
                f"{len(world.candidates)} candidates are too few to learn from ({FEWEST} at least)"
            )

        def namesakes(name: PersonName) -> int:
            return world.population.holders(hashed(joint_name(name)))

        pairs = ((each, world.compared(place)) for place, each in enumerate(world.candidates))
        weights = learn(pairs, world.members, namesakes, options["name"])
        options["out"].write_text(weights.as_json(), "utf-8")
        self._show(weights)

    def _show(self, weights: Weights) -> None:
        self.stdout.write(f"Weights {weights.version}, in hundredths of a bit by level:")
        rows = {"given": weights.given, "family": weights.family, **weights.fields}
        for field, levels in rows.items():
            self.stdout.write(f"  {field:9}" + "".join(f"{bits:7}" for bits in levels))

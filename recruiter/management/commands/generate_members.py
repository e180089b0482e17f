"""manage.py generate_members N: a believable population for demos and benchmarks."""

from __future__ import annotations

import time
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from recruiter import search
from recruiter.models import Member
from recruiter.population import writing
from recruiter.population.people import Population, day
from rsc.models import Company


def number_of_members(text: str) -> int:
    """A positive whole number, for the command line."""
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a positive whole number")
    return int(text)


def date_of(text: str) -> datetime:
    """A day, for the command line."""
    try:
        return day(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day: write YYYY-MM-DD") from error


class Command(BaseCommand):
    help = (
        "Make up members: names of many cultures, careers, skills, places. The same number, seed "
        "and day give the same people. A seed is used once; --clear removes its members."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=number_of_members, metavar="N")
        parser.add_argument("--seed", type=int, default=1, help="which people (default 1)")
        parser.add_argument(
            "--as-of", type=date_of, help="the day on which they live (default: today)"
        )
        parser.add_argument(
            "--connections", type=int, default=0, help="how many others each knows on average"
        )
        parser.add_argument(
            "--clear", action="store_true", help="first remove the members made with this seed"
        )
        parser.add_argument(
            "--index",
            action="store_true",
            help="build their search documents now instead of leaving it to the worker",
        )

    def handle(self, *args: object, **options: object) -> None:
        self.seed = options["seed"]
        self.key = f"generated:{self.seed}:"
        self.at = options["as_of"] or datetime.now(UTC).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        made = Member.objects.filter(source_key__startswith=self.key)
        if options["clear"]:
            self.stdout.write(f"removed {made.delete()[1].get('recruiter.Member', 0)} members")
        elif made.exists():
            raise CommandError(
                f"members of seed {self.seed} are there already; take another --seed, or --clear"
            )
        first, last = self._make(options["count"])
        if options["connections"]:
            rows = writing.connect(
                first, last, mean=options["connections"], seed=self.seed, at=self.at
            )
            self.stdout.write(f"{rows // 2} acquaintances")
        if options["index"]:
            self._index(first, last)
        else:
            self.stdout.write("the worker lets search and matching know of them")

    def _make(self, count: int) -> tuple[int, int]:
        companies = {
            name: pk for pk, name in Company.objects.order_by("id").values_list("id", "name")
        }
        population = Population(self.seed, self.at, list(companies))
        began = time.perf_counter()
        with self._progress() as progress:
            bar = progress.add_task("members", total=count)
            ids = writing.write(
                population.people(count),
                key=self.key,
                companies={name.lower(): pk for name, pk in companies.items()},
                at=self.at,
                on_chunk=lambda done: progress.advance(bar, done),
            )
        took = time.perf_counter() - began
        self.stdout.write(f"{count} members in {took:.1f} s: {count / took:.0f} a second")
        return ids

    def _index(self, first: int, last: int) -> None:
        began = time.perf_counter()
        with self._progress() as progress:
            bar = progress.add_task("search documents", total=last - first + 1)
            for start in range(first, last + 1, writing.CHUNK):
                end = min(start + writing.CHUNK, last + 1)
                search.index().put(range(start, end))
                progress.advance(bar, end - start)
        took = time.perf_counter() - began
        self.stdout.write(f"search documents in {took:.1f} s")

    def _progress(self) -> Progress:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))

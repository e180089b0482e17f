"""manage.py search_doctor: compare the search index with the database."""

from __future__ import annotations

import itertools
import time
from argparse import ArgumentParser
from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recruiter.search import engine
from recruiter.search.bitmap import doctor
from recruiter.search.bitmap.doctor import Difference
from recruiter.search.bitmap.live import NoIndex


class Command(BaseCommand):
    help = (
        "Compare the index of the `bitmap` engine with the database: who is in it, each word, "
        "value and fact of every member, and the answers to random questions; of `opensearch` the "
        "answers. Names each difference and ends with 1 if there is any; `build_search_index` "
        "mends them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=int, default=1, help="look at every so manieth member only"
        )
        parser.add_argument(
            "--questions", type=int, default=50, help="random questions to ask both engines"
        )
        parser.add_argument("--seed", type=int, default=1, help="which questions")
        parser.add_argument("--most", type=int, default=100, help="differences to show")

    def handle(self, *args: object, **options: int) -> None:
        began = time.perf_counter()
        try:
            found = _differences(**options)
            shown = 0
            for difference in itertools.islice(found, options["most"]):
                self.stdout.write(str(difference))
                shown += 1
        except NoIndex as error:
            raise CommandError(f"{error} Run build_search_index.") from error
        took = time.perf_counter() - began
        if shown:
            raise CommandError(f"{shown} differences found in {took:.0f} s")
        self.stdout.write(f"no difference; looked for {took:.0f} s")


def _differences(*, every: int, questions: int, seed: int, **_: object) -> Iterator[Difference]:
    if settings.SEARCH_ENGINE == "opensearch":
        return doctor.recount(engine("opensearch"), questions, seed)
    index = engine("bitmap")
    return itertools.chain(
        doctor.members(index, every=max(1, every)),
        doctor.facts(index),
        doctor.recount(index, questions, seed),
    )

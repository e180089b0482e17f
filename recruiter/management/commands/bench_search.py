"""manage.py bench_search: how fast search is, beside tantivy and PostgreSQL in the same run."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from rich.console import Console
from rich.progress import Progress

from recruiter.models import Member, MemberDocument
from recruiter.search import bulk, engine
from recruiter.search.bench import measuring, world
from recruiter.search.bench.measuring import Times
from recruiter.search.bitmap import doctor
from recruiter.search.bitmap.build import build
from recruiter.search.bitmap.live import NoIndex
from recruiter.search.port import MemberQuery

try:
    from recruiter.search.bench.tantivy_yardstick import Yardstick
except ImportError:  # the yardstick is in the `bench` extra
    Yardstick = None


class Command(BaseCommand):
    help = (
        "Measure search over a population of this size (made when it is missing, 30 per cent of "
        "it in an ATS): 32 questions in seven classes, each with total, 25 members, eight panels "
        "and five Spotlights. Yardsticks: tantivy at exact counts (the `bench` extra) and the "
        "best single PostgreSQL statement. Use a database of its own: it adds a company."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=1_000_000)
        parser.add_argument("--json", type=Path, help="a file for the figures")
        parser.add_argument("--runs", type=int, default=15, help="runs of each question")
        parser.add_argument(
            "--sql-questions", type=int, default=32, help="questions for PostgreSQL, one run each"
        )
        parser.add_argument("--differences", type=int, default=0, help="random questions compared")

    def handle(self, *args: object, **options: Any) -> None:
        self.progress = Console(stderr=True)
        self._population(options["members"])
        made = world.make()
        index = self._index()
        asked = measuring.questions(made.rich)
        for _, query in asked:
            index.search(query)
        figures: dict[str, Any] = {
            "members": MemberDocument.objects.count(),
            "index": index.live().manifest,
        }
        figures["bitmap"] = self._measure("bitmap", asked, index.search, options["runs"])
        figures["tantivy"] = self._tantivy(index, asked, options["runs"])
        figures["postgres"] = self._postgres(asked, options["sql_questions"])
        figures["differences"] = [
            str(each)
            for viewer in made.viewers.values()
            for each in doctor.recount(index, options["differences"] // 3, 1, viewer)
        ]
        self._tell(figures)
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=1))

    # ------------------------------------------------------------------------------ what to ask
    def _population(self, members: int) -> None:
        there = Member.objects.count()
        if there < members:
            call_command("generate_members", members - there, seed=there + 1)
        if MemberDocument.objects.count() < Member.objects.count() * 0.9:
            with Progress(console=self.progress) as progress:
                bar = progress.add_task("documents", total=Member.objects.count())
                bulk.write_documents(lambda done: progress.advance(bar, done))
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def _index(self) -> Any:
        index = engine("bitmap")
        try:
            fresh = not index.live().overlay.documents and index.live().base is not None
        except NoIndex:
            fresh = False
        if not fresh:
            with Progress(console=self.progress) as progress:
                bar = progress.add_task("index", total=MemberDocument.objects.count())
                build(lambda done: progress.advance(bar, done))
        return index

    # --------------------------------------------------------------------------------- measuring
    def _measure(self, name: str, asked: list, ask: Any, runs: int) -> dict[str, Any]:
        times: dict[str, list[Times]] = {}
        for kind, query in asked:
            times.setdefault(kind, []).append(measuring.timed(lambda q=query: ask(q), runs))
        return self._figures(name, times)

    def _figures(self, name: str, times: dict[str, list[Times]]) -> dict[str, Any]:
        self.progress.print(f"{name}: measured")
        medians = [round(each.median, 3) for some in times.values() for each in some]
        return {"classes": measuring.summary(times), "medians_ms": medians}

    def _tantivy(self, index: Any, asked: list, runs: int) -> dict[str, Any] | None:
        if Yardstick is None:
            self.stdout.write("tantivy is not installed: pip install '.[bench]' to compare with it")
            return None
        yardstick = Yardstick(settings.SEARCH_INDEX_DIR / "yardstick")
        with Progress(console=self.progress) as progress:
            bar = progress.add_task("tantivy", total=MemberDocument.objects.count())
            index.search(asked[0][1])
            yardstick.build(index.live(), asked[0][1], lambda done: progress.advance(bar, done))
        trees = {id(query): measuring.tree_of(query) for _, query in asked}
        wrong = [
            repr(query)
            for _, query in asked
            if yardstick.ask(query, trees[id(query)])[0] != index.search(query).total
        ]

        def ask(query: MemberQuery) -> object:
            return yardstick.ask(query, trees[id(query)])

        return {
            **self._measure("tantivy", asked, ask, max(3, runs // 3)),
            "other_totals": wrong,
        }

    def _postgres(self, asked: list, most: int) -> dict[str, Any]:
        step = max(1, len(asked) // max(1, most))
        times: dict[str, list[Times]] = {}
        places = []
        for place, (kind, query) in list(enumerate(asked))[::step][:most]:
            once = measuring.timed(measuring.postgres_statement(query), runs=1, warm=0)
            times.setdefault(kind, []).append(once)
            places.append(place)
        return {**self._figures("PostgreSQL", times), "questions": places}

    # ----------------------------------------------------------------------------------- telling
    def _tell(self, figures: dict[str, Any]) -> None:
        ours, theirs = figures["bitmap"], figures["tantivy"]
        self.stdout.write(f"{'':14}{'bitmap':>10}{'p95':>10}{'tantivy':>10}{'times':>8}")
        for kind, row in ours["classes"].items():
            line = f"{kind:14}{row['median_ms']:10.2f}{row['p95_ms']:10.2f}"
            if theirs:
                other = theirs["classes"][kind]["median_ms"]
                line += f"{other:10.2f}{other / row['median_ms']:8.1f}"
            self.stdout.write(line)
        mean = ours["classes"]["all"]["mean_ms"]
        if theirs:
            other = theirs["classes"]["all"]["mean_ms"]
            self.stdout.write(f"mean: {mean:.2f} ms, tantivy {other:.2f} ms: {other / mean:.1f}x")
            self.stdout.write(f"questions with another total: {len(theirs['other_totals'])}")
        same = [ours["medians_ms"][place] for place in figures["postgres"]["questions"]]
        sql = figures["postgres"]["medians_ms"]
        if sql:
            self.stdout.write(
                f"PostgreSQL, {len(sql)} questions: {sum(sql) / len(sql):.0f} ms against "
                f"{sum(same) / len(same):.2f} ms: {sum(sql) / sum(same):.0f}x"
            )
        self.stdout.write(f"differences from `sql`: {len(figures['differences'])}")

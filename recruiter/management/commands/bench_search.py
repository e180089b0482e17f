"""manage.py bench_search: how fast search is, beside tantivy and PostgreSQL in the same run."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from rich.console import Console
from rich.progress import Progress

from recruiter.models import Member, MemberDocument
from recruiter.search import bulk, engine
from recruiter.search.bench import asking, changing, measuring, world
from recruiter.search.bench.measuring import Times
from recruiter.search.bench.world import World
from recruiter.search.bitmap import doctor
from recruiter.search.bitmap.build import build
from recruiter.search.bitmap.live import NoIndex
from recruiter.search.port import FACET_SIZE, MemberQuery
from rsc.long_lived import spare_what_stays

try:
    from recruiter.search.bench.tantivy_yardstick import Yardstick
except ImportError:  # the yardstick is in the `bench` extra
    Yardstick = None

Ask = Callable[[MemberQuery], object]
ROUNDS = 10  # in which changes are made, with questions compared after each


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
        parser.add_argument(
            "--changes", type=int, default=0,
            help="random syncs, edits and deletions, with questions compared in between",
        )  # fmt: skip
        parser.add_argument(
            "--seconds",
            type=float,
            default=0,
            help="ask so long in one process, then in two, also on a core each",
        )

    def handle(self, *args: object, **options: Any) -> None:
        self.progress = Console(stderr=True)
        self._population(options["members"])
        made = world.make()
        index = self._index(made)
        asked = measuring.questions(made.rich)
        for _, query in asked:
            index.search(query)
        figures: dict[str, Any] = {
            "members": MemberDocument.objects.count(),
            "index": index.live().manifest,
        }
        asks = {"bitmap": index.search, "tantivy": self._tantivy(index, asked)}
        spare_what_stays()  # as servers do
        figures |= self._measure(asked, asks, options["runs"])
        figures["postgres"] = self._postgres(asked, options["sql_questions"])
        if options["seconds"]:
            figures["processes"] = asking.compared(made.rich, options["seconds"])
        figures["differences"] = self._differences(index, made, options["differences"])
        if options["changes"]:
            figures["changes"] = 0
            figures["differences"] += self._changed(index, made, options, figures)
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

    def _index(self, made: World) -> Any:
        """An index that was built after the last change, the benchmark's own included."""
        index = engine("bitmap")
        try:
            usable = not index.search(MemberQuery(viewer=made.rich)).notice
            fresh = usable and index.live().base and not index.live().overlay.documents
        except NoIndex:
            fresh = False
        if not fresh:
            with Progress(console=self.progress) as progress:
                bar = progress.add_task("index", total=MemberDocument.objects.count())
                build(lambda done: progress.advance(bar, done))
        return index

    # --------------------------------------------------------------------------------- measuring
    def _measure(
        self, asked: list, asks: dict[str, Ask | None], runs: int
    ) -> dict[str, dict[str, Any] | None]:
        """Each question to each engine in turn, so that other work on the machine slows all."""
        times: dict[str, dict[str, list[Times]]] = {name: {} for name in asks}
        for kind, query in asked:
            for name, ask in asks.items():
                if ask:
                    again = runs if name == "bitmap" else max(3, runs // 3)
                    once = measuring.timed(lambda q=query, ask=ask: ask(q), again)
                    times[name].setdefault(kind, []).append(once)
        return {
            name: self._figures(name, times[name]) if ask else None for name, ask in asks.items()
        }

    def _figures(self, name: str, times: dict[str, list[Times]]) -> dict[str, Any]:
        self.progress.print(f"{name}: measured")
        medians = [round(each.median, 3) for some in times.values() for each in some]
        return {"classes": measuring.summary(times), "medians_ms": medians}

    def _tantivy(self, index: Any, asked: list) -> Ask | None:
        """A question to tantivy, over the same documents; its totals and panels must be ours."""
        if Yardstick is None:
            self.stdout.write("tantivy is not installed: pip install '.[bench]' to compare with it")
            return None
        yardstick = Yardstick(settings.SEARCH_INDEX_DIR / "yardstick")
        with Progress(console=self.progress) as progress:
            bar = progress.add_task("tantivy", total=MemberDocument.objects.count())
            yardstick.build(index.live(), asked[0][1], lambda done: progress.advance(bar, done))
        trees = {id(query): measuring.tree_of(query) for _, query in asked}
        for _, query in asked:
            ours, (total, panels, _) = index.search(query), yardstick.ask(query, trees[id(query)])
            if query.spotlights:  # those change from day to day
                continue
            for kind, lines in panels.items():
                counts = [line.count for line in ours.facets[kind][:FACET_SIZE]]
                if (ours.total, counts) != (total, [count for _, count in lines]):
                    raise CommandError(f"tantivy and we differ ({total} found, {kind}): {query}")
        return lambda query: yardstick.ask(query, trees[id(query)])

    def _differences(self, index: Any, made: World, questions: int, seed: int = 1) -> list[str]:
        """What the `sql` engine says otherwise, for three seats with different rights."""
        return [
            str(each)
            for viewer in made.viewers.values()
            for each in doctor.recount(index, questions // 3, seed, viewer)
        ]

    def _changed(
        self, index: Any, made: World, options: dict[str, Any], figures: dict[str, Any]
    ) -> list[str]:
        """Let changes happen; compare ten times on the way."""
        found, step = [], -(-options["changes"] // ROUNDS)
        with Progress(console=self.progress) as progress:
            bar = progress.add_task("changes", total=options["changes"])
            for seed in range(ROUNDS):
                for done in changing.happen(index, made.rich, step, seed):
                    figures["changes"] += done
                    progress.advance(bar, done)
                found += self._differences(index, made, options["differences"], seed + 2)
        return found

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
        titles = ("bitmap ms", "p95", "cpu", "tantivy ms", "cpu", "times", "cpu times")
        self.stdout.write(f"{'class: means':14}" + "".join(f"{each:>11}" for each in titles))
        for kind, row in ours["classes"].items():
            line = f"{kind:14}{row['mean_ms']:11.2f}{row['p95_ms']:11.2f}{row['cpu_mean_ms']:11.2f}"
            if theirs:
                other = theirs["classes"][kind]
                line += f"{other['mean_ms']:11.2f}{other['cpu_mean_ms']:11.2f}"
                line += f"{other['mean_ms'] / row['mean_ms']:11.1f}"
                line += f"{other['cpu_mean_ms'] / row['cpu_mean_ms']:11.1f}"
            self.stdout.write(line)
        same = [ours["medians_ms"][place] for place in figures["postgres"]["questions"]]
        sql = figures["postgres"]["medians_ms"]
        if sql:
            self.stdout.write(
                f"PostgreSQL, {len(sql)} questions: {sum(sql) / len(sql):.0f} ms against "
                f"{sum(same) / len(same):.2f} ms: {sum(sql) / sum(same):.0f}x"
            )
        manifest = figures["index"]
        each = manifest["bytes"] / max(1, manifest["members"])
        self.stdout.write(f"index: {each:.0f} bytes a member")
        for processes, told in figures.get("processes", {}).items():
            self.stdout.write(f"processes {processes}: {json.dumps(told)}")
        changes = f" after {figures['changes']} changes" if "changes" in figures else ""
        self.stdout.write(f"differences from `sql`{changes}: {len(figures['differences'])}")

"""manage.py bench_sync: how fast an ATS can push, over HTTP, with everything that a push does."""

from __future__ import annotations

import json
import os
import platform
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ats_sync.bench import baseline, records
from ats_sync.bench.clients import PushRefused, Timing, push
from ats_sync.bench.sandbox import sandbox, token_of
from ats_sync.bench.server import Server, serving
from ats_sync.models import Ats, Match
from recruiter.models import Member
from rsc.demo.processes import ProcessFailed

# What the figures must reach.
GOALS = {
    "candidates_per_second": 10_000,
    "one_connection_p95_ms": 60,
    "applications_per_second": 5_000,
    "worker_mib": 300,
}
LESS_IS_BETTER = {"one_connection_p95_ms", "worker_mib"}
SINGLE_BATCHES = 100  # timed one after the other on one connection
BASELINE_RECORDS = 1_000
MEMBER_SEED = 909


class Command(BaseCommand):
    help = (
        "Push candidates, applications and stages in batches of 100 to a server of its own and "
        "print records a second, the time of an answer and the memory of a worker; then do the "
        "same work row by row for comparison. Uses a company of its own and removes it afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--members", type=int, default=0, help="make members up until there are so many"
        )
        parser.add_argument("--records", type=int, default=50_000, help="candidates to push")
        parser.add_argument("--workers", type=int, default=2, help="processes of the web server")
        parser.add_argument("--connections", type=int, default=2, help="clients that push at once")
        parser.add_argument("--json", type=Path, help="write the figures to this file")

    def handle(self, *args: object, **options: Any) -> None:
        self._fill(options["members"])
        people = list(records.people(options["records"]))
        if len(people) < records.BATCH:
            raise CommandError(f"--records must be at least {records.BATCH}")
        try:
            with sandbox() as ats, serving(options["workers"]) as server:
                figures = self._measure(ats, server, people, options["connections"])
        except (PushRefused, ProcessFailed) as error:
            raise CommandError(str(error)) from error
        figures |= _circumstances(options)
        self._print(figures)
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2) + "\n")

    def _fill(self, wanted: int) -> None:
        """Make members up, with their keys, until there are enough."""
        missing = wanted - Member.objects.count()
        if missing > 0:
            call_command("generate_members", missing, seed=MEMBER_SEED, no_index=True)
        call_command("build_match_keys", stdout=self.stdout)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _measure(
        self, ats: Ats, server: Server, people: list[dict[str, Any]], connections: int
    ) -> dict[str, Any]:
        token, context = token_of(ats), str(ats.context)
        pushes = records.candidates(context, people)
        # The first requests of a worker load what the others find loaded.
        push(server.base_url, token, pushes[:4], connections)
        stored = push(server.base_url, token, pushes, connections)
        matched = Match.objects.live().filter(candidate__ats=ats).count()
        again = push(server.base_url, token, pushes[:SINGLE_BATCHES], 1)
        newer = [
            {**one, "atsLastModifiedAt": records.SOME_TIME + 1, "currentJobTitle": "Director"}
            for one in people[: SINGLE_BATCHES * records.BATCH]
        ]
        single = push(server.base_url, token, records.candidates(context, newer), 1)
        applied = push(server.base_url, token, records.applications(context, people), connections)
        staged = push(server.base_url, token, records.stages(context, len(people)), connections)
        row_by_row = baseline.rate(ats, people[:BASELINE_RECORDS])
        return {
            **_figures("candidates", stored),
            "candidates_matched": matched,
            **_figures("unchanged", again),
            "one_connection_p50_ms": round(single.percentile(0.5), 1),
            "one_connection_p95_ms": round(single.percentile(0.95), 1),
            "one_connection_per_second": round(single.rate),
            "applications_alone_per_second": round(applied.rate),
            "stages_alone_per_second": round(staged.rate),
            "applications_per_second": round(len(people) / (applied.seconds + staged.seconds)),
            "worker_mib": round(max(server.worker_mib(), default=0)),
            "row_by_row_per_second": round(row_by_row),
            "times_faster_than_row_by_row": round(stored.rate / row_by_row, 1),
        }

    def _print(self, figures: dict[str, Any]) -> None:
        for name, value in figures.items():
            goal = GOALS.get(name)
            reached = "" if goal is None else _verdict(name, value, goal)
            self.stdout.write(f"{name:34} {value!s:>12}{reached}")


def _figures(name: str, timing: Timing) -> dict[str, Any]:
    return {
        f"{name}_pushed": timing.records,
        f"{name}_per_second": round(timing.rate),
        f"{name}_p50_ms": round(timing.percentile(0.5), 1),
        f"{name}_p95_ms": round(timing.percentile(0.95), 1),
    }


def _verdict(name: str, value: float, goal: float) -> str:
    good = value <= goal if name in LESS_IS_BETTER else value >= goal
    bound = "at most" if name in LESS_IS_BETTER else "at least"
    return f"   goal: {bound} {goal:,}: {'reached' if good else 'MISSED'}"


def _circumstances(options: dict[str, Any]) -> dict[str, Any]:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "members": Member.objects.count(),
        "workers": options["workers"],
        "connections": options["connections"],
        "batch": records.BATCH,
        "cores": os.cpu_count(),
        "load_average": load,
        "python": platform.python_version(),
        "postgresql": connection.pg_version,
    }

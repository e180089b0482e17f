"""manage.py bench_sync: how fast an ATS can push, over HTTP, with everything that a push does."""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ats_sync.bench import baseline, cpu, records
from ats_sync.bench.clients import Line, Push, PushRefused, Timing, push
from ats_sync.bench.sandbox import sandbox, sweep, token_of
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
COMMITS = 30
CORES = 2  # for which the goals are meant
MEMBER_SEED = 909


class Command(BaseCommand):
    help = (
        "Push candidates, applications and stages in batches of 100 to a server of its own and "
        "print records a second, the time of an answer and the memory of a worker; then do the "
        "same work row by row for comparison. Each connection is a customer with an ATS of "
        "its own; they are removed afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--members", type=int, default=0, help="make members up until there are so many"
        )
        parser.add_argument("--records", type=int, default=50_000, help="candidates to push")
        parser.add_argument("--workers", type=int, default=2, help="processes of the web server")
        parser.add_argument(
            "--connections",
            type=int,
            default=4,
            help="clients that push at once; beyond two a worker they wait for Python's lock",
        )
        parser.add_argument("--json", type=Path, help="write the figures to this file")

    def handle(self, *args: object, **options: Any) -> None:
        self._alone()
        self._fill(options["members"])
        people = list(records.people(options["records"]))
        if len(people) < records.BATCH * options["connections"]:
            raise CommandError(f"--records: at least {records.BATCH} for each connection")
        try:
            with ExitStack() as open_ones:
                atss = [open_ones.enter_context(sandbox()) for _ in range(options["connections"])]
                server = open_ones.enter_context(serving(options["workers"]))
                figures = _measure([Customer.of(ats) for ats in atss], server, people)
                figures["row_by_row_per_second"] = round(
                    baseline.rate(atss[0], people[:BASELINE_RECORDS])
                )
        except (PushRefused, ProcessFailed) as error:
            raise CommandError(str(error)) from error
        figures["times_faster_than_row_by_row"] = round(
            figures["candidates_per_second"] / figures["row_by_row_per_second"], 1
        )
        figures |= _circumstances(options)
        self._print(figures)
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2) + "\n")

    def _alone(self) -> None:
        """Let no other run spoil the figures, and remove what one that was killed has left."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('ats_sync.bench_sync'))")
            if cursor.fetchone() != (True,):
                raise CommandError("Another bench_sync is at work on this database")
        # Told to stop, this run still removes its ATSs; killed outright, the next run does.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped"))
        if removed := sweep():
            self.stdout.write(f"Removed {removed} ATSs of a run that was killed")

    def _fill(self, wanted: int) -> None:
        """Make members up, with their keys, until there are enough."""
        found = Member.objects.count()
        if wanted > found:
            # Taken up where an earlier run was interrupted, with other people than it made.
            call_command("generate_members", wanted - found, seed=MEMBER_SEED + found)
        if Member.objects.open_accounts().filter(
            hidden_from_recruiters=False, identity=None
        ).exists():  # fmt: skip
            call_command("build_match_keys", stdout=self.stdout)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def _print(self, figures: dict[str, Any]) -> None:
        for name, value in figures.items():
            goal = GOALS.get(name)
            reached = "" if goal is None else _verdict(name, value, goal)
            self.stdout.write(f"{name:34} {value!s:>12}{reached}")


@dataclass(frozen=True)
class Customer:
    """Who pushes over one connection."""

    ats: Ats
    token: str

    @classmethod
    def of(cls, ats: Ats) -> Customer:
        return cls(ats, token_of(ats))

    def line(self, pushes: list[Push]) -> Line:
        """What this customer sends."""
        return Line(self.token, pushes)


def _measure(
    customers: list[Customer], server: Server, people: list[dict[str, Any]]
) -> dict[str, Any]:
    shares = [people[place :: len(customers)] for place in range(len(customers))]
    # Who is through with its share goes on with its neighbour's.
    theirs = [[*share, *shares[place - 1]] for place, share in enumerate(shares)]

    def lines(make: Callable[[str, list[dict[str, Any]]], list[Push]]) -> list[Line]:
        return [
            one.line(make(str(one.ats.context), mine))
            for one, mine in zip(customers, theirs, strict=True)
        ]

    candidates = lines(records.candidates)
    # The first requests of a worker load what the others find loaded.
    push(server.base_url, [Line(line.token, line.pushes[:3]) for line in candidates])
    with cpu.measured(server) as cost:
        stored = push(server.base_url, candidates, len(people))
    theirs = [
        mine[: sum(one.records for one in accepted)]
        for mine, accepted in zip(theirs, stored.answers, strict=True)
    ]
    single = push(server.base_url, [_newer(customers[0], theirs[0])])
    with cpu.measured(server) as application_cost:
        applied = push(server.base_url, lines(records.applications))
        staged = push(server.base_url, lines(records.stages))
    matched = Match.objects.live().filter(candidate__ats__in=[one.ats for one in customers])
    return {
        **_figures("candidates", stored),
        **_costs("candidates", cost, stored),
        "candidates_matched": matched.values("candidate").distinct().count(),
        "one_connection_p50_ms": round(single.percentile(0.5), 1),
        "one_connection_p95_ms": round(single.percentile(0.95), 1),
        "one_connection_per_second": round(single.rate),
        "applications_alone_per_second": round(applied.rate),
        "stages_alone_per_second": round(staged.rate),
        # An application is through when its stage is.
        "applications_per_second": round(1 / (1 / applied.rate + 1 / staged.rate)),
        **_costs("applications", application_cost, applied, staged),
        "worker_mib": round(max(server.workers().values(), default=0)),
    }


def _newer(customer: Customer, share: list[dict[str, Any]]) -> Line:
    """The same candidates again, changed."""
    changed = [
        {**one, "atsLastModifiedAt": records.SOME_TIME + 1, "currentJobTitle": "Director"}
        for one in share[: SINGLE_BATCHES * records.BATCH]
    ]
    return customer.line(records.candidates(str(customer.ats.context), changed))


def _figures(name: str, timing: Timing) -> dict[str, Any]:
    return {
        f"{name}_pushed": timing.records,
        f"{name}_per_second": round(timing.rate),
        f"{name}_p50_ms": round(timing.percentile(0.5), 1),
        f"{name}_p95_ms": round(timing.percentile(0.95), 1),
    }


def _costs(name: str, cost: cpu.Cost, *rounds: Timing) -> dict[str, Any]:
    """Processor time of a batch in ms, and the rate at which it keeps two cores busy.

    Where other work takes its share of the cores, that rate tells more than the clock.
    """
    clients = sum(each.cpu_seconds for each in rounds)
    count = rounds[0].records
    seconds = {"clients": clients, "server": cost.server, "database": cost.database}
    figures: dict[str, Any] = {
        f"{name}_cpu_ms_{side}": round(1000 * spent * records.BATCH / count, 1)
        for side, spent in seconds.items()
    }
    figures[f"{name}_per_second_of_2_cores"] = round(CORES * count / sum(seconds.values()))
    return figures


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
        "disk_sync_ms": _disk_sync_ms(),
        "python": platform.python_version(),
        "postgresql": connection.pg_version,
    }


def _disk_sync_ms() -> float:
    """How long a commit waits for the disk here, at the median: no push can be quicker."""
    with connection.cursor() as cursor:
        times = []
        for _ in range(COMMITS):
            began = time.perf_counter()
            # Writes to the log and nowhere else, in a transaction of its own.
            cursor.execute("SELECT pg_logical_emit_message(true, 'bench', 'sync')")
            times.append(time.perf_counter() - began)
    return round(sorted(times)[COMMITS // 2] * 1000, 2)

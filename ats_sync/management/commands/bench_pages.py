"""manage.py bench_pages: how long a recruiter's heaviest pages take, in server time."""

from __future__ import annotations

import gc
import json
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from http import HTTPStatus
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ats_sync.bench import desk
from ats_sync.bench.desk import FullDesk
from recruiter.models import Member

GOAL_MS = 150  # p95 of each page,
SEARCH_GOAL_MS = 90  # of a page of results,
TYPING_GOAL_MS = 30  # and of the values offered while somebody types
# Values of a made-up population, typed letter by letter into the panels.
TYPED = {
    "title": ("software engineer", "account manager"),
    "company": ("northern", "data"),
    "past_title": ("senior", "manager"),
    "skill": ("python", "communication"),
    "location": ("berlin", "san francisco"),
    "school": ("university", "technical"),
    "industry": ("software", "health care"),
    "field_of_study": ("computer", "economics"),
    "country": ("germany", "united"),
    "contacted_by": ("bo", "ada"),
}
LETTERS = (1, 2, 3, 6)


class Command(BaseCommand):
    help = (
        "Time search, profile and project pages over the members that there are, with a long "
        "project and a member with many applications. Everything made for it is undone at the end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prospects", type=int, default=1000, help="in the project")
        parser.add_argument("--applications", type=int, default=200, help="of the member")
        parser.add_argument("--rounds", type=int, default=40, help="requests of each page")
        parser.add_argument("--only", default="", help="pages whose name holds this")
        parser.add_argument("--json", type=Path, help="write the figures to this file")

    def handle(self, *args: object, **options: Any) -> None:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        settings.SECURE_SSL_REDIRECT = False
        settings.OUTBOX_RINGS_WORKER = False
        with transaction.atomic():
            if not Member.objects.exists():
                raise CommandError("There are no members: generate_members 1000000")
            full = desk.fill(prospects=options["prospects"], applications=options["applications"])
            gc.freeze()  # as rsc.wsgi does
            figures = {
                name: self._time(full, name, addresses, options["rounds"])
                for name, addresses in (*_pages(full).items(), *_typing())
                if options["only"] in name
            }
            transaction.set_rollback(True)
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2) + "\n")

    def _time(
        self, full: FullDesk, name: str, addresses: list[str], rounds: int
    ) -> dict[str, float]:
        """One page, or several that share a goal: each is asked for as often as one alone."""
        client = Client()
        client.force_login(full.seat.user, "django.contrib.auth.backends.ModelBackend")
        queries = max(self._queries(client, address) for address in addresses)  # fills caches too
        walls, spent = [], []
        for address in islice(cycle(addresses), rounds * len(addresses)):
            wall, cpu = time.perf_counter(), time.process_time()
            self._ask(client, address)
            walls.append((time.perf_counter() - wall) * 1000)
            spent.append((time.process_time() - cpu) * 1000)
        p50, p95 = statistics.median(walls), sorted(walls)[int(len(walls) * 0.95) - 1]
        cpu, goal = statistics.median(spent), _goal(name)
        self.stdout.write(
            f"{name:26} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  of it here {cpu:6.1f} ms  "
            f"{queries:2} queries  {'within' if p95 <= goal else 'OVER'} {goal} ms"
        )
        return {
            "p50_ms": round(p50, 1),
            "p95_ms": round(p95, 1),
            "cpu_p50_ms": round(cpu, 1),
            "queries": queries,
        }

    def _queries(self, client: Client, address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            self._ask(client, address)
            return len(captured)

    def _ask(self, client: Client, address: str) -> None:
        status = client.get(address).status_code
        if status != HTTPStatus.OK:
            raise CommandError(f"{address} answered {status}")


def _pages(full: FullDesk) -> dict[str, list[str]]:
    profile = full.member.get_absolute_url()
    project = reverse("recruiter:project", args=[full.project.pk])
    ats = {
        name: reverse(f"ats:{name}", args=[full.member.public_id]) for name in ("status", "history")
    }
    tabs = ("profile", "projects", "messages", "feedback", "attachments")
    pages = {
        "home": reverse("recruiter:home"),
        "search": reverse("recruiter:search"),
        "search, words": reverse("recruiter:search") + "?q=manager",
        "search, facets": reverse("recruiter:search") + "?q=manager&spotlight=open&skill=Python",
        "search, 100 results": reverse("recruiter:search") + "?q=manager&size=100",
        **{f"profile, {tab}": f"{profile}?tab={tab}" for tab in tabs},
        "profile header of the ATS": ats["status"],
        "ATS tab": ats["history"],
        "pipeline": project,
        "board": f"{project}?view=board",
        "projects": reverse("recruiter:projects"),
    }
    return {name: [address] for name, address in pages.items()}


def _typing() -> Iterator[tuple[str, list[str]]]:
    """What each panel's box asks for while its values are typed."""
    for kind, values in TYPED.items():
        address = reverse("recruiter:search_suggest", args=[kind])
        texts = dict.fromkeys(value[:letters] for value in values for letters in LETTERS)
        yield f"typing, {kind}", [f"{address}?{urlencode({kind + '.text': t})}" for t in texts]


def _goal(name: str) -> int:
    goals = {"search": SEARCH_GOAL_MS, "typing": TYPING_GOAL_MS}
    return goals.get(name.partition(",")[0], GOAL_MS)

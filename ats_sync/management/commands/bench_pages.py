"""manage.py bench_pages: how long a recruiter's heaviest pages take, in server time."""

from __future__ import annotations

import json
import statistics
import time
from argparse import ArgumentParser
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ats_sync.bench import desk
from ats_sync.bench.desk import FullDesk
from recruiter.models import Member

GOAL_MS = 150  # p95 of each page


class Command(BaseCommand):
    help = (
        "Time profile and project pages over the members that there are, with a long project and "
        "a member with many applications. Everything made for it is undone at the end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prospects", type=int, default=1000, help="in the project")
        parser.add_argument("--applications", type=int, default=200, help="of the member")
        parser.add_argument("--rounds", type=int, default=40, help="requests of each page")
        parser.add_argument("--json", type=Path, help="write the figures to this file")

    def handle(self, *args: object, **options: Any) -> None:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        settings.SECURE_SSL_REDIRECT = False
        settings.OUTBOX_RINGS_WORKER = False
        with transaction.atomic():
            if not Member.objects.exists():
                raise CommandError("There are no members: generate_members 1000000")
            full = desk.fill(prospects=options["prospects"], applications=options["applications"])
            figures = {
                name: self._time(full, name, address, options["rounds"])
                for name, address in _pages(full).items()
            }
            transaction.set_rollback(True)
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2) + "\n")

    def _time(self, full: FullDesk, name: str, address: str, rounds: int) -> dict[str, float]:
        client = Client()
        client.force_login(full.seat.user, "django.contrib.auth.backends.ModelBackend")
        with CaptureQueriesContext(connection) as captured:
            self._ask(client, address)  # this one fills caches too
            queries = len(captured)
        walls, spent = [], []
        for _ in range(rounds):
            wall, cpu = time.perf_counter(), time.process_time()
            self._ask(client, address)
            walls.append((time.perf_counter() - wall) * 1000)
            spent.append((time.process_time() - cpu) * 1000)
        p50, p95 = statistics.median(walls), sorted(walls)[int(rounds * 0.95) - 1]
        cpu = statistics.median(spent)
        self.stdout.write(
            f"{name:26} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  of it here {cpu:6.1f} ms  "
            f"{queries:2} queries  {'within' if p95 <= GOAL_MS else 'OVER'} {GOAL_MS} ms"
        )
        return {
            "p50_ms": round(p50, 1),
            "p95_ms": round(p95, 1),
            "cpu_p50_ms": round(cpu, 1),
            "queries": queries,
        }

    def _ask(self, client: Client, address: str) -> None:
        status = client.get(address).status_code
        if status != HTTPStatus.OK:
            raise CommandError(f"{address} answered {status}")


def _pages(full: FullDesk) -> dict[str, str]:
    profile = full.member.get_absolute_url()
    project = reverse("recruiter:project", args=[full.project.pk])
    ats = {
        name: reverse(f"ats:{name}", args=[full.member.public_id]) for name in ("status", "history")
    }
    tabs = ("profile", "projects", "messages", "feedback", "attachments")
    return {
        "home": reverse("recruiter:home"),
        "search": reverse("recruiter:search"),
        "search, words": reverse("recruiter:search") + "?q=manager",
        "search, 100 results": reverse("recruiter:search") + "?q=manager&size=100",
        **{f"profile, {tab}": f"{profile}?tab={tab}" for tab in tabs},
        "profile header of the ATS": ats["status"],
        "ATS tab": ats["history"],
        "pipeline": project,
        "board": f"{project}?view=board",
        "projects": reverse("recruiter:projects"),
    }

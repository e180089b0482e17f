"""manage.py bench_freshness: how soon search shows what changed, and how it bears a sync."""

from __future__ import annotations

import json
import os
import secrets
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ats_sync.bench import records
from ats_sync.bench.clients import PushRefused
from ats_sync.bench.freshness import Feed, NotSeen, Searcher, edit, recruiter_of
from ats_sync.bench.sandbox import sandbox, sweep, token_of
from ats_sync.bench.server import serving, worker
from ats_sync.models import Ats
from recruiter.models import Member
from rsc.demo.processes import ProcessFailed

GOALS = {"push_seen_p95_ms": 25, "edit_seen_p95_ms": 1000, "during_sync_times_idle": 3}
SYNC_RATE = 1_000  # records a second
PAST = {"spotlight": "past_applicants"}
WARM = 8  # questions and batches before any is timed


class Command(BaseCommand):
    help = (
        "Push batches of 100 applications to one server process and ask another for a Spotlight's "
        "counts until they have changed; the same for members who edit their profile, with a "
        "worker; then time searches while 1,000 records a second come in, beside idle ones. "
        "Needs some thousand members; what it makes is removed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batches", type=int, default=50, help="batches that are watched")
        parser.add_argument("--edits", type=int, default=20, help="edits that are watched")
        parser.add_argument("--questions", type=int, default=300, help="idle, and during a sync")
        parser.add_argument("--json", type=Path, help="write the figures to this file")

    def handle(self, *args: object, **options: Any) -> None:
        sweep()
        try:
            with ExitStack() as stack:
                ats = stack.enter_context(sandbox())
                session = stack.enter_context(recruiter_of(ats.company))
                pushed_to, asked = (stack.enter_context(serving(1)) for _ in range(2))
                feed = Feed.at(pushed_to.base_url, token_of(ats))
                searcher = Searcher.at(asked.base_url, session)
                figures = self._pushes(ats, feed, searcher, options)
                stack.enter_context(worker())
                figures |= self._edits(searcher, options["edits"])
        except (PushRefused, ProcessFailed, NotSeen) as error:
            raise CommandError(str(error)) from error
        figures["load_average"] = os.getloadavg()[0]
        for name, value in figures.items():
            goal = f"   goal: at most {GOALS[name]}" if name in GOALS else ""
            self.stdout.write(f"{name:28} {value!s:>10}{goal}")
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2) + "\n")

    def _pushes(
        self, ats: Ats, feed: Feed, searcher: Searcher, options: dict[str, Any]
    ) -> dict[str, Any]:
        """Batches that are seen one by one, then searches without and with a sync."""
        context = str(ats.context)
        batches, questions = options["batches"], options["questions"]
        synced = 20 * SYNC_RATE  # enough for all questions
        people = list(records.people(records.BATCH * (WARM + batches) + synced))
        for one in records.candidates(context, people[: records.BATCH * (WARM + batches)]):
            feed.push(one)
        watched = records.applications(context, people[: records.BATCH * (WARM + batches)])
        seen = [searcher.seen_after(lambda one=one: feed.push(one), **PAST) for one in watched]
        idle = searcher.times(questions, **PAST)
        began = time.perf_counter()
        with feed.pushing(records.candidates(context, people), SYNC_RATE) as accepted:
            busy = searcher.times(questions, **PAST)
        rate = sum(accepted) / (time.perf_counter() - began)
        return {
            "members": Member.objects.count(),
            **_figures("push_seen", seen[WARM:]),
            **_figures("idle_search", idle),
            **_figures("search_during_sync", busy),
            "synced_per_second": round(rate),
            "during_sync_times_idle": round(_share(busy, 0.95) / _share(idle, 0.95), 2),
        }

    def _edits(self, searcher: Searcher, count: int) -> dict[str, Any]:
        """Edits of the headline, each with a word that nobody has."""
        seen = []
        some = Member.objects.open_accounts().filter(hidden_from_recruiters=False).order_by("pk")
        for member in some[: count + 1]:
            word = f"bench{secrets.token_hex(6)}"
            headline = f"{member.headline} {word}"
            seen.append(searcher.seen_after(lambda m=member, h=headline: edit(m, h), q=word))
            edit(member, member.headline)
        return _figures("edit_seen", seen[1:])


def _figures(name: str, times: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": round(_share(times, 0.5), 1),
        f"{name}_p95_ms": round(_share(times, 0.95), 1),
    }


def _share(times: list[float], share: float) -> float:
    """The time within which this share of the answers came."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

"""manage.py bench_widget: how fast the frame answers, and how many one machine holds."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ats_sync.bench.server import Server, serving
from recruiter.models import Member
from rsc.demo.processes import ProcessFailed
from widget import bench

# What the figures must stay below.
GOALS = {
    "frame_p95_ms": 60,
    "interactive_p95_ms": 300,
    "first_visit_bytes": 60 * 1024,
    "opened_load_p95_ms": 500,
    "no_pause_answer_p95_ms": 500,
}


class Command(BaseCommand):
    help = (
        "Start a server of its own, open the profile widget many times, and print the time of the "
        "frame, of its content, and the bytes of a first visit. Then many at once, in two "
        "readings. “opened”: so many people open one record each, spread over some seconds; a load "
        "is the frame and its content. “no_pause”: so many clients load record after record "
        "without a pause, which shows what the machine gives at most. Its customer and records "
        "are removed afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--visits", type=int, default=200, help="one after the other")
        parser.add_argument("--widgets", type=int, default=200, help="open at once")
        parser.add_argument(
            "--within", type=float, default=10, help="seconds over which they are opened"
        )
        parser.add_argument(
            "--seconds", type=float, default=15, help="for how long they load without a pause"
        )
        parser.add_argument("--workers", type=int, default=2, help="processes of the web server")
        parser.add_argument("--json", type=Path, help="write the figures to this file")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            with bench.stage() as scene, serving(options["workers"]) as server:
                figures = self._measure(server, scene, options)
        except (LookupError, ProcessFailed) as error:
            raise CommandError(str(error)) from error
        figures["members"] = Member.objects.count()
        for name, value in figures.items():
            goal = f"  (goal: below {GOALS[name]})" if name in GOALS else ""
            self.stdout.write(f"{name:24} {value:>12,.1f}{goal}")
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2))

    def _measure(
        self, server: Server, scene: bench.Stage, options: dict[str, Any]
    ) -> dict[str, float]:
        base_url = server.base_url
        asyncio.run(bench.one_after_the_other(base_url, scene, 20))  # to warm up
        before = _cpu_seconds(server)
        alone = asyncio.run(bench.one_after_the_other(base_url, scene, options["visits"]))
        cpu = _cpu_seconds(server) - before
        widgets, within, seconds = (options[name] for name in ("widgets", "within", "seconds"))
        self.stdout.write(f"{widgets} widgets, opened within {within:.0f} s …")
        opened = asyncio.run(bench.opened_within(base_url, scene, widgets=widgets, seconds=within))
        self.stdout.write(f"{widgets} clients without a pause for {seconds:.0f} s …")
        began = time.perf_counter()
        busy = asyncio.run(bench.without_pause(base_url, scene, widgets=widgets, seconds=seconds))
        spent = time.perf_counter() - began
        answers = busy.frames + busy.contents
        return {
            "frame_p50_ms": statistics.median(alone.frames),
            "frame_p95_ms": _p95(alone.frames),
            "content_p50_ms": statistics.median(alone.contents),
            "content_p95_ms": _p95(alone.contents),
            "interactive_p95_ms": _p95(alone.loads),
            "cpu_ms_of_a_load": cpu * 1000 / options["visits"],
            "first_visit_bytes": bench.transfer_of_a_first_visit(base_url, scene),
            "opened_load_p50_ms": statistics.median(opened.loads),
            "opened_load_p95_ms": _p95(opened.loads),
            "no_pause_answers_a_second": len(answers) / spent,
            "no_pause_answer_p50_ms": statistics.median(answers),
            "no_pause_answer_p95_ms": _p95(answers),
        }


def _cpu_seconds(server: Server) -> float:
    """What the web server's processes have computed: the figure that a busy machine leaves alone.

    PostgreSQL's part is not in it. 0 where there is no /proc.
    """
    ticks = 0
    for process in server.workers():
        said = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(said[11]) + int(said[12])  # user and system
    return ticks / os.sysconf("SC_CLK_TCK")


def _p95(times: list[float]) -> float:
    ordered = sorted(times)
    return ordered[int(0.95 * (len(ordered) - 1))]

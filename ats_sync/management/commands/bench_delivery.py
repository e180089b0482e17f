"""manage.py bench_delivery: how fast notices go out, and what a dead callback costs others."""

from __future__ import annotations

import json
import os
import platform
import resource
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from ats_sync import callbacks, sending
from ats_sync.bench.sandbox import sandbox
from ats_sync.models import (
    ApplicationSecret,
    Ats,
    CallbackDelivery,
    Integration,
    IntegrationSetting,
)
from rsc.models import OutboxEvent

GOAL = 500  # signed deliveries a second
DEAD_SECONDS = 2.0  # how long a call to the dead one takes here; in life it is sending.SECONDS


class Command(BaseCommand):
    help = (
        "Send signed notices to a fast receiver on this machine and print how many a second it "
        "took; then the same while another customer's callback is dead and has as many waiting. "
        "The customers are made for this and removed afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--notices", type=int, default=3_000, help="for each run")
        parser.add_argument("--rounds", type=int, default=3, help="the median counts")
        parser.add_argument("--json", type=Path, help="write the figures to this file")

    def handle(self, *args: object, **options: Any) -> None:
        # The receivers are on this machine, and a run must not last an hour.
        settings.CALLBACKS_MAY_BE_PRIVATE, sending.SECONDS = True, DEAD_SECONDS
        with ExitStack() as open_ones:
            well, dead = (open_ones.enter_context(customer()) for _ in range(2))
            listen(well, f"http://127.0.0.1:{open_ones.enter_context(receiver(well))}/callback")
            listen(dead, f"http://127.0.0.1:{open_ones.enter_context(silence())}/callback")
            figures = measure(well, dead, options["notices"], options["rounds"])
        figures |= {
            "cores": os.cpu_count(),
            "load_average": os.getloadavg()[0],
            "python": platform.python_version(),
            "postgresql": connection.pg_version,
        }
        for name, value in figures.items():
            self.stdout.write(f"{name:40} {value!s:>10}")
        reached = figures["deliveries_per_second"] >= GOAL
        self.stdout.write(f"goal: {GOAL} a second: {'reached' if reached else 'MISSED'}")
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2) + "\n")


def measure(well: Ats, dead: Ats, notices: int, rounds: int) -> dict[str, Any]:
    """Runs without and with a dead neighbour, by turns; medians."""
    alone, beside, cpu = [], [], []
    for _ in range(rounds):
        seconds, spent = timed(well, notices)
        alone.append(notices / seconds)
        cpu.append(spent / notices * 1000)
        announce(dead, notices)
        sending.deliver_to(callbacks.CHANNEL, dead.pk)  # from here on it is known to be ailing
        seconds, _ = timed(well, notices)
        beside.append(notices / seconds)
    left = CallbackDelivery.objects.filter(ats=dead).exclude(state="waiting")
    return {
        "notices": notices,
        "deliveries_per_second": round(median(alone)),
        "deliveries_per_second_beside_a_dead_one": round(median(beside)),
        "cpu_ms_per_delivery": round(median(cpu), 2),
        "dead_callback_lost": left.count(),
    }


def timed(ats: Ats, notices: int) -> tuple[float, float]:
    """Seconds until a customer has got some notices, and CPU seconds spent here for them."""
    announce(ats, notices)
    waiting = CallbackDelivery.objects.filter(ats=ats).exclude(state="delivered")
    began, spent = time.perf_counter(), cpu_seconds()
    while waiting.exists():
        callbacks.deliver_to(ats.pk)
    return time.perf_counter() - began, cpu_seconds() - spent


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


@transaction.atomic
def announce(ats: Ats, notices: int) -> None:
    """Queue notices about as many people; no worker is woken for them."""
    keys = [f"member:{number}" for number in range(notices)]
    callbacks.announce_many(ats, CallbackDelivery.Event.EXPORT, keys)
    OutboxEvent.objects.filter(topic=callbacks.CALLBACK_FELL_DUE, key=str(ats.pk)).delete()


# --------------------------------------------------------------------------------- the customers
@contextmanager
def customer() -> Iterator[Ats]:
    """A customer with export switched on and a secret; everything goes when the block ends."""
    with sandbox() as ats:
        ApplicationSecret.make(ats.application)
        try:
            yield ats
        finally:
            CallbackDelivery.objects.filter(ats=ats).delete()


def listen(ats: Ats, url: str) -> None:
    """Set a customer's callback URL."""
    feature = Integration.objects.create(
        ats=ats,
        integration_type=Integration.Type.ONE_CLICK_EXPORT,
        name="Benchmark",
        status=Integration.Status.ENABLED,
    )
    IntegrationSetting.objects.create(
        integration=feature, key=IntegrationSetting.Key.CALLBACK_URL, value=url
    )


@contextmanager
def receiver(ats: Ats) -> Iterator[int]:
    """The port of a receiver in a process of its own, which knows the customer's secret."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "ats_sync.bench.receiver", ats.application.signing_secret()],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


@contextmanager
def silence() -> Iterator[int]:
    """The port of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=1_000) as server:
        yield server.getsockname()[1]

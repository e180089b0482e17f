"""Facts are delivered after commit, in order per key, at least once, and never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from rsc import outbox
from rsc.models import OutboxEvent


@pytest.fixture
def heard():
    """What a subscriber of the topic `test.told` was called with."""
    calls: list[tuple[str, dict]] = []

    def subscriber(key: str, payload: dict) -> None:
        calls.append((key, payload))
        if payload.get("broken"):
            raise ValueError("the subscriber broke")

    outbox.subscribe("test.told")(subscriber)
    yield calls
    outbox._subscribers.pop("test.told")


def tell(key: object, **payload: object) -> None:
    with transaction.atomic():
        outbox.publish("test.told", key, **payload)


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused():
    with pytest.raises(outbox.NotInTransaction):
        outbox.publish("test.told", 1)


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_undone_tells_nobody(heard):
    with transaction.atomic():
        outbox.publish("test.told", 1)
        transaction.set_rollback(True)
    assert outbox.drain() == 0
    assert heard == []


@pytest.mark.django_db
def test_facts_about_one_key_are_delivered_once_with_the_newest_payload(heard):
    for step in range(3):
        tell("a", step=step)
    tell("b", step=9)
    assert outbox.drain() == 4
    assert heard == [("a", {"step": 2}), ("b", {"step": 9})]
    assert outbox.drain() == 0


@pytest.mark.django_db
def test_one_broken_fact_does_not_hold_up_the_others(heard):
    tell("bad", broken=True)
    tell("good")
    outbox.drain()
    bad, good = OutboxEvent.objects.order_by("id")
    assert good.done_at
    assert bad.done_at is None
    assert bad.attempts == 1
    assert bad.last_error == "ValueError: the subscriber broke"
    assert bad.available_at > timezone.now()


@pytest.mark.django_db
def test_an_older_payload_never_follows_a_newer_one(heard):
    tell("a", broken=True)
    outbox.drain()
    tell("a", step=2)
    outbox.drain()
    OutboxEvent.objects.filter(done_at=None).update(available_at=timezone.now())
    outbox.drain()
    assert heard == [("a", {"broken": True}), ("a", {"step": 2})]
    assert not OutboxEvent.objects.filter(done_at=None).exists()


@pytest.mark.django_db
def test_a_fact_that_keeps_failing_is_shelved_not_lost(heard):
    tell("bad", broken=True)
    for _ in range(outbox.SHELVE_AFTER):
        OutboxEvent.objects.update(available_at=timezone.now())
        outbox.drain()
    event = OutboxEvent.objects.get()
    assert event.shelved_at
    assert len(heard) == outbox.SHELVE_AFTER
    OutboxEvent.objects.update(available_at=timezone.now())
    assert outbox.drain() == 0


@pytest.mark.django_db
def test_delays_double_up_to_an_hour(heard):
    tell("bad", broken=True)
    OutboxEvent.objects.update(attempts=15)
    outbox.drain()
    wait = OutboxEvent.objects.get().available_at - timezone.now()
    assert timedelta(minutes=59) < wait <= outbox.LONGEST_DELAY


@pytest.mark.django_db
def test_delivered_rows_are_swept_after_their_keep(heard):
    tell("a")
    outbox.drain()
    assert outbox.sweep(timedelta(days=1)) == 0
    OutboxEvent.objects.update(done_at=timezone.now() - timedelta(days=2))
    assert outbox.sweep(timedelta(days=1)) == 1


WORKER = """
import os, sys, time
import django
django.setup()
from rsc import outbox

@outbox.subscribe("test.slow")
def slow(key, payload):
    print("began", flush=True)
    time.sleep(float(os.environ["SLEEP"]))

print(outbox.drain(), flush=True)
"""


def start_worker(sleep: float) -> subprocess.Popen[str]:
    database = connection.settings_dict
    code = (
        "from django.conf import settings\n"
        f"settings.DATABASES['default']['NAME'] = {database['NAME']!r}\n" + WORKER
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "rsc.settings", "SLEEP": str(sleep)},
    )


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_nothing():
    with transaction.atomic():
        outbox.publish("test.slow", "a")
    victim = start_worker(sleep=60)
    assert victim.stdout.readline() == "began\n"
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        heir = start_worker(sleep=0)
        told, _ = heir.communicate()
        if told == "began\n1\n":
            break
    assert told == "began\n1\n"
    assert OutboxEvent.objects.get().done_at


@pytest.mark.django_db(transaction=True)
def test_facts_for_which_nobody_waits_let_later_ones_pass(heard):
    order = []

    def slow(key: str, payload: dict) -> None:
        order.append(key)
        if len(order) == 1:  # while it works, somebody does something
            tell("urgent")

    outbox.subscribe("test.slow", patient=True)(slow)
    try:
        with transaction.atomic():
            outbox.publish_many("test.slow", [("a", {}), ("b", {})])
        outbox.subscribe("test.told")(lambda key, payload: order.append(key))
        outbox.drain()
    finally:
        outbox._subscribers.pop("test.slow")
        outbox._patient.discard("test.slow")
    assert order == ["a", "urgent", "b"]

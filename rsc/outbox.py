"""The outbox: publish a fact in the transaction that made it true; workers deliver it later.

A row gives what a queue entry does not: several facts about one key become one delivery,
deliveries of one key keep their order, attempts and errors can be seen, and after too many
failures a row is shelved for a person to look at, never lost.
"""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from rsc.models import OutboxEvent
from rsc.statements import Asked, run_together

Subscriber = Callable[[str, dict[str, Any]], None]

log = structlog.get_logger(__name__)
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)
_patient: set[str] = set()

LONGEST_DELAY = timedelta(hours=1)
SHELVE_AFTER = 20  # attempts; with doubling delays that is most of a day
BATCH = 100  # rows a drain looks at in one go


class NotInTransaction(RuntimeError):
    """`publish` was called where a crash could keep the fact and lose the event."""


def subscribe(topic: str, *, patient: bool = False) -> Callable[[Subscriber], Subscriber]:
    """Decorator: call the function as `f(key, payload)` for each fact on the topic.

    Delivery is at least once, so a subscriber must be idempotent.

    Args:
        patient: the topic has facts by the thousand for which nobody waits; those of other topics
            go first, also when they come later.
    """
    if patient:
        _patient.add(topic)

    def register(subscriber: Subscriber) -> Subscriber:
        if subscriber not in _subscribers[topic]:
            _subscribers[topic].append(subscriber)
        return subscriber

    return register


def publish(topic: str, key: object, **payload: Any) -> None:
    """Write one fact; it is delivered after commit, or not at all if the change is undone.

    Args:
        topic: a past-tense fact, `member.changed`.
        key: what it is about. Facts about one key are delivered in order, and those that
            wait together are delivered once, with the newest payload.
        payload: small JSON values; ids rather than objects.

    Raises:
        NotInTransaction: there is no open transaction.
    """
    publish_many(topic, [(key, payload)])


def publish_many(topic: str, facts: list[tuple[object, dict[str, Any]]]) -> None:
    """Write many facts on one topic in one statement. Raises as `publish` does."""
    run_together(to_publish(topic, facts))


def to_publish(topic: str, facts: list[tuple[object, dict[str, Any]]]) -> Asked:
    """The statement of `publish_many`, for who runs it with others in the open transaction.

    Raises:
        NotInTransaction: there is none.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"publish({topic!r}) needs an open transaction")
    written = json.dumps([{"key": str(key), "payload": payload} for key, payload in facts])
    transaction.on_commit(_ring)
    return Asked(_PUBLISH, {"topic": topic, "now": timezone.now(), "facts": written})


_PUBLISH = """
INSERT INTO rsc_outboxevent (topic, key, payload, created_at, available_at, attempts, last_error)
SELECT %(topic)s::varchar, key, payload, %(now)s::timestamptz, %(now)s::timestamptz, 0, ''
FROM json_to_recordset(%(facts)s::json) AS fact(key varchar, payload jsonb)
"""


def _ring() -> None:
    """Wake a worker now instead of at the next scheduled drain."""
    if settings.OUTBOX_RINGS_WORKER:
        from django_q.tasks import async_task  # late: needs the app registry

        async_task("rsc.tasks.drain_outbox")


def drain(limit: int = 10_000, seconds: float = math.inf) -> int:
    """Deliver what is due.

    Args:
        limit: how many rows to take at most.
        seconds: after how long to leave the rest to the next drain.

    Returns:
        The number of rows taken (delivered or put off).
    """
    taken, until = 0, time.monotonic() + seconds
    while taken < limit and (count := _drain_batch(min(BATCH, limit - taken), until)):
        taken += count
    return taken


def _drain_batch(size: int, until: float) -> int:
    due = (
        OutboxEvent.objects.filter(done_at=None, shelved_at=None, available_at__lte=timezone.now())
        .order_by("available_at", "id")
        .values_list("topic", "key")
    )
    first = due.exclude(topic__in=_patient)[:size] or due[:size]
    taken = 0
    for topic, key in dict.fromkeys(first):
        if time.monotonic() > until:
            _ring()
            return 0
        taken += _deliver(topic, key)
        if taken and topic in _patient:
            break  # somebody may wait for something by now
    return taken


@transaction.atomic
def _deliver(topic: str, key: str) -> int:
    """Deliver what waits for one key, once, in a transaction of its own.

    Returns:
        The number of rows taken; 0 when another worker is at this key, or was quicker.
    """
    if not _lock(topic, key):
        return 0
    # All that waits, also what was put off: the newest payload must not be followed by an older.
    waiting = OutboxEvent.objects.filter(topic=topic, key=key, done_at=None, shelved_at=None)
    events = list(waiting.select_for_update().order_by("id"))
    if not events:
        return 0
    newest = events[-1]
    ids = [event.id for event in events]
    try:
        with transaction.atomic():
            for subscriber in _subscribers[topic]:
                subscriber(key, newest.payload)
    except Exception as error:  # noqa: BLE001 - a subscriber may fail in any way; the row keeps it
        _put_off(ids, max(event.attempts for event in events), topic, error)
    else:
        OutboxEvent.objects.filter(id__in=ids).update(
            done_at=timezone.now(), attempts=newest.attempts + 1, last_error=""
        )
    return len(ids)


def _lock(topic: str, key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s), hashtext(%s))", [topic, key])
        return bool(cursor.fetchone()[0])


def _put_off(ids: list[int], attempts: int, topic: str, error: Exception) -> None:
    attempts += 1
    now = timezone.now()
    delay = min(timedelta(seconds=2**attempts), LONGEST_DELAY)
    shelved = now if attempts >= SHELVE_AFTER else None
    # The message may quote personal data, so only the type goes to the log.
    log.warning("outbox_put_off", topic=topic, attempts=attempts, error=type(error).__name__)
    OutboxEvent.objects.filter(id__in=ids).update(
        attempts=attempts,
        available_at=now + delay,
        shelved_at=shelved,
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )


@transaction.atomic
def retry(event_ids: list[int]) -> int:
    """Make undelivered rows due now, from the shelf too, and forget their failures.

    Returns:
        How many rows that were.
    """
    count = OutboxEvent.objects.filter(id__in=event_ids, done_at=None).update(
        available_at=timezone.now(), shelved_at=None, attempts=0
    )
    transaction.on_commit(_ring)
    return count


def sweep(older_than: timedelta) -> int:
    """Delete delivered rows of that age. Returns how many."""
    return OutboxEvent.objects.filter(done_at__lt=timezone.now() - older_than).delete()[0]

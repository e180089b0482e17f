"""Formats of messages to addresses outside, each with its table: what waits, is claimed, is told.

All times are the database's, so workers whose clocks differ agree; a claim that lies further
ahead than any claim can is void.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.db import transaction
from psycopg import sql

from ats_sync.batches import run
from ats_sync.models.outgoing import Outgoing

BATCH = 200  # messages claimed at a time
# Longer than a go (sending.GO_SECONDS) and its last call can take, with the look-up of the host.
CLAIM = timedelta(seconds=60)

Message = TypeVar("Message", bound=Outgoing)


@dataclass(frozen=True)
class Address(Generic[Message]):
    """Where messages go, and how they are written.

    Attributes:
        url: of the receiver.
        write: body and headers of a message.
    """

    url: str
    write: Callable[[Message], tuple[bytes, dict[str, str]]]


@dataclass(frozen=True)
class Channel(Generic[Message]):
    """One format of messages.

    Attributes:
        model: their table.
        target: its foreign key to whom they are for; each target gets its own in order.
        name: how people call the receiver, as in “The ATS answered 500”.
        address: finds a target's address; raises calls_out.CallFailed when there is none.
        more_waits: called when a go ended for lack of time.
        gone: called when a receiver answers that it wants nothing any more (410).
    """

    model: type[Message]
    target: str
    name: str
    address: Callable[[int], Address[Message]]
    more_waits: Callable[[int], None]
    gone: Callable[[int], None] = lambda target_id: None

    # ------------------------------------------------------------------------------ what is due
    def targets_due(self) -> list[tuple[int, bool]]:
        """Who is to be called, the longest waiting first; each with whether it ails."""
        return [(target, ailing) for target, ailing in self._run(_TARGETS_DUE)]

    def is_ailing(self, target_id: int) -> bool:
        """Whether a target gave no answer lately: the clock tries it, not each new message."""
        return bool(self._run(_AILING, target_id=target_id)[0][0])

    def give_up_expired(self) -> None:
        """What was not taken in its time has failed."""
        self._run(_GIVE_UP_EXPIRED)

    # ---------------------------------------------------------------------------------- claiming
    def claim(self, target_id: int) -> list[Message]:
        """The next messages to a target, now ours for a while; none while another is at it."""
        with transaction.atomic():
            run(
                "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))",
                name=f"ats_sync.sending:{self.model._meta.db_table}:{target_id}",
            )
            found = self._run(_CLAIM, target_id=target_id, most=BATCH, claim=CLAIM)
        ids = [pk for (pk,) in found]
        return list(self.model.objects.filter(pk__in=ids).order_by("pk")) if ids else []

    def still_wanted(self, messages: Collection[Message]) -> list[Message]:
        """Those that nobody stopped since they were claimed."""
        ids = [message.pk for message in messages]
        wanted = {pk for (pk,) in self._run(_STILL_WANTED, ids=ids)} if ids else set()
        return [message for message in messages if message.pk in wanted]

    def give_back(self, messages: Collection[Message]) -> None:
        """Messages that were claimed but not tried."""
        if ids := [message.pk for message in messages]:
            self._run(_GIVE_BACK, ids=ids)

    # --------------------------------------------------------------------------------- recording
    def record_taken(self, taken: Collection[tuple[int, int]]) -> None:
        """Messages that were taken: pairs of id and HTTP status."""
        ids, statuses = zip(*taken, strict=True)
        self._run(_RECORD_TAKEN, ids=list(ids), statuses=list(statuses))

    def bring_forward(self, target_id: int) -> None:
        """Who answers again gets at once what was put off only for want of an answer."""
        self._run(_BRING_FORWARD, target_id=target_id)

    def record_failure(
        self, message: Message, status: int | None, why: str, wait: timedelta | None
    ) -> None:
        """An attempt in vain.

        Args:
            status: of the answer, if there was one.
            wait: until the next attempt; None when this was the last.
        """
        self._run(
            _RECORD_FAILURE,
            id=message.pk,
            final=wait is None,
            wait=wait or timedelta(),
            status=status,
            why=why[:500],
        )

    def _run(self, statement: str, **params: Any) -> list[tuple[Any, ...]]:
        names = {
            "table": sql.Identifier(self.model._meta.db_table),
            "target": sql.Identifier(f"{self.target}_id"),
        }
        return run(sql.SQL(statement).format(**names), **params)


# ------------------------------------------------------------------------------------ statements
# A first attempt is always due, whatever the clock of whoever wrote the message.
_TARGETS_DUE = """
SELECT {target},
    bool_or(w.attempts > 0 AND w.last_status IS NULL AND w.last_error <> '') AS ailing
FROM {table} AS w
WHERE w.state = 'waiting' AND (w.attempts = 0 OR w.next_attempt_at <= clock_timestamp())
GROUP BY {target} ORDER BY ailing, min(w.next_attempt_at)
"""

_AILING = """
SELECT EXISTS (
    SELECT FROM {table} AS w
    WHERE w.{target} = %(target_id)s AND w.state = 'waiting'
        AND w.attempts > 0 AND w.last_status IS NULL AND w.last_error <> ''
)
"""

_GIVE_UP_EXPIRED = """
UPDATE {table} SET state = 'failed', claimed_until = NULL,
    last_error = CASE WHEN attempts = 0 THEN 'Not taken before it expired' ELSE last_error END
WHERE state = 'waiting' AND expires_at <= clock_timestamp()
"""

# Two workers take the target's lock one after the other; the second then sees the first's claims.
_CLAIM = """
UPDATE {table} AS d
SET claimed_until = clock_timestamp() + %(claim)s, attempts = d.attempts + 1
WHERE d.id IN (
    SELECT w.id FROM {table} AS w
    WHERE w.{target} = %(target_id)s AND w.state = 'waiting'
        AND (w.attempts = 0 OR w.next_attempt_at <= clock_timestamp())
        AND w.expires_at > clock_timestamp()
        AND NOT EXISTS (
            SELECT FROM {table} AS earlier
            WHERE earlier.{target} = w.{target} AND earlier.order_key = w.order_key
                AND w.order_key <> '' AND earlier.id < w.id AND earlier.state = 'waiting'
                AND earlier.attempts > 0 AND earlier.next_attempt_at > clock_timestamp()
        )
    ORDER BY w.id LIMIT %(most)s FOR UPDATE
)
AND NOT EXISTS (
    SELECT FROM {table} AS busy
    WHERE busy.{target} = %(target_id)s AND busy.state = 'waiting'
        AND busy.claimed_until > clock_timestamp()
        AND busy.claimed_until <= clock_timestamp() + %(claim)s
)
RETURNING d.id
"""

# What was stopped while it was on its way stays stopped.
_RECORD_TAKEN = """
UPDATE {table} AS d
SET state = 'delivered', delivered_at = clock_timestamp(), last_status = v.status,
    last_error = '', claimed_until = NULL
FROM unnest(%(ids)s::bigint[], %(statuses)s::int[]) AS v(id, status)
WHERE d.id = v.id AND d.state = 'waiting'
"""

_RECORD_FAILURE = """
UPDATE {table} SET
    state = CASE WHEN %(final)s OR clock_timestamp() + %(wait)s >= expires_at
        THEN 'failed' ELSE 'waiting' END,
    next_attempt_at = clock_timestamp() + %(wait)s, claimed_until = NULL,
    last_status = %(status)s, last_error = %(why)s
WHERE id = %(id)s AND state = 'waiting'
"""

_BRING_FORWARD = """
UPDATE {table} SET next_attempt_at = clock_timestamp()
WHERE {target} = %(target_id)s AND state = 'waiting' AND attempts > 0
    AND last_status IS NULL AND last_error <> '' AND next_attempt_at > clock_timestamp()
"""

_GIVE_BACK = """
UPDATE {table} SET claimed_until = NULL, attempts = attempts - 1
WHERE id = ANY(%(ids)s::bigint[]) AND state = 'waiting'
"""

_STILL_WANTED = """
SELECT id FROM {table} WHERE id = ANY(%(ids)s::bigint[]) AND state = 'waiting'
"""

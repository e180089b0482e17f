"""Messages to addresses outside: claimed, sent one after another, recorded.

A worker claims what is due to one address, calls with no transaction open, then records what
came back. When it is killed in between, its claim runs out and the messages are sent again under
the same ids, by which the receiver tells duplicates. The clock is the database's, so workers
whose clocks differ agree; a claim that lies further ahead than any claim can is void.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.db import connection, transaction
from psycopg import sql

from ats_sync import calls_out
from ats_sync.batches import run
from ats_sync.models.outgoing import Outgoing

SECONDS = 10.0  # for one call
# Waits after the first, second, … failed attempt; the last one ends within a day.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
# One go: how long a worker stays with one address, and how much it claims at a time.
GO_SECONDS = 20.0
BATCH = 200
# Longer than a go and its last call can take, with the look-up of the host.
CLAIM = timedelta(seconds=60)
REFUSALS = 3  # in a row end a go: who is in trouble is not flooded
AT_ONCE = 8  # addresses
RECORD_EVERY = 0.2  # seconds; what a killed worker had not recorded is sent again

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

    def run(self, statement: str, **params: Any) -> list[tuple[Any, ...]]:
        """Run a statement that names the table and the target's column."""
        names = {
            "table": sql.Identifier(self.model._meta.db_table),
            "target": sql.Identifier(f"{self.target}_id"),
        }
        return run(sql.SQL(statement).format(**names), **params)


# -------------------------------------------------------------------------------------- sending
def deliver_due(channel: Channel[Message]) -> int:
    """Send what is due, to several targets at once; those that answered before come first.

    Returns:
        How many messages were sent, or failed to be.
    """
    channel.run(_GIVE_UP_EXPIRED)
    due = channel.run(_TARGETS_DUE)
    well = [target for target, ailing in due if not ailing]
    ailing = [target for target, ailing in due if ailing]
    return _deliver_all(channel, well) + _deliver_all(channel, ailing[:AT_ONCE])


def _deliver_all(channel: Channel[Message], targets: list[int]) -> int:
    if len(targets) < 2:
        return sum(deliver_to(channel, target) for target in targets)

    def in_thread(target: int) -> int:
        try:
            return deliver_to(channel, target)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sum(threads.map(in_thread, targets))


def is_ailing(channel: Channel[Message], target_id: int) -> bool:
    """Whether a target gave no answer lately; the clock tries it again, not each new message."""
    return bool(channel.run(_AILING, target_id=target_id)[0][0])


def deliver_to(channel: Channel[Message], target_id: int) -> int:
    """Send a target what is due, oldest first, until it gives no answer.

    Returns:
        How many messages were sent, or failed to be.
    """
    go = _Go(channel, target_id)
    try:
        while claimed := _claim(channel, target_id):
            go.send(claimed)
            if go.over:
                break
    finally:
        go.hang_up()
    return go.count


def _claim(channel: Channel[Message], target_id: int) -> list[Message]:
    """The next messages to a target, now ours for a while; none while another worker is at it."""
    with transaction.atomic():
        run(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))",
            name=f"ats_sync.sending:{channel.model._meta.db_table}:{target_id}",
        )
        found = channel.run(_CLAIM, target_id=target_id, most=BATCH, claim=CLAIM)
    ids = [pk for (pk,) in found]
    return list(channel.model.objects.filter(pk__in=ids).order_by("pk")) if ids else []


@dataclass
class _Go(Generic[Message]):
    """One worker's stay with one target, over one connection."""

    channel: Channel[Message]
    target_id: int
    count: int = 0
    over: bool = False
    _began: float = field(default_factory=time.monotonic)
    _recorded: float = field(default_factory=time.monotonic)
    _line: calls_out.Line | None = None
    _address: Address[Message] | None = None
    _taken: list[tuple[int, int]] = field(default_factory=list)
    _answers: bool = False
    _refused_in_a_row: int = 0

    def send(self, messages: list[Message]) -> None:
        """Send what was claimed; what cannot be tried in this go is given back."""
        left, held = list(messages), set()
        put_back = []
        while left and not self.over:
            if time.monotonic() - self._began > GO_SECONDS:
                self.over = True
                self.channel.more_waits(self.target_id)
            elif left[0].order_key in held:
                put_back.append(left.pop(0))
            elif not self._attempt(message := left.pop(0)) and message.order_key:
                held.add(message.order_key)
        self._record_taken()
        self._give_back([*put_back, *left])

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.__exit__()

    def _attempt(self, message: Message) -> bool:
        """Send one message. Returns whether it was taken."""
        self.count += 1
        try:
            line, address = self._open()
            body, headers = address.write(message)
            answer = line.post(body, headers, seconds=SECONDS)
        except calls_out.CallFailed as failure:
            self.over = True
            self._record_failure(message, None, str(failure))
            return False
        if answer.is_good:
            self._refused_in_a_row = 0
            self._taken.append((message.pk, answer.status))
            if time.monotonic() - self._recorded > RECORD_EVERY:
                self._record_taken()
            return True
        self._refuse(message, answer.status)
        return False

    def _open(self) -> tuple[calls_out.Line, Address[Message]]:
        if self._line is None or self._address is None:
            self._address = self.channel.address(self.target_id)
            self._line = calls_out.Line(self._address.url)
        return self._line, self._address

    def _refuse(self, message: Message, status: int) -> None:
        self._refused_in_a_row += 1
        self.over = self._refused_in_a_row >= REFUSALS
        hint = "; redirects are not followed" if 300 <= status < 400 else ""
        self._record_failure(message, status, f"The {self.channel.name} answered {status}{hint}")
        if status == 410:
            self.over = True
            self.channel.gone(self.target_id)

    def _record_taken(self) -> None:
        if self._taken:
            ids, statuses = zip(*self._taken, strict=True)
            self.channel.run(_RECORD_TAKEN, ids=list(ids), statuses=list(statuses))
            if not self._answers:
                # Who answers again gets at once what was put off only for want of an answer.
                self.channel.run(_BRING_FORWARD, target_id=self.target_id)
                self._answers = True
            self._taken = []
        self._recorded = time.monotonic()

    def _record_failure(self, message: Message, status: int | None, why: str) -> None:
        final = message.attempts > len(RETRIES)
        wait = timedelta() if final else RETRIES[message.attempts - 1]
        self.channel.run(
            _RECORD_FAILURE, id=message.pk, final=final, wait=wait, status=status, why=why[:500]
        )

    def _give_back(self, messages: Iterable[Message]) -> None:
        if ids := [message.pk for message in messages]:
            self.channel.run(_GIVE_BACK, ids=ids)


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

"""Sending messages outside: claimed, sent one after another, recorded.

A worker claims what is due to one address, calls with no transaction open, then records what
came back. When it is killed in between, its claim runs out and the messages are sent again under
the same ids, by which the receiver tells duplicates.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic

from django.db import connection

from ats_sync import calls_out
from ats_sync.channels import Address, Channel, Message

SECONDS = 10.0  # for one call
# Waits after the first, second, … failed attempt; the last one ends within a day.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
GO_SECONDS = 20.0  # how long a worker stays with one address
REFUSALS = 3  # in a row end a go: who is in trouble is not flooded
AT_ONCE = 8  # addresses
# Seconds; what a killed worker had not recorded is sent again, what is stopped meanwhile is not.
RECORD_EVERY = 0.2


# -------------------------------------------------------------------------------------- sending
def deliver_due(channel: Channel[Message]) -> int:
    """Send what is due, to several targets at once; those that answered before come first.

    Returns:
        How many messages were sent, or failed to be.
    """
    channel.give_up_expired()
    due = channel.targets_due()
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


def deliver_to(channel: Channel[Message], target_id: int) -> int:
    """Send a target what is due, oldest first, until it gives no answer.

    Returns:
        How many messages were sent, or failed to be.
    """
    go = _Go(channel, target_id)
    try:
        while claimed := channel.claim(target_id):
            go.send(claimed)
            if go.over:
                break
    finally:
        go.hang_up()
    return go.count


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
            elif time.monotonic() - self._recorded > RECORD_EVERY:
                self._record_taken()
                left = self.channel.still_wanted(left)
            elif left[0].order_key in held:
                put_back.append(left.pop(0))
            elif not self._attempt(message := left.pop(0)) and message.order_key:
                held.add(message.order_key)
        self._record_taken()
        self.channel.give_back([*put_back, *left])

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
            self.channel.record_taken(self._taken)
            if not self._answers:
                self.channel.bring_forward(self.target_id)
                self._answers = True
            self._taken = []
        self._recorded = time.monotonic()

    def _record_failure(self, message: Message, status: int | None, why: str) -> None:
        final = message.attempts > len(RETRIES)
        wait = None if final else RETRIES[message.attempts - 1]
        self.channel.record_failure(message, status, why, wait)

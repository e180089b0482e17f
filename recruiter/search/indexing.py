"""Keep the index in step with members: hears of each change through the outbox."""

from __future__ import annotations

from typing import Any

from recruiter import events
from recruiter.search import index
from rsc import outbox


@outbox.subscribe(events.MEMBER_CHANGED)
def take_up(key: str, payload: dict[str, Any]) -> None:
    """Let the index take up one member's present state; a member who is gone is dropped."""
    index().put([int(key)])


@outbox.subscribe(events.MEMBERS_ADDED)
def take_up_many(key: str, payload: dict[str, Any]) -> None:
    """Let the index take up a run of new members."""
    index().put(range(payload["first"], payload["last"] + 1))

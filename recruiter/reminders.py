"""Verbs on reminders. A reminder is the seat's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from recruiter.models import Member, Reminder
from rsc.models import Seat


def remind(seat: Seat, members: Sequence[Member], *, due_on: date, text: str = "") -> int:
    """Remind a seat of members (whom it may see) on a day; returns how many."""
    rows = [Reminder(seat=seat, member=each, due_on=due_on, text=text) for each in members]
    return len(Reminder.objects.bulk_create(rows))


def finish(seat: Seat, pk: int, *, done: bool = True) -> Reminder | None:
    """Tick a reminder off, or put it back; None when the seat has no such reminder."""
    own = Reminder.objects.visible_to(seat).filter(pk=pk)
    own.update(done_at=timezone.now() if done else None)
    return own.select_related("member").first()

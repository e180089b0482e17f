"""Exports as recruiters read them: rows with a state and a reason, progress, and news."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from ats_sync.models import Export
from ats_sync.models.export import ExportQuerySet
from recruiter.models import Member
from rsc.models import Seat

LINES_SHOWN = 5
NEWS_FOR = timedelta(days=30)  # what is older is no news


def visible_to(seat: Seat) -> ExportQuerySet:
    """Exports of which a seat may know, newest first, with all that a row shows.

    `seen` tells whether the member may be named: some have left, or hide by now.
    """
    return (
        Export.objects.visible_to(seat)
        .with_state()
        .select_related("member", "ats", "job_posting", "seat__user", "delivery")
        .annotate(seen=Exists(Member.objects.visible_to(seat).filter(pk=OuterRef("member"))))
    )


def own(seat: Seat) -> ExportQuerySet:
    """The exports that a seat may cancel: its own; an administrator's are the whole team's."""
    rows = Export.objects.visible_to(seat)
    return rows if seat.role == Seat.Role.ADMINISTRATOR else rows.filter(seat=seat)


def batch_in(text: str) -> uuid.UUID | None:
    """The batch that a parameter names; None for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Progress:
    """How far the exports of one click are."""

    total: int
    linked: int
    failed: int
    sent: int
    queued: int

    @property
    def settled(self) -> int:
        return self.linked + self.failed

    @property
    def moving(self) -> bool:
        return self.settled < self.total


def progress(rows: ExportQuerySet) -> Progress:
    """Count rows by state. One query."""
    state = Export.State
    counted = rows.order_by().values("state").annotate(count=Count("pk"))
    counts = {row["state"]: row["count"] for row in counted}
    return Progress(
        total=sum(counts.values()),
        linked=counts.get(state.LINKED, 0),
        failed=sum(counts.get(name, 0) for name in Export.OVER),
        sent=counts.get(state.DELIVERED, 0) + counts.get(state.FETCHED, 0),
        queued=counts.get(state.QUEUED, 0),
    )


def newest_of(seat: Seat, members: Sequence[Member]) -> list[Export]:
    """The newest export of each of some members. One query."""
    rows = visible_to(seat).filter(member__in=members)
    return list(rows.order_by("member", "-created_at", "-id").distinct("member"))


def news(seat: Seat) -> ExportQuerySet:
    """The seat's exports that are linked or failed, and of which it has not put away the notice."""
    since = timezone.now() - NEWS_FOR
    rows = visible_to(seat).filter(seat=seat, told_at=None, created_at__gte=since)
    return rows.filter(state__in=Export.SETTLED, seen=True)


def put_away(seat: Seat) -> None:
    """The seat has read its news."""
    read = list(news(seat).values_list("pk", flat=True))
    Export.objects.filter(pk__in=read).update(told_at=timezone.now())

"""What a seat searched for in the last 90 days: for itself, and only if it wants that."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from recruiter.filters import Choice
from recruiter.models import SearchRun, SeatPreferences
from rsc.models import Seat
from rsc.written import written_once

KEPT_DAYS = 90


def of(seat: Seat) -> QuerySet[SearchRun]:
    """A seat's searches, the latest first."""
    since = timezone.now() - timedelta(days=KEPT_DAYS)
    return SearchRun.objects.visible_to(seat).filter(at__gte=since)


def keep(seat: Seat, choice: Choice) -> None:
    """Note a search; one that was made before moves to the top. Two statements, rarely three."""
    query = choice.at_page(1).parameters
    if not query or choice.page > 1:
        return
    if _keeps_none(seat):
        return
    now = timezone.now()
    if not SearchRun.objects.filter(seat=seat, query=query).update(at=now):
        run = SearchRun(seat=seat, query=query, at=now)
        SearchRun.objects.bulk_create([run], ignore_conflicts=True)


@written_once
def _keeps_none(seat: Seat) -> QuerySet[SeatPreferences]:
    return SeatPreferences.objects.filter(seat=seat, keeps_searches=False)


def clear(seat: Seat) -> None:
    """Forget all that a seat searched for."""
    SearchRun.objects.filter(seat=seat).delete()


def sweep() -> int:
    """Delete searches past their keep; returns how many."""
    past = timezone.now() - timedelta(days=KEPT_DAYS)
    return SearchRun.objects.filter(at__lt=past).delete()[0]

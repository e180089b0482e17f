"""What a seat searched for in the last 90 days: for itself, and only if it wants that."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from recruiter.filters import Choice
from recruiter.models import SearchRun
from rsc.models import Seat
from rsc.statements import run_kept

KEPT_DAYS = 90
_KEEP = """
INSERT INTO recruiter_searchrun (seat_id, query, at)
SELECT %(seat)s::bigint, %(query)s::text, %(now)s::timestamptz
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
WHERE NOT EXISTS (
    SELECT FROM recruiter_seatpreferences WHERE seat_id = %(seat)s::bigint AND NOT keeps_searches
)
ON CONFLICT (seat_id, md5(query)) DO UPDATE SET at = excluded.at
"""


def of(seat: Seat) -> QuerySet[SearchRun]:
    """A seat's searches, the latest first."""
    since = timezone.now() - timedelta(days=KEPT_DAYS)
    return SearchRun.objects.visible_to(seat).filter(at__gte=since)


def keep(seat: Seat, choice: Choice) -> None:
    """Note a search; one that was made before moves to the top. One statement, which no page
    waits to see on the disk."""
    query = choice.at_page(1).parameters
    if query and choice.page == 1:
        run_kept(_KEEP, seat=seat.pk, query=query, now=timezone.now())


def clear(seat: Seat) -> None:
    """Forget all that a seat searched for."""
    SearchRun.objects.filter(seat=seat).delete()


def sweep() -> int:
    """Delete searches past their keep; returns how many."""
    past = timezone.now() - timedelta(days=KEPT_DAYS)
    return SearchRun.objects.filter(at__lt=past).delete()[0]

"""How an ATS's feed does: what came of it by day, how late it is, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from ats_sync import pending, throttles
from ats_sync.batches import run
from ats_sync.models import ApiUsage, Ats, CallbackDelivery, FeedAlarm, FeedDay, Match
from recruiter import search
from rsc.models import OutboxEvent

DAYS = 14
COUNTS = ("received", "stored", "matched", "waiting", "rejected", "stale")
# What people call the resources that hold records.
LABELS = {
    "simpleJobPostings": "Requisitions", "atsCandidates": "Candidates",
    "atsApplications": "Applications", "stages": "Stages", "candidateNotes": "Notes on candidates",
    "applicationNotes": "Notes on applications", "interviewFeedback": "Interview feedback",
    "attachments": "Attachments", "atsEntityAcls": "ACLs", "atsEntityAclAssignees": "ACL members",
}  # fmt: skip


@dataclass(frozen=True)
class Series:
    """One resource over the days.

    Attributes:
        label: what people call it.
        by_day: the numbers of each day, named as in COUNTS.
    """

    label: str
    by_day: list[dict[str, int]]

    @property
    def totals(self) -> dict[str, int]:
        return {name: sum(day[name] for day in self.by_day) for name in COUNTS}


@dataclass(frozen=True)
class Use:
    """How much of a day's limit a resource has used."""

    resource: str
    requests: int
    limit: int


@dataclass(frozen=True)
class Health:
    """The whole page.

    Attributes:
        lag: median from the ATS's change to its arrival, over the newest 200 candidates of the
            last 7 days; a history that is sent late says nothing.
        deliveries: how many notices of the last days were delivered, failed, and wait.
        waiting_facts, shelved_facts: of this server's outbox, for all ATSs.
    """

    days: list[date]
    series: list[Series]
    pending: dict[str, int]
    last_seen: datetime | None
    lag: timedelta | None
    deliveries: dict[str, int]
    uses: list[Use]
    standing_rejections: int
    alarms: list[FeedAlarm]
    index_ready: bool
    waiting_facts: int
    shelved_facts: int

    @property
    def lag_in_words(self) -> str:
        """The lag in its largest unit."""
        seconds = int(self.lag.total_seconds()) if self.lag is not None else 0
        for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
            if abs(seconds) >= 2 * size:
                return f"{seconds // size} {unit}"
        return f"{seconds} seconds"

    @property
    def delivery_success(self) -> int | None:
        """Percent of the notices that were settled; None when there was none."""
        settled = self.deliveries["delivered"] + self.deliveries["failed"]
        return round(100 * self.deliveries["delivered"] / settled) if settled else None


def health_of(ats: Ats) -> Health:
    """Gather the page of one ATS; the number of queries does not depend on how much there is."""
    today = timezone.now().astimezone(UTC).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    facts = OutboxEvent.objects.filter(done_at=None).aggregate(
        waiting=Count("pk", filter=Q(shelved_at=None)),
        shelved=Count("pk", filter=Q(shelved_at__isnull=False)),
    )
    return Health(
        days=days,
        series=_series_in_utc(ats, days),
        pending=pending.count_waiting(ats),
        last_seen=ats.feed_days.aggregate(last=Max("last_at"))["last"],
        lag=_lag(ats),
        deliveries=deliveries_since(ats, timezone.now() - timedelta(days=DAYS)),
        uses=_uses(ats),
        standing_rejections=ats.rejected_records.standing().count(),
        alarms=list(ats.alarms.all()[:20]),
        index_ready=search.index().ready(),
        waiting_facts=facts["waiting"],
        shelved_facts=facts["shelved"],
    )


def deliveries_since(ats: Ats, since: datetime) -> dict[str, int]:
    """How many notices of an ATS are in each state. One query."""
    state = CallbackDelivery.State
    return ats.deliveries.filter(created_at__gte=since).aggregate(
        delivered=Count("pk", filter=Q(state=state.DELIVERED)),
        failed=Count("pk", filter=Q(state=state.FAILED)),
        waiting=Count("pk", filter=Q(state=state.WAITING)),
    )


def _series_in_utc(ats: Ats, days: list[date]) -> list[Series]:
    with timezone.override(UTC):  # days are the wire's, not the reader's
        return _series(ats, days)


def _series(ats: Ats, days: list[date]) -> list[Series]:
    rows = list(FeedDay.objects.filter(ats=ats, day__gte=days[0]))
    matched = dict(
        Match.objects.live()
        .filter(candidate__ats=ats, decided_at__date__gte=days[0])
        .values_list("decided_at__date")
        .annotate(count=Count("pk"))
    )
    waiting = pending.waiting_by_day(ats, days[0])
    found = {(row.resource, row.day): row for row in rows}
    resources = _in_order({row.resource for row in rows})
    return [
        Series(
            LABELS.get(resource, resource),
            [
                _numbers(
                    found.get((resource, day)),
                    matched=matched.get(day, 0) if resource == "atsCandidates" else 0,
                    waiting=waiting.get((resource, day), 0),
                )
                for day in days
            ],
        )
        for resource in resources
    ]


def _in_order(resources: Iterable[str]) -> list[str]:
    order = list(LABELS)
    return sorted(resources, key=lambda one: (order.index(one) if one in order else 99, one))


def _numbers(row: FeedDay | None, **others: int) -> dict[str, int]:
    if row is None:
        return {**dict.fromkeys(COUNTS, 0), **others}
    return {
        "received": row.received, "stored": row.stored, "rejected": row.rejected,
        "stale": row.stale, **others,
    }  # fmt: skip


def _lag(ats: Ats) -> timedelta | None:
    ((median,),) = run(_LAG, ats=ats.pk)
    return median


def _uses(ats: Ats) -> list[Use]:
    midnight = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = ApiUsage.objects.filter(
        application=ats.application_id, span=ApiUsage.Span.DAY, started_at=midnight
    )
    limits = {limit.shared or name: limit.day for name, limit in throttles.limits().items()}
    return [
        Use(row.resource, row.requests, limits.get(row.resource, 0))
        for row in rows.order_by("resource")
    ]


_LAG = """
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY received_at - external_modified_at)
FROM (
    SELECT received_at, external_modified_at FROM ats_sync_candidate
    WHERE ats_id = %(ats)s AND external_modified_at > now() - interval '7 days'
    ORDER BY id DESC LIMIT 200
) AS newest
"""

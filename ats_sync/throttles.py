"""How much an application may ask: per resource, per UTC day and minute (contract.md 1.9).

Requests count per day and records per minute, in one statement a request, so that all web
processes count together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from ats_sync.batches import run_kept
from ats_sync.models import ApiUsage, DeveloperApplication

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
# Counts older than this tell nothing any more.
KEEP = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """How much one application may ask of a resource; 0 means as much as it likes.

    Attributes:
        day: requests per UTC day.
        minute: records per minute.
        shared: the name under which several resources count together.
    """

    day: int = 0
    minute: int = 0
    shared: str = ""


# The published numbers, by the resources' names on /v2/.
_SYNC = Limit(day=100_000, minute=10_000)
_ACTIVITY = Limit(day=100_000, shared="recruiterActivity")
PUBLISHED: Mapping[str, Limit] = {
    "atsCandidates": _SYNC,
    "atsApplications": _SYNC,
    "stages": _SYNC,
    "candidateNotes": _SYNC,
    "applicationNotes": Limit(day=1_000_000),
    "interviewFeedback": Limit(day=1_000_000),
    "atsEntityAcls": _SYNC,
    "atsEntityAclAssignees": _SYNC,
    "atsIntegrations": Limit(day=5_000),
    "configurations": Limit(day=5_000),
    "integrationConfigurations": Limit(day=5_000),
    "simpleJobPostingTasks": Limit(day=300_000),
    "jobPostingStatus": Limit(day=1_000_000),
    "seats": _ACTIVITY,
    "seatsV2": _ACTIVITY,
    "conversationEvents": _ACTIVITY,
    "mailStubs": _ACTIVITY,
    "prospectNotes": _ACTIVITY,
}


# Resources for which no number was published, but an operator may set one.
UNLIMITED = frozenset(
    {
        "simpleJobPostings", "resumes", "attachments", "hireMediaUrl", "exportedCandidates",
        "closedCandidateProfiles", "provisionedApplications", "developerApplicationsSecurity",
    }
)  # fmt: skip
RESOURCES = sorted(UNLIMITED | set(PUBLISHED))


@dataclass(frozen=True)
class Taken:
    """What is left after a request was counted.

    Attributes:
        limit, remaining: requests of the day; or records of the minute, when those ran out.
        reset_at: when the count starts again.
        exceeded: whether this request is one too many.
    """

    limit: int
    remaining: int
    reset_at: datetime
    exceeded: bool

    def headers(self) -> dict[str, str]:
        """Headers of the answer; Reset is in seconds since 1970, Retry-After in seconds."""
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(int(self.reset_at.timestamp())),
        }
        if self.exceeded:
            wait = (self.reset_at - timezone.now()).total_seconds()
            headers["Retry-After"] = str(max(1, math.ceil(wait)))
        return headers


def limit_of(resource: str) -> Limit:
    """The limit of a resource: the operator's, or else the published one."""
    return limits().get(resource, Limit())


def limits() -> Mapping[str, Limit]:
    """All limits of this server, by the resources' names on /v2/."""
    return _limits(tuple(settings.THROTTLES))


@lru_cache(maxsize=10)
def _limits(changes: tuple[str, ...]) -> Mapping[str, Limit]:
    """The published limits with the operator's changes, written `atsCandidates.day=5000`.

    Raises:
        ImproperlyConfigured: a change cannot be read, or names no resource.
    """
    limits = dict(PUBLISHED)
    for change in changes:
        name, _, number = change.partition("=")
        resource, _, span = name.strip().partition(".")
        if span not in {"day", "minute"} or not number.strip().isdigit():
            raise ImproperlyConfigured(f"RSC_THROTTLES: {change!r}: write atsCandidates.day=5000")
        if resource not in RESOURCES:
            raise ImproperlyConfigured(
                f"RSC_THROTTLES: {resource!r} is none of {', '.join(RESOURCES)}"
            )
        limits[resource] = replace(limits.get(resource, Limit()), **{span: int(number)})
    return limits


def take(application: DeveloperApplication, resource: str, records: int) -> Taken | None:
    """Count a request. One statement.

    Args:
        application: who asks.
        resource: the resource's name on /v2/.
        records: how many records it carries.

    Returns:
        What is left, or None when the resource has no limit.
    """
    limit = limit_of(resource)
    if not limit.day and not limit.minute:
        return None
    now = timezone.now()
    day, minute = _start_of(now, DAY), _start_of(now, MINUTE)
    name = limit.shared or resource
    counted = {
        span: (requests, sent)
        for span, requests, sent in run_kept(
            _COUNT, application=application.pk, resource=name, day=day, minute=minute, sent=records
        )
    }
    sent = counted["minute"][1]
    if limit.minute and records and sent > limit.minute:
        return Taken(limit.minute, 0, minute + MINUTE, exceeded=True)
    if not limit.day:
        return Taken(limit.minute, limit.minute - sent, minute + MINUTE, exceeded=False)
    asked = counted["day"][0]
    return Taken(limit.day, max(0, limit.day - asked), day + DAY, exceeded=asked > limit.day)


def take_turn(application: DeveloperApplication, name: str, per_minute: int) -> Taken:
    """Count a request that only so many of may come in a minute, whatever it carries."""
    now = timezone.now()
    minute = _start_of(now, MINUTE)
    ((_, requests, _),) = run_kept(
        _COUNT_MINUTE, application=application.pk, resource=name, minute=minute
    )
    left = max(0, per_minute - requests)
    return Taken(per_minute, left, minute + MINUTE, exceeded=requests > per_minute)


def sweep() -> int:
    """Delete counts that no limit looks at any more; returns how many."""
    return ApiUsage.objects.filter(started_at__lt=timezone.now() - KEEP).delete()[0]


def _start_of(now: datetime, span: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return now - (now - epoch) % span


# A count that a crash of the database loses harms nobody, so no request waits for the disk here:
# the setting holds until this one statement is committed.
_COUNT = """
INSERT INTO ats_sync_apiusage AS u
    (application_id, resource, span, started_at, requests, records)
SELECT %(application)s, %(resource)s, counted.span, counted.started_at, 1, %(sent)s
FROM (VALUES ('day', %(day)s::timestamptz), ('minute', %(minute)s::timestamptz))
        AS counted(span, started_at),
    (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
ON CONFLICT (application_id, resource, span, started_at) DO UPDATE
SET requests = u.requests + 1, records = u.records + EXCLUDED.records
RETURNING u.span, u.requests, u.records
"""

_COUNT_MINUTE = """
INSERT INTO ats_sync_apiusage AS u
    (application_id, resource, span, started_at, requests, records)
VALUES (%(application)s, %(resource)s, 'minute', %(minute)s, 1, 0)
ON CONFLICT (application_id, resource, span, started_at) DO UPDATE
SET requests = u.requests + 1
RETURNING u.span, u.requests, u.records
"""

"""Search facets of what ATSs say of applications, as far as a seat may see them.

Every row comes through `Application.visible_to`, so the ACLs of the seat decide what a facet
finds, lists and counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from ats_sync.models import Application, ApplicationStage, Match
from recruiter.team_facets import Group, TeamFacet, Values, grouped, people, register, within
from rsc.models import Seat

MEMBER = "candidate__matches__member_id"
APPLIED = "external_created_at"
# A year, or from one day to another, either of which may be missing: 2024, 2024-03..2024-05-31.
_DAY = r"\d{4}(?:-\d\d(?:-\d\d)?)?"
_SPAN = re.compile(rf"({_DAY})?\.\.({_DAY})?|(\d{{4}})")


def _applications(seat: Seat) -> QuerySet[Application]:
    """Applications that the seat may see, of candidates who are members."""
    return Application.objects.visible_to(seat).filter(candidate__matches__state__in=Match.LIVE)


def _jobs(seat: Seat, values: Values) -> list[Group]:
    return grouped(_applications(seat), "job_name", values, member=MEMBER)


def _stages(seat: Seat, values: Values) -> list[Group]:
    """Everybody who was ever there."""
    visits = ApplicationStage.objects.filter(
        application__in=Application.objects.visible_to(seat),
        application__candidate__matches__state__in=Match.LIVE,
    )
    return grouped(visits, "name", values, member=f"application__{MEMBER}")


def _sources(seat: Seat, values: Values) -> list[Group]:
    return grouped(_applications(seat).exclude(source=""), "source", values, member=MEMBER)


def _applied(seat: Seat, values: Values) -> list[Group]:
    rows = _applications(seat)
    spans = [
        Group(value, value, people(rows.filter(**conditions), MEMBER))
        for value in values or ()
        for conditions in _span(value)
    ]
    return within(rows, APPLIED, values, member=MEMBER) + spans


def _span(text: str) -> Iterator[dict[str, datetime]]:
    """The conditions of a span of days; nothing when the text is none."""
    found = _SPAN.fullmatch(text)
    if not found:
        return
    first, last, year = found.groups()
    try:
        begins, ends = _days(year or first or "1900")[0], _days(year or last or "9998")[1]
    except ValueError:  # the 31st of February
        return
    yield {f"{APPLIED}__gte": _midnight(begins), f"{APPLIED}__lt": _midnight(ends)}


def _days(text: str) -> tuple[date, date]:
    """The first day of a year, a month or a day, and the first one behind it."""
    year, month, day = [*map(int, text.split("-")), 0, 0][:3]
    first = date(year, month or 1, day or 1)
    if day:
        return first, first + timedelta(days=1)
    return first, date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001


register(TeamFacet("ats_job", "ATS job", _jobs, of_ats=True))
register(TeamFacet("ats_stage", "Stage reached", _stages, of_ats=True))
register(TeamFacet("applied", "Applied", _applied, of_ats=True))
register(TeamFacet("ats_source", "Source", _sources, of_ats=True))

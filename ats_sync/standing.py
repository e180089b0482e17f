"""Where a member stands in ATSs, in a few lines: what the header of a profile tells.

What the seat may see is asked once (`know`); of each application one row of figures is read, so a
member with hundreds costs hardly more than one with two. The tab tells the same at length, see
`ats_sync.history`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from ats_sync.batches import run
from ats_sync.models import Application, Ats, Candidate, Match
from recruiter.models import Member
from rsc.models import Seat


@dataclass(frozen=True)
class Known:
    """What a seat may see of a member in ATSs. To write that rule down for the database costs
    more than to answer it, so a page asks once and hands the answer on.

    Attributes:
        matches: the member's matches with visible candidates, undone and suggested ones too.
        links: of these the live ones, by the ATS's name.
        applications: the ids of the linked candidates' visible applications.
    """

    matches: list[Match]
    links: list[Match]
    applications: list[int]

    @property
    def candidates(self) -> list[Candidate]:
        return [link.candidate for link in self.links]


class Visit(NamedTuple):
    """A stage and since when."""

    name: str
    entered_at: datetime


class Figures(NamedTuple):
    """One application in a row.

    Attributes:
        is_open: its requisition is listed, and no reason for an end was given.
        stage: the current one's name; None before the first.
        last_activity_at: of stage, note or feedback; else when the person applied.
        heard_at: when the newest of all that hangs on it reached us.
    """

    application: int
    candidate: int
    is_open: bool
    stage: str | None
    entered_at: datetime | None
    feedback_count: int
    last_activity_at: datetime
    heard_at: datetime

    @property
    def is_active(self) -> bool:
        """Listed, no reason for an end, no final stage (design.md 6)."""
        return self.is_open and not is_final(self.stage or "")


class Course:
    """One application with its figures: its requisition, and whether it is still running."""

    def __init__(self, application: Application, figures: Figures) -> None:
        self.application = application
        self.active = figures.is_active
        self.last_activity_at = figures.last_activity_at
        self.stage: Visit | None = None
        if figures.stage is not None and figures.entered_at is not None:
            self.stage = Visit(figures.stage, figures.entered_at)

    @property
    def title(self) -> str:
        """The requisition as recruiters name it: title and code."""
        job = self.application.job_posting
        if job is None:
            return f"{self.application.job_name} - {self.application.external_job_id}"
        return f"{job.title} - {job.company_job_code or job.external_id}"

    @property
    def state(self) -> str:
        """Active or Closed; where the requisition never arrived, that is all we know."""
        if self.active:
            return "Active"
        return "Closed" if self.application.job_posting else "Job not synced"


class Standing:
    """One candidate: how many courses there are, and the one in which something happened last."""

    def __init__(self, candidate: Candidate, told: list[Figures], latest: Course | None) -> None:
        self.candidate = candidate
        self.latest = latest
        self.job_count = len(told)
        self.active_count = sum(each.is_active for each in told)
        self.feedback_count = sum(each.feedback_count for each in told)

    @property
    def ats(self) -> Ats:
        return self.candidate.ats

    @property
    def past_count(self) -> int:
        return self.job_count - self.active_count

    @property
    def url(self) -> str:
        """The record's page in the ATS; empty unless it is a web address."""
        url = self.candidate.profile_url
        return url if url.lower().startswith(("https://", "http://")) else ""


def gather(known: Known) -> list[Standing]:
    """Where a member stands in each ATS, by the ATS's name. At most two queries."""
    told = figures(known)
    tops = newest(told)
    return [Standing(each, told[each.pk], tops.get(each.pk)) for each in known.candidates]


def latest(standings: list[Standing]) -> tuple[Standing, Course] | None:
    """Of all courses the one in which something happened last."""
    tops = [(each, each.latest) for each in standings if each.latest]
    return max(tops, key=lambda pair: pair[1].last_activity_at, default=None)


def know(seat: Seat, member: Member) -> Known:
    """What a seat may see of a member in ATSs. At most two queries."""
    matches = list(
        Match.objects.filter(member=member, candidate__in=Candidate.objects.visible_to(seat))
        .select_related("candidate__ats")
        .order_by("candidate__ats__name", "candidate__ats_id", "-candidate__external_modified_at")
    )
    links = [match for match in matches if match.state in Match.LIVE]
    seen = Application.objects.visible_to(seat) if links else Application.objects.none()
    of_links = seen.filter(candidate__in=[link.candidate_id for link in links])
    return Known(matches, links, list(of_links.values_list("pk", flat=True)))


def figures(known: Known) -> dict[int, list[Figures]]:
    """The figures of all that is to be seen, by candidate, latest activity first. One query."""
    found: dict[int, list[Figures]] = {each.pk: [] for each in known.candidates}
    for row in run(_FIGURES, applications=known.applications) if known.applications else ():
        each = Figures(*row)
        found[each.candidate].append(each)
    return found


def newest(told: dict[int, list[Figures]]) -> dict[int, Course]:
    """Of each candidate the course in which something happened last. One query."""
    tops = {candidate: rows[0] for candidate, rows in told.items() if rows}
    rows = applications(top.application for top in tops.values()).in_bulk()
    return {candidate: Course(rows[top.application], top) for candidate, top in tops.items()}


def applications(ids: Iterable[int]) -> QuerySet[Application]:
    """Applications to be shown, with what is told of their requisitions."""
    chosen = Application.objects.filter(pk__in=list(ids)).select_related("job_posting")
    return chosen.defer("job_posting__description", "job_posting__details")


def is_final(stage: str) -> bool:
    """Whether a stage of that name ends a journey, whatever its case (`TERMINAL_STAGES`)."""
    final = {name.strip().casefold() for name in settings.TERMINAL_STAGES}
    return stage.strip().casefold() in final


_FIGURES = """
SELECT application.id, application.candidate_id,
    coalesce(job.state = 'LISTED' AND application.disposition_reason = '', false),
    stage.name, stage.entered_at, feedback.count,
    coalesce(
        greatest(stage.entered_at, note.written_at, feedback.given_at),
        application.external_created_at
    ) AS last_activity_at,
    greatest(
        application.received_at, visits.received_at, note.received_at, feedback.received_at
    )
FROM ats_sync_application application
LEFT JOIN ats_sync_jobposting job ON job.id = application.job_posting_id
LEFT JOIN LATERAL (
    SELECT name, entered_at FROM ats_sync_applicationstage
    WHERE application_id = application.id
    ORDER BY entered_at DESC, received_at DESC, id DESC LIMIT 1
) stage ON true
CROSS JOIN LATERAL (
    SELECT max(received_at) AS received_at FROM ats_sync_applicationstage
    WHERE application_id = application.id
) visits
CROSS JOIN LATERAL (
    SELECT max(written_at) AS written_at, max(received_at) AS received_at
    FROM ats_sync_applicationnote WHERE application_id = application.id
) note
CROSS JOIN LATERAL (
    SELECT count(*), max(given_at) AS given_at, max(received_at) AS received_at
    FROM ats_sync_interviewfeedback WHERE application_id = application.id
) feedback
WHERE application.id = ANY(%(applications)s::bigint[])
ORDER BY last_activity_at DESC, application.id DESC
"""

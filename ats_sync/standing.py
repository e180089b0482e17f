"""Where a member stands in ATSs, in a few lines: what the header of a profile tells.

The database counts, so a member with hundreds of applications costs hardly more than one with two.
The tab tells the same at length, see `ats_sync.history`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Greatest, Lower, RowNumber, Trim

from ats_sync.models import (
    Application,
    ApplicationNote,
    ApplicationStage,
    Ats,
    Candidate,
    InterviewFeedback,
    JobPosting,
    Match,
)
from recruiter.models import Member
from rsc.models import Seat


class Visit(NamedTuple):
    """A stage and since when."""

    name: str
    entered_at: datetime


class Course:
    """One application as `courses` finds it: its requisition, and whether it is still running."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.active: bool = application.is_active
        self.stage: Visit | None = None
        if application.stage_name is not None:
            self.stage = Visit(application.stage_name, application.entered_at)

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

    def __init__(self, candidate: Candidate, newest: Application | None) -> None:
        self.candidate = candidate
        self.latest = Course(newest) if newest else None
        self.job_count: int = newest.job_count if newest else 0
        self.active_count: int = newest.active_count if newest else 0
        self.feedback_count: int = newest.feedback_total if newest else 0

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


def gather(seat: Seat, member: Member) -> list[Standing]:
    """Where a member stands in each ATS, by the ATS's name. Two queries."""
    candidates = [link.candidate for link in links(seat, member)]
    newest = {row.candidate_id: row for row in courses(seat, candidates, first=1, last=1)}
    return [Standing(candidate, newest.get(candidate.pk)) for candidate in candidates]


def latest(standings: list[Standing]) -> tuple[Standing, Course] | None:
    """Of all courses the one in which something happened last."""
    tops = [(each, each.latest) for each in standings if each.latest]
    return max(tops, key=lambda pair: pair[1].application.last_activity_at, default=None)


def links(seat: Seat, member: Member) -> QuerySet[Match]:
    """What joins a member with the candidates that the seat may see, by the ATS's name."""
    return (
        Match.objects.live()
        .filter(member=member, candidate__in=Candidate.objects.visible_to(seat))
        .select_related("candidate__ats")
        .order_by("candidate__ats__name", "candidate__ats_id", "-candidate__external_modified_at")
    )


def courses(
    seat: Seat, candidates: Iterable[Candidate], *, first: int, last: int, judged: bool = False
) -> QuerySet[Application]:
    """Of each candidate's applications those that the seat may see, latest activity first.

    The database counts, orders and cuts, so hundreds cost hardly more than those that are shown.

    Args:
        first: the place of the first one of each candidate, from 1.
        last: the place of the last one.
        judged: only those with interviewers' feedback.

    Each row has its stage, whether it `is_active` (listed, no reason for an end, no final stage:
    design.md 6), when something happened last, and the counts of all that its candidate has.
    """
    seen = Application.objects.visible_to(seat).filter(candidate__in=candidates)
    stage = ApplicationStage.objects.filter(application=OuterRef("pk"))
    feedback = InterviewFeedback.objects.filter(application=OuterRef("pk"))
    written = ApplicationNote.objects.filter(application=OuterRef("pk"))
    told = seen.filter(Exists(feedback)) if judged else seen
    told = told.annotate(
        stage_name=Subquery(stage.values("name")[:1]),
        entered_at=Subquery(stage.values("entered_at")[:1]),
        feedback_count=Coalesce(over(feedback, Count("pk")), 0),
        last_activity_at=Coalesce(
            Greatest(
                "entered_at",
                over(written, Max("written_at")),
                over(feedback, Max("given_at")),
            ),
            "external_created_at",
        ),
    )
    ended = ~Q(disposition_reason="") | Q(ending__in=_terminal_stages())
    listed = Q(job_posting__state=JobPosting.State.LISTED)
    told = told.annotate(
        ending=Coalesce(Lower(Trim("stage_name")), Value("")),
        is_active=Case(When(listed & ~ended, then=True), default=False),
    )
    of_candidate = {"partition_by": "candidate"}
    counted = told.annotate(
        place=Window(RowNumber(), order_by=["-last_activity_at", "-pk"], **of_candidate),
        job_count=Window(Count("pk"), **of_candidate),
        active_count=Window(Count(Case(When(is_active=True, then=1))), **of_candidate),
        feedback_total=Window(Sum("feedback_count"), **of_candidate),
    )
    shown = counted.filter(place__range=(first, last)).select_related("job_posting")
    return shown.defer("job_posting__description", "job_posting__details").order_by("place")


def over(rows: QuerySet, figure: Count | Max) -> Subquery:
    """One figure over the rows of an application."""
    grouped = rows.order_by().values("application").annotate(figure=figure)
    return Subquery(grouped.values("figure"))


def _terminal_stages() -> list[str]:
    return [name.strip().lower() for name in settings.TERMINAL_STAGES]

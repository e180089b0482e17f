"""Where a member stands in ATSs, in a few lines: what the header of a profile tells.

The database counts, so a member with hundreds of applications costs hardly more than one with two.
The tab tells the same at length, see `ats_sync.history`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

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
    """One application: its requisition, and whether it is still running."""

    def __init__(self, application: Application, stage: Visit | ApplicationStage | None) -> None:
        self.application = application
        self.stage = stage

    @property
    def title(self) -> str:
        """The requisition as recruiters name it: title and code."""
        job = self.application.job_posting
        if job is None:
            return f"{self.application.job_name} - {self.application.external_job_id}"
        return f"{job.title} - {job.company_job_code or job.external_id}"

    @cached_property
    def active(self) -> bool:
        """Still running: job listed, no reason for an end, no final stage (design.md 6)."""
        job = self.application.job_posting
        if job is None or job.state != JobPosting.State.LISTED:
            return False
        ended = self.stage and self.stage.name.strip().casefold() in _terminal_stages()
        return not (self.application.disposition_reason or ended)

    @property
    def state(self) -> str:
        """Active or Closed; where the requisition never arrived, that is all we know."""
        if self.active:
            return "Active"
        return "Closed" if self.application.job_posting else "Job not synced"


@dataclass
class Standing:
    """One candidate's courses, those with the latest activity first."""

    candidate: Candidate
    courses: list[Course] = field(default_factory=list)

    @property
    def ats(self) -> Ats:
        return self.candidate.ats

    @property
    def active_count(self) -> int:
        return sum(course.active for course in self.courses)

    @property
    def past_count(self) -> int:
        return len(self.courses) - self.active_count

    @property
    def feedback_count(self) -> int:
        return sum(course.application.feedback_count for course in self.courses)

    @property
    def url(self) -> str:
        """The record's page in the ATS; empty unless it is a web address."""
        url = self.candidate.profile_url
        return url if url.lower().startswith(("https://", "http://")) else ""


def gather(seat: Seat, member: Member) -> list[Standing]:
    """Where a member stands in each ATS, by the ATS's name. Two queries."""
    standings = {link.candidate_id: Standing(link.candidate) for link in links(seat, member)}
    for application in _with_course(Application.objects.visible_to(seat), list(standings)):
        stage = None
        if application.stage_name is not None:
            stage = Visit(application.stage_name, application.entered_at)
        standings[application.candidate_id].courses.append(Course(application, stage))
    return list(standings.values())


def latest(standings: list[Standing]) -> tuple[Standing, Course] | None:
    """Of all courses the one in which something happened last."""
    tops = [(each, each.courses[0]) for each in standings if each.courses]
    return max(tops, key=lambda pair: pair[1].application.last_activity_at, default=None)


def links(seat: Seat, member: Member) -> QuerySet[Match]:
    """What joins a member with the candidates that the seat may see, by the ATS's name."""
    return (
        Match.objects.live()
        .filter(member=member, candidate__in=Candidate.objects.visible_to(seat))
        .select_related("candidate__ats")
        .order_by("candidate__ats__name", "candidate__ats_id", "-candidate__external_modified_at")
    )


def _with_course(seen: QuerySet[Application], candidates: list[int]) -> QuerySet[Application]:
    """Applications with their stage, the number of feedbacks, and when something last happened."""
    stage = ApplicationStage.objects.filter(application=OuterRef("pk"))
    feedback = InterviewFeedback.objects.filter(application=OuterRef("pk"))
    written = ApplicationNote.objects.filter(application=OuterRef("pk"))
    rows = seen.filter(candidate__in=candidates).select_related("job_posting")
    told = rows.annotate(
        stage_name=Subquery(stage.values("name")[:1]),
        entered_at=Subquery(stage.values("entered_at")[:1]),
        feedback_count=Coalesce(_over(feedback, Count("pk")), 0),
        last_activity_at=Coalesce(
            Greatest(
                Subquery(stage.values("entered_at")[:1]),
                _over(written, Max("written_at")),
                _over(feedback, Max("given_at")),
            ),
            "external_created_at",
        ),
    )
    return told.defer("job_posting__description", "job_posting__details").order_by(
        "-last_activity_at", "-pk"
    )


def _over(rows: QuerySet, figure: Count | Max) -> Subquery:
    """One figure over the rows of an application."""
    grouped = rows.order_by().values("application").annotate(figure=figure)
    return Subquery(grouped.values("figure"))


def _terminal_stages() -> set[str]:
    return {name.casefold() for name in settings.TERMINAL_STAGES}

"""What ATSs say about people whom a recruiter is going to write to: one line for each.

As honest as it is short: “Applied 3 weeks ago, rejected at phone screen”. Two queries, whether it
is one person or five hundred; what is hidden from the seat leaves no trace.
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.timesince import timesince

from ats_sync import standing
from ats_sync.models import Application, ApplicationStage, Candidate, Match
from recruiter.models import Member
from rsc.models import Seat


def lines(seat: Seat, members: Collection[Member]) -> dict[int, str]:
    """The line of each member whom an ATS knows as an applicant, by the member's id."""
    links = Match.objects.live().filter(
        member__in=members, candidate__in=Candidate.objects.visible_to(seat)
    )
    member_of = dict(links.values_list("candidate_id", "member_id"))
    applications = (
        Application.objects.visible_to(seat)
        .filter(candidate__in=member_of)
        .prefetch_related("stages")
        .order_by("external_created_at")  # the latest application is the one that stays
    )
    return {member_of[each.candidate_id]: _line(each) for each in applications}


def _line(application: Application) -> str:
    ago = timesince(application.external_created_at, depth=1)
    return ", ".join(part for part in (f"applied {ago} ago", _outcome(application)) if part)


def _outcome(application: Application) -> str:
    """How it stands, or how and where it ended."""
    stages = list(application.stages.all())
    if stages and standing.is_final(stages[0].name):
        before = next((s for s in stages[1:] if not standing.is_final(s.name)), None)
        return _lower(stages[0]) + (f" at {_lower(before)}" if before else "")
    where = f"at {_lower(stages[0])}" if stages else ""
    if application.disposition_reason:
        return f"closed {where}".strip()
    return f"now {where}" if where else ""


def _lower(stage: ApplicationStage) -> str:
    """A stage's name inside a sentence; one that begins with an abbreviation stays."""
    name = stage.name.strip()
    return name if name[:2].isupper() else name[:1].lower() + name[1:]

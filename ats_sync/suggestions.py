"""Records of ATSs that may be a member, for a recruiter to decide about."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, F, When

from ats_sync.against import DECIDED_AGAINST
from ats_sync.models import Candidate, Match
from recruiter.models import Member
from rsc.models import Seat

MOST_SUGGESTIONS = 5


@dataclass(frozen=True)
class Suggestion:
    """A record of an ATS that may be this member: how sure the rule is, and why, in words.

    Attributes:
        is_against: a person decided that it is somebody else, which can be taken back.
    """

    candidate: Candidate
    label: str
    reasons: tuple[str, ...]
    is_against: bool = False


def of_member(seat: Seat, member: Member) -> list[Suggestion]:
    """Records that matching suggests for a member and that the seat may see, surest first; behind
    them those of which a person said that they are not."""
    asked = Match.objects.filter(
        member=member,
        state__in=[Match.State.SUGGESTED, *DECIDED_AGAINST],
        candidate__in=Candidate.objects.visible_to(seat),
    )
    is_against = Case(When(state=Match.State.SUGGESTED, then=False), default=True)
    found = asked.select_related("candidate__ats").order_by(
        is_against, F("score").desc(nulls_last=True), "id"
    )
    return [
        Suggestion(
            match.candidate,
            match.evidence.get("label", ""),
            tuple(match.evidence.get("reasons", ())),
            match.state in DECIDED_AGAINST,
        )
        for match in found[:MOST_SUGGESTIONS]
    ]

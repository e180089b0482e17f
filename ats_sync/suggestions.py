"""Records of ATSs that may be a member, for a recruiter to decide about."""

from __future__ import annotations

from dataclasses import dataclass

from ats_sync.against import DECIDED_AGAINST
from ats_sync.models import Candidate, Match
from ats_sync.standing import Known

MOST_SUGGESTIONS = 5
SUGGESTED = Match.State.SUGGESTED


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


def of_member(known: Known) -> list[Suggestion]:
    """Records that matching suggests for a member and that the seat may see, surest first; behind
    them those of which a person said that they are not."""
    asked = [each for each in known.matches if each.state in (SUGGESTED, *DECIDED_AGAINST)]
    asked.sort(key=lambda each: (each.state != SUGGESTED, -(each.score or 0), each.pk))
    return [
        Suggestion(
            match.candidate,
            match.evidence.get("label", ""),
            tuple(match.evidence.get("reasons", ())),
            match.state in DECIDED_AGAINST,
        )
        for match in asked[:MOST_SUGGESTIONS]
    ]

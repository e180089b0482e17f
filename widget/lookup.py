"""People to link by hand: those whom matching suggests, and those nearest to a name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ats_sync.models import Candidate, Match
from recruiter.models import Member
from recruiter.search import MemberQuery, index
from recruiter.search.viewer import viewer_of
from rsc.models import Seat

SUGGESTED = 5
SHOWN = 10
MOST_WORDS = 8
_WORD = re.compile(r"\w+(?:['\N{RIGHT SINGLE QUOTATION MARK}.-]\w+)*")


@dataclass(frozen=True)
class Suggestion:
    """A member who may be the candidate: how sure the rule is, and why, in words."""

    member: Member
    label: str
    reasons: tuple[str, ...]


def suggestions_for(seat: Seat, candidate: Candidate) -> list[Suggestion]:
    """Members whom matching suggests for a candidate and whom the seat may see, best first."""
    seen = Match.objects.suggested().filter(member__in=Member.objects.visible_to(seat))
    found = seen.filter(candidate=candidate).select_related("member")[:SUGGESTED]
    return [
        Suggestion(
            match.member, match.evidence.get("label", ""), tuple(match.evidence.get("reasons", ()))
        )
        for match in found
    ]


def members_named(seat: Seat, text: str) -> list[Member]:
    """The members who fit all words best; where nobody does, those who fit any of them.

    An ATS writes Kate where the profile says Catherine, so one word in common is worth showing.
    The words are quoted, because a name may be spelt like an operator of the search.

    Raises:
        SearchUnavailable: the search engine cannot answer now.
    """
    words = [f'"{word}"' for word in _WORD.findall(text)[:MOST_WORDS]]
    if not words:
        return []
    viewer = viewer_of(seat)
    for between in (" ", " OR "):
        asked = MemberQuery(viewer=viewer, text=between.join(words), count=SHOWN)
        member_ids = index().search(asked).member_ids
        if member_ids:
            break
    found = Member.objects.visible_to(seat).in_bulk(member_ids)
    return [found[pk] for pk in member_ids if pk in found]

"""Why somebody is among the results of a search, and why at that place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from recruiter import results, search
from recruiter.filters import Choice
from recruiter.models import Member, MemberDocument
from recruiter.results import Reason
from recruiter.search import relevance
from recruiter.search.port import RELEVANCE, Viewer
from recruiter.search.relevance import WordScore
from rsc.models import Seat


@dataclass(frozen=True)
class Standing:
    """Attributes:
    fits: whether the search finds the member at all.
    scores: the points of each word; empty where words do not decide the order.
    completeness: of the profile, as the order of results counts it.
    """

    fits: bool
    scores: list[WordScore]
    reasons: list[Reason]
    completeness: int

    @property
    def points(self) -> int:
        return sum(score.points for score in self.scores)


def of(seat: Seat, viewer: Viewer, choice: Choice, member: Member) -> Standing:
    """How a member whom the seat may see stands in a search. Raises SearchUnavailable."""
    query = choice.query(replace(viewer, member_ids=(member.pk,)))
    [result] = results.results_of(seat, viewer, [member.pk], employees=choice.employees)
    document = MemberDocument.objects.filter(pk=member.pk).only("completeness").first()
    return Standing(
        fits=search.index().search(replace(query, start=0, count=1)).total == 1,
        scores=relevance.explain(query, member.pk) if choice.order == RELEVANCE else [],
        reasons=result.reasons,
        completeness=document.completeness if document else 0,
    )

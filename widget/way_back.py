"""How a change of the link by hand is undone: to what was true before, not to its opposite.

The frame holds the way back in its "Undo" button; nothing is stored for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ats_sync import links
from ats_sync.models import Candidate, Match
from recruiter.models import Member
from rsc.models import Seat

JUDGE, RESTORE, LINK, UNLINK = "judge", "restore", "link", "unlink"
_CHOSEN = (Match.State.MANUAL, Match.State.CONFIRMED)
_REFUSED = (Match.State.UNLINKED, Match.State.REJECTED)


@dataclass(frozen=True)
class WayBack:
    """What to do, with whom.

    Attributes:
        how: `judge`: nothing was linked, so the rule has the word again; `restore`: a rule had
            linked the member; `link`: a person had; `unlink`: a person had refused them.
    """

    how: str
    member: Member


def from_link(candidate: Candidate, member: Member) -> WayBack:
    """The way back from a link that is about to be made by hand."""
    live = candidate.matches.live().select_related("member").order_by("-decided_at")
    if replaced := live.filter(state__in=_CHOSEN).first():
        return WayBack(LINK, replaced.member)
    if len(live) == 1:
        return WayBack(RESTORE, live[0].member)
    refused = candidate.matches.filter(member=member, state__in=_REFUSED).exists()
    return WayBack(UNLINK if refused else JUDGE, member)


def from_unlink(candidate: Candidate, member: Member) -> WayBack:
    """The way back from a link that is about to be taken away."""
    chosen = candidate.matches.filter(member=member, state__in=_CHOSEN).exists()
    return WayBack(LINK if chosen else RESTORE, member)


def go(seat: Seat, candidate: Candidate, member: Member, how: str) -> bool:
    """Go back. Returns whether the candidate is linked with the member then.

    Raises:
        links.NotLinked: a colleague was faster; there is nothing to undo any more.
    """
    if how == UNLINK:
        links.unlink(seat, candidate, member)
        return False
    if how != LINK:
        _let_the_rule_judge(seat, candidate)
    linked = candidate.matches.live().filter(member=member).exists()
    if how in (LINK, RESTORE) and not linked:
        links.link(seat, candidate, member)
        linked = True
    return linked


def _let_the_rule_judge(seat: Seat, candidate: Candidate) -> None:
    decided = candidate.matches.filter(state__in=links.BY_A_PERSON).select_related("member")
    last = decided.order_by("-decided_at").first()
    if last is None:
        raise links.NotLinked(f"nobody decided about candidate {candidate.pk}")
    links.take_back(seat, candidate, last.member)

"""What the frame shows, gathered in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from ats_sync.models import Ats, Candidate, Match
from recruiter import activity
from recruiter.activity import Deed
from recruiter.models import Member, Position
from recruiter.profile import Profile
from recruiter.profile import gather as gather_profile
from rsc.models import Seat
from widget.admission import FEATURE

ACTIVITIES_SHOWN = 5  # then "Show more"
ACTIVITIES_READ = 25


def candidate_of(seat: Seat, ats: Ats, external_id: str) -> Candidate | None:
    """The candidate that the ATS's page is about, if the seat may know of it."""
    if "\x00" in external_id:  # PostgreSQL has no text with this character
        return None
    known = Candidate.objects.visible_to(seat, FEATURE)
    return known.filter(ats=ats, external_id=external_id).select_related("ats").first()


def members_of(seat: Seat, candidate: Candidate) -> list[Member]:
    """The members to whom a candidate is linked and whom the seat may see, surest first.

    A person's word comes alone: while a link made by hand is live, no rule has a say.
    """
    live = (
        Match.objects.live()
        .filter(candidate=candidate, member__in=Member.objects.visible_to(seat))
        .order_by(F("score").desc(nulls_last=True), "decided_at", "id")
        .select_related("member")
    )
    links = list(live)
    by_hand = [link.member for link in links if link.state == Match.State.MANUAL]
    return by_hand or [link.member for link in links]


@dataclass(frozen=True)
class Content:
    """One member as the frame shows them to one seat.

    Attributes:
        seen: what the Recruiter's own profile page shows as well.
        emails: the addresses that the ATS has; those of the member's account belong to the
            member, who may share them (`seen.shares`).
        activities: what the team did, newest first.
    """

    seen: Profile
    emails: list[str]
    activities: list[Deed]

    @property
    def current(self) -> list[Position]:
        return [position for position in self.seen.positions if position.current]

    @property
    def previous(self) -> list[Position]:
        """The two jobs before, as in the guide; all of them stand under Experience."""
        return [position for position in self.seen.positions if not position.current][:2]

    @property
    def recent_activities(self) -> list[Deed]:
        return self.activities[:ACTIVITIES_SHOWN]

    @property
    def older_activities(self) -> list[Deed]:
        return self.activities[ACTIVITIES_SHOWN:]


def gather(seat: Seat, candidate: Candidate, member: Member) -> Content:
    """Everything about a member that the frame shows."""
    return Content(
        seen=gather_profile(seat, member),
        emails=candidate.emails,
        activities=activity.of_team(seat, member, ACTIVITIES_READ),
    )


def has_several_contracts(seat: Seat) -> bool:
    """Whether the same person may look through another contract of the company."""
    mine = Seat.objects.active().filter(user=seat.user_id, contract__company=seat.company_id)
    return mine.exclude(pk=seat.pk).exists()

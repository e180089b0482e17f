"""What the frame shows, gathered in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field

from ats_sync.models import Ats, Candidate, Match
from recruiter.connections import degree_label
from recruiter.models import Activity, Education, Member, Position, Recommendation
from rsc.models import Seat
from widget.admission import FEATURE

SKILLS_SHOWN = 11  # then "Show more", as in the guide
ACTIVITIES_SHOWN = 5
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
        .order_by("-score", "decided_at", "id")
        .select_related("member")
    )
    links = list(live)
    by_hand = [link.member for link in links if link.state == Match.State.MANUAL]
    return by_hand or [link.member for link in links]


@dataclass
class Profile:
    """One member as the widget shows them to one seat."""

    member: Member
    degree: str = ""
    positions: list[Position] = field(default_factory=list)
    education: list[Education] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)

    @property
    def place_and_industry(self) -> str:
        return " | ".join(part for part in (self.member.location, self.member.industry) if part)

    @property
    def current(self) -> list[Position]:
        return [position for position in self.positions if position.current]

    @property
    def previous(self) -> list[Position]:
        """The two jobs before, as in the guide; all of them stand under Experience."""
        return [position for position in self.positions if not position.current][:2]

    @property
    def skills(self) -> list[str]:
        return self.member.skills[:SKILLS_SHOWN]

    @property
    def more_skills(self) -> list[str]:
        return self.member.skills[SKILLS_SHOWN:]

    @property
    def recent_activities(self) -> list[Activity]:
        return self.activities[:ACTIVITIES_SHOWN]

    @property
    def older_activities(self) -> list[Activity]:
        return self.activities[ACTIVITIES_SHOWN:]


def gather(seat: Seat, candidate: Candidate, member: Member) -> Profile:
    """Everything about a member that the frame shows.

    Contact: only the addresses that the ATS itself holds. Those of the member's account belong
    to the member, who may share them in a message.
    """
    done = Activity.objects.visible_to(seat).filter(member=member).select_related("seat__user")
    return Profile(
        member=member,
        degree=degree_label(seat, member),
        positions=list(member.positions.all()),
        education=list(member.education.all()),
        recommendations=list(member.recommendations.all()),
        activities=list(done[:ACTIVITIES_READ]),
        emails=candidate.emails,
    )


def has_several_contracts(seat: Seat) -> bool:
    """Whether the same person may look through another contract of the company."""
    mine = Seat.objects.active().filter(user=seat.user_id, contract__company=seat.company_id)
    return mine.exclude(pk=seat.pk).exists()

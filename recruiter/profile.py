"""What the profile page shows of a member to a seat, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, OuterRef

from recruiter.connections import degree_label
from recruiter.models import (
    AtsFootprint,
    ContactShare,
    Education,
    Member,
    Position,
    Project,
    Prospect,
    Recommendation,
    VisibilityToken,
)
from rsc.models import Seat

SKILLS_SHOWN = 11  # then "Show more", as in the guide
RECENT_SHOWN = 2  # lines below the header, as in the guide


@dataclass
class Profile:
    """One member as one seat sees them.

    Attributes:
        degree: 1st, 2nd or 3rd; empty when unknown.
        prospects: where the member stands in running projects, latest move first.
        ats_names: ATSs whose facts the seat may see, each with whether it knows the member.
        ats_off: without any such: the ATSs of the company that are not switched on.
    """

    seat: Seat
    member: Member
    degree: str = ""
    connection_count: int = 0
    positions: list[Position] = field(default_factory=list)
    education: list[Education] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    shares: list[ContactShare] = field(default_factory=list)
    prospects: list[Prospect] = field(default_factory=list)
    ats_names: dict[str, bool] = field(default_factory=dict)
    ats_off: list[str] = field(default_factory=list)

    @property
    def employer_and_school(self) -> list[str]:
        """Where they work now and where they learnt last."""
        employers = [position.employer for position in self.positions if position.current]
        schools = [study.school for study in self.education]
        return [*employers[:1], *schools[:1]]

    @property
    def place_and_industry(self) -> list[str]:
        return [part for part in (self.member.location, self.member.industry) if part]

    @property
    def skills(self) -> list[str]:
        return self.member.skills[:SKILLS_SHOWN]

    @property
    def more_skills(self) -> list[str]:
        return self.member.skills[SKILLS_SHOWN:]

    @property
    def recent(self) -> list[Prospect]:
        return self.prospects[:RECENT_SHOWN]

    @cached_property
    def savable(self) -> list[Project]:
        """Running projects that the seat works in and the member is not yet in. One query."""
        there = [prospect.project_id for prospect in self.prospects]
        workable = Project.objects.workable_by(self.seat).exclude(pk__in=there)
        return list(workable.order_by("name", "pk"))

    @property
    def known_by(self) -> list[str]:
        """The ATSs that know the member, as far as the seat may know of it."""
        return [name for name, knows in self.ats_names.items() if knows]

    @property
    def ats_label(self) -> str:
        """The ATS's own name where there is only one (the guide says so), else “ATS”."""
        return next(iter(self.ats_names)) if len(self.ats_names) == 1 else "ATS"


def gather(seat: Seat, member: Member) -> Profile:
    """Everything about a member that the page shows, whichever tab is open."""
    prospects = _prospects(seat, member)
    ats_names = _ats_names(seat, member)
    return Profile(
        seat=seat,
        member=member,
        degree=degree_label(seat, member),
        connection_count=member.connections.count(),
        positions=list(member.positions.all()),
        education=list(member.education.all()),
        recommendations=list(member.recommendations.all()),
        shares=list(ContactShare.objects.visible_to(seat).filter(member=member)),
        prospects=prospects,
        ats_names=ats_names,
        ats_off=[] if ats_names else _ats_off(seat),
    )


def _prospects(seat: Seat, member: Member) -> list[Prospect]:
    placed = Prospect.objects.visible_to(seat).active().filter(member=member)
    related = placed.select_related("project", "stage", "added_by__user")
    return list(related.order_by("-stage_since", "-id"))


def _ats_names(seat: Seat, member: Member) -> dict[str, bool]:
    footprint = AtsFootprint.objects.filter(token=OuterRef("pk"), member=member)
    held = VisibilityToken.objects.held_by(seat).order_by("ats_id", "pk")
    names: dict[str, bool] = {}
    for name, knows in held.values_list("ats_name", Exists(footprint)):
        names[name] = names.get(name, False) or knows
    return names


def _ats_off(seat: Seat) -> list[str]:
    tokens = VisibilityToken.objects.filter(company=seat.company_id, everyone=True)
    return list(tokens.order_by("ats_name").values_list("ats_name", flat=True).distinct())

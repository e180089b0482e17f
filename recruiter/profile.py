"""What the profile page, its print and the widget show of a member to a seat."""

from __future__ import annotations

from dataclasses import dataclass
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
    """One member as one seat sees them; each part is asked for when it is first shown."""

    seat: Seat
    member: Member

    @cached_property
    def degree(self) -> str:
        """1st, 2nd or 3rd; empty when unknown."""
        return degree_label(self.seat, self.member)

    @cached_property
    def connection_count(self) -> int:
        return self.member.connections.count()

    @cached_property
    def positions(self) -> list[Position]:
        return list(self.member.positions.all())

    @cached_property
    def education(self) -> list[Education]:
        return list(self.member.education.all())

    @cached_property
    def recommendations(self) -> list[Recommendation]:
        return list(self.member.recommendations.all())

    @cached_property
    def shares(self) -> list[ContactShare]:
        """Contact details that the member shares with the seat's company."""
        return list(ContactShare.objects.visible_to(self.seat).filter(member=self.member))

    @cached_property
    def prospects(self) -> list[Prospect]:
        """Where the member stands in running projects, latest move first."""
        placed = Prospect.objects.filter(member=self.member).active().visible_to(self.seat)
        related = placed.select_related("project", "stage")
        return list(related.order_by("-stage_since", "-id"))

    @cached_property
    def ats_names(self) -> dict[str, bool]:
        """ATSs whose facts the seat may see, each with whether it knows the member."""
        footprint = AtsFootprint.objects.filter(token=OuterRef("pk"), member=self.member)
        held = VisibilityToken.objects.held_by(self.seat).order_by("ats_id", "pk")
        names: dict[str, bool] = {}
        for name, knows in held.values_list("ats_name", Exists(footprint)):
            names[name] = names.get(name, False) or knows
        return names

    @cached_property
    def ats_off(self) -> list[str]:
        """Where there are no `ats_names`: the ATSs of the company that are not switched on."""
        if self.ats_names:
            return []
        tokens = VisibilityToken.objects.filter(company=self.seat.company_id, everyone=True)
        return list(tokens.order_by("ats_name").values_list("ats_name", flat=True).distinct())

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

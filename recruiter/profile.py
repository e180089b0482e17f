"""What the profile page, its print and the widget show of a member to a seat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet

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
from rsc.written import written_once

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
        return _positions(self.member)

    @cached_property
    def education(self) -> list[Education]:
        return _education(self.member)

    @cached_property
    def recommendations(self) -> list[Recommendation]:
        return _recommendations(self.member)

    @cached_property
    def shares(self) -> list[ContactShare]:
        """Contact details that the member shares with the seat's company."""
        return _shares(self.seat, self.member)

    @cached_property
    def prospects(self) -> list[Prospect]:
        """Where the member stands in running projects, latest move first."""
        return _prospects(self.seat, self.member)

    @cached_property
    def ats_names(self) -> dict[str, bool]:
        """ATSs whose facts the seat may see, each with whether it knows the member."""
        names: dict[str, bool] = {}
        for name, knows in _ats_names(self.seat, self.member):
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


@written_once
def _positions(member: Member) -> QuerySet[Position]:
    return Position.objects.filter(member=member)


@written_once
def _education(member: Member) -> QuerySet[Education]:
    return Education.objects.filter(member=member)


@written_once
def _recommendations(member: Member) -> QuerySet[Recommendation]:
    return Recommendation.objects.filter(member=member)


@written_once
def _shares(seat: Seat, member: Member) -> QuerySet[ContactShare]:
    return ContactShare.objects.visible_to(seat).filter(member=member)


@written_once
def _prospects(seat: Seat, member: Member) -> QuerySet[Prospect]:
    placed = Prospect.objects.filter(member=member).active().visible_to(seat)
    return placed.select_related("project", "stage").order_by("-stage_since", "-id")


@written_once
def _ats_names(seat: Seat, member: Member) -> QuerySet[VisibilityToken, tuple[str, bool]]:
    footprint = AtsFootprint.objects.filter(token=OuterRef("pk"), member=member)
    held = VisibilityToken.objects.held_by(seat).order_by("ats_id", "pk")
    return held.values_list("ats_name", Exists(footprint))

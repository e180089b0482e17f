"""What a search page shows of the members found: a fixed number of queries for any number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from recruiter import spotlights
from recruiter.models import (
    Activity,
    AtsFootprint,
    BrandEngagement,
    Connection,
    Education,
    Member,
    Position,
    Prospect,
)
from recruiter.search import Viewer
from recruiter.spotlights import Spotlight
from rsc.models import Seat

PAST_SHOWN = 3  # past positions on a card
SKILLS_SHOWN = 8
CONTACTS = (Activity.Verb.MESSAGED, Activity.Verb.REPLIED)


@dataclass(frozen=True)
class Reason:
    """Why a member stands in a Spotlight, in words."""

    spotlight: Spotlight
    text: str = ""


@dataclass(frozen=True)
class Result:
    """One card.

    Attributes:
        skills: those that the search asks for.
        ats_names: the ATSs that know the member, as far as the seat may know of it.
        project_count: running projects of the team in whose pipeline the member stands.
        contact: when somebody of the team and the member last wrote to each other.
    """

    member: Member
    current: list[Position]
    past: list[Position]
    past_more: int
    education: list[Education]
    skills: list[str]
    ats_names: list[str]
    project_count: int
    contact: Activity | None
    reasons: list[Reason]


def results_of(
    seat: Seat,
    viewer: Viewer,
    member_ids: Sequence[int],
    *,
    employees: bool = False,
    skills: Callable[[str], bool] | None = None,
) -> list[Result]:
    """The cards of some members, in the order given; who may not be seen is left out.

    Args:
        employees: whether people who work at the seat's company count as past applicants.
        skills: which skills are worth showing; by default none are.
    """
    held = AtsFootprint.objects.filter(token__in=viewer.tokens).select_related("token")
    members = (
        Member.objects.visible_to(seat)
        .filter(pk__in=member_ids)
        .defer("summary")
        .prefetch_related(
            Prefetch("positions", queryset=Position.objects.defer("summary")),
            "education",
            Prefetch("footprints", queryset=held.order_by("token__ats_id"), to_attr="known_to"),
        )
        .in_bulk()
    )
    projects = _project_counts(seat, member_ids)
    contacts = _contacts(seat, member_ids)
    facts = _Facts(seat, member_ids, employees)
    return [
        _result(
            members[pk],
            facts,
            skills=list(filter(skills, members[pk].skills))[:SKILLS_SHOWN] if skills else [],
            project_count=projects.get(pk, 0),
            contact=contacts.get(pk),
        )
        for pk in member_ids
        if pk in members
    ]


def _result(member: Member, facts: _Facts, **others: Any) -> Result:
    positions = list(member.positions.all())
    past = [position for position in positions if not position.current]
    return Result(
        member=member,
        current=[position for position in positions if position.current],
        past=past[:PAST_SHOWN],
        past_more=max(0, len(past) - PAST_SHOWN),
        education=list(member.education.all()),
        ats_names=list(dict.fromkeys(each.token.ats_name for each in member.known_to)),
        reasons=facts.reasons(member),
        **others,
    )


def _project_counts(seat: Seat, member_ids: Sequence[int]) -> dict[int, int]:
    rows = Prospect.objects.visible_to(seat).active().filter(member__in=member_ids)
    return dict(rows.order_by().values_list("member").annotate(Count("project", distinct=True)))


def _contacts(seat: Seat, member_ids: Sequence[int]) -> dict[int, Activity]:
    """The latest message between the team and each member. One query."""
    rows = Activity.objects.visible_to(seat).filter(member__in=member_ids, verb__in=CONTACTS)
    latest = rows.order_by("member", "-at", "-id").distinct("member")
    return {each.member_id: each for each in latest.select_related("seat__user")}


class _Facts:
    """The stored facts about a page's members from which Spotlights follow. Two queries."""

    def __init__(self, seat: Seat, member_ids: Sequence[int], employees: bool) -> None:
        self.employees = employees
        self.company = seat.contract.company
        self.now: datetime = timezone.now()
        recent = Q(at__gte=self.now - timedelta(days=spotlights.ENGAGED_WITHIN))
        follows = Q(kind=BrandEngagement.Kind.FOLLOWS)
        self.engaged = dict(
            BrandEngagement.objects.filter(
                follows | recent, company=self.company, member__in=member_ids
            )
            .order_by("-kind")  # following says more than having looked
            .values_list("member", "kind")
        )
        self.connections = dict(
            Connection.objects.filter(
                member__in=member_ids,
                other__positions__company=self.company,
                other__positions__ended_on="",
                other__in=Member.objects.open_accounts().filter(hidden_from_recruiters=False),
            )
            .values_list("member")
            .annotate(Count("other", distinct=True))
        )

    def reasons(self, member: Member) -> list[Reason]:
        """The Spotlights in which a member stands for this seat, and why."""
        told = {
            "engaged": self._engaged(member),
            "open": "" if self._open(member) else None,
            "past_applicants": "" if self._past_applicant(member) else None,
            "likely_to_respond": self._likely_to_respond(member),
            "company_connections": self._connected(member),
        }
        return [
            Reason(spotlight, told[spotlight.key])
            for spotlight in spotlights.ALL
            if told[spotlight.key] is not None
        ]

    def _engaged(self, member: Member) -> str | None:
        return {
            BrandEngagement.Kind.FOLLOWS: f"follows {self.company}",
            BrandEngagement.Kind.VIEWED: f"looked at the page or jobs of {self.company}",
        }.get(self.engaged.get(member.pk))

    def _works_here(self, member: Member) -> bool:
        return any(
            position.current and position.company_id == self.company.pk
            for position in member.positions.all()
        )

    def _open(self, member: Member) -> bool:
        """The private signal never reaches the member's own employer."""
        private = member.openness == Member.Openness.PRIVATE and not self._works_here(member)
        return private or member.openness == Member.Openness.PUBLIC

    def _past_applicant(self, member: Member) -> bool:
        applied = any(each.past_applicant for each in member.known_to)
        return applied and (self.employees or not self._works_here(member))

    def _likely_to_respond(self, member: Member) -> str | None:
        if self._within(member.last_replied_at, spotlights.REPLIED_WITHIN):
            return "replied to an InMail in the last 12 months"
        if self._within(member.last_seen_at, spotlights.SEEN_WITHIN) and self._open(member):
            return "was here in the last 30 days and is open"
        return None

    def _within(self, when: datetime | None, days: int) -> bool:
        return when is not None and when >= self.now - timedelta(days=days)

    def _connected(self, member: Member) -> str | None:
        count = self.connections.get(member.pk, 0)
        people = "1 person" if count == 1 else f"{count} people"
        return f"knows {people} at {self.company}" if count else None

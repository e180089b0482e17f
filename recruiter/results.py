"""What a search page shows of the members found: a fixed number of queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
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
from rsc.written import written_once

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
    ids = tuple(member_ids)
    members = {member.pk: member for member in _members(seat, ids)}
    page = _Page(seat, ids, viewer.tokens, employees)
    return [
        page.result(
            members[pk],
            skills=list(filter(skills, members[pk].skills))[:SKILLS_SHOWN] if skills else [],
        )
        for pk in ids
        if pk in members
    ]


_Ids = tuple[int, ...]


@written_once
def _members(seat: Seat, ids: _Ids) -> QuerySet[Member]:
    return Member.objects.visible_to(seat).filter(pk__in=ids).defer("summary")


@written_once
def _positions(ids: _Ids) -> QuerySet[Position]:
    return Position.objects.filter(member__in=ids).defer("summary")


@written_once
def _education(ids: _Ids) -> QuerySet[Education]:
    return Education.objects.filter(member__in=ids)


@written_once
def _known_to(ids: _Ids, tokens: _Ids) -> QuerySet[AtsFootprint]:
    held = AtsFootprint.objects.filter(member__in=ids, token__in=tokens)
    return held.select_related("token").order_by("token__ats_id")


@written_once
def _project_counts(seat: Seat, ids: _Ids) -> QuerySet[Prospect, tuple[int, int]]:
    rows = Prospect.objects.visible_to(seat).active().filter(member__in=ids)
    return rows.order_by().values_list("member").annotate(Count("project", distinct=True))


@written_once
def _contacts(seat: Seat, ids: _Ids) -> QuerySet[Activity]:
    """The latest message between the team and each member."""
    rows = Activity.objects.visible_to(seat).filter(member__in=ids, verb__in=CONTACTS)
    latest = rows.order_by("member", "-at", "-id").distinct("member")
    return latest.select_related("seat__user")


@written_once
def _engaged(
    company_id: int, ids: _Ids, since: datetime
) -> QuerySet[BrandEngagement, tuple[int, str]]:
    counts = Q(kind=BrandEngagement.Kind.FOLLOWS) | Q(at__gte=since)
    rows = BrandEngagement.objects.filter(counts, company=company_id, member__in=ids)
    return rows.order_by("-kind").values_list("member", "kind")  # following says more than a look


@written_once
def _connections(company_id: int, ids: _Ids) -> QuerySet[Connection, tuple[int, int]]:
    rows = Connection.objects.filter(
        member__in=ids,
        other__positions__company=company_id,
        other__positions__ended_on="",
        other__in=Member.objects.open_accounts().filter(hidden_from_recruiters=False),
    )
    return rows.values_list("member").annotate(Count("other", distinct=True))


class _Page:
    """What a page says of its members: asked at once for all, in eight queries."""

    def __init__(self, seat: Seat, ids: _Ids, tokens: _Ids, employees: bool) -> None:
        self.employees = employees
        self.company = seat.contract.company
        self.now: datetime = timezone.now()
        engaged_since = self.now - timedelta(days=spotlights.ENGAGED_WITHIN)
        self.positions = _by_member(_positions(ids))
        self.education = _by_member(_education(ids))
        self.known_to = _by_member(_known_to(ids, tokens))
        self.projects = dict(_project_counts(seat, ids))
        self.contacts = {each.member_id: each for each in _contacts(seat, ids)}
        self.engaged = dict(_engaged(self.company.pk, ids, engaged_since))
        self.connections = dict(_connections(self.company.pk, ids))

    def result(self, member: Member, *, skills: list[str]) -> Result:
        positions = self.positions[member.pk]
        past = [position for position in positions if not position.current]
        return Result(
            member=member,
            current=[position for position in positions if position.current],
            past=past[:PAST_SHOWN],
            past_more=max(0, len(past) - PAST_SHOWN),
            education=self.education[member.pk],
            skills=skills,
            ats_names=list(dict.fromkeys(one.token.ats_name for one in self.known_to[member.pk])),
            project_count=self.projects.get(member.pk, 0),
            contact=self.contacts.get(member.pk),
            reasons=self.reasons(member),
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
            for position in self.positions[member.pk]
        )

    def _open(self, member: Member) -> bool:
        """The private signal never reaches the member's own employer."""
        private = member.openness == Member.Openness.PRIVATE and not self._works_here(member)
        return private or member.openness == Member.Openness.PUBLIC

    def _past_applicant(self, member: Member) -> bool:
        applied = any(each.past_applicant for each in self.known_to[member.pk])
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


def _by_member(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(row)
    return found

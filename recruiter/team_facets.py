"""Facets of what a team knows of people: where it placed, tagged, noted and wrote to them.

Each is a function that groups people as one seat may see them, through `visible_to`: whatever a
seat may not see is in no group, so it changes no result and no number. The ATS side adds facets
of its own (`register`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from recruiter.facets import Chosen
from recruiter.models import (
    Conversation,
    InMail,
    MemberTag,
    Position,
    Prospect,
    RecruiterNote,
    VisibilityToken,
)
from recruiter.models.footprint import Fact
from recruiter.search.port import Given, Known, Members, Node, Or, Phrase, Prefix, Word
from rsc.models import Seat

Values = Collection[str] | None
WRITTEN_TO = "conversation__member_id"
WITHIN = {"30": "Last 30 days", "90": "Last 3 months", "180": "Last 6 months", "365": "Last year"}
_DAYS = re.compile(r"[1-9]\d{0,2}", re.ASCII)  # others may be asked for; four digits are a year


@dataclass(frozen=True)
class Group:
    """The people of one value: the value in URLs, what people read, and who they are.

    A `finer` one is a part of another, and listed behind all that are none.
    """

    value: str
    label: str
    who: Given
    finer: bool = False


@dataclass(frozen=True)
class TeamFacet:
    """A facet whose values depend on the seat.

    Attributes:
        groups: the groups of some values, or of all; those that the seat may see.
        of_ats: whether it tells what ATSs know.
    """

    kind: str
    label: str
    groups: Callable[[Seat, Values], Iterable[Group]]
    of_ats: bool = False


ALL: dict[str, TeamFacet] = {}


def register(facet: TeamFacet) -> None:
    """Add a facet behind those that are there."""
    ALL[facet.kind] = facet


# --------------------------------------------------------------------------- what is asked of them
def conditions(seat: Seat | None, chosen: dict[str, Chosen]) -> list[Node]:
    """What must hold for these choices. One query or two for each facet that has one.

    Without a seat nobody has any value of a team.
    """
    found: list[Node] = []
    for kind, facet in ALL.items():
        if choice := chosen.get(kind):
            found += _conditions(facet, seat, choice)
    return found


def _conditions(facet: TeamFacet, seat: Seat | None, choice: Chosen) -> list[Node]:
    wanted = None if choice.text else choice.values
    groups = list(facet.groups(seat, wanted)) if seat else []
    by_value = {group.value.lower(): group.who for group in groups}

    def group_of(value: str) -> Given:
        return by_value.get(value.lower(), Members(()))

    def holding(leaf: Word | Phrase | Prefix) -> Node:
        return Or(tuple(each.who for each in groups if holds(each.label, leaf)) or (Members(()),))

    found = choice.conditions(group_of, holding)
    return [Or(tuple(map(group_of, choice.can))), *found] if choice.can else found


def holds(label: str, leaf: Word | Phrase | Prefix) -> bool:
    """Whether a label has these words, or one that begins so."""
    words, wanted = f" {label} ".casefold(), leaf.text.casefold()
    return f" {wanted}" in words if isinstance(leaf, Prefix) else f" {wanted} " in words


def labels(seat: Seat, chosen: dict[str, Chosen]) -> dict[tuple[str, str], str]:
    """What people read for the values chosen, by facet and value."""
    return {
        (kind, group.value): group.label
        for kind, choice in chosen.items()
        if kind in ALL and choice.values
        for group in ALL[kind].groups(seat, choice.values)
    }


# -------------------------------------------------------------------------------- their groups
def grouped(
    rows: QuerySet, value: str, values: Values, *, label: object = None, member: str = "member_id"
) -> list[Group]:
    """Rows by a column: one query for any number of groups and people.

    Args:
        value: the column of the value.
        values: None for all.
        label: an expression of what people read, where it is not the value.
        member: the column that names the person.
    """
    told = rows.annotate(facet_value=Cast(value, TextField()), facet_label=label or F(value))
    if values is not None:
        told = told.filter(facet_value__in=values)
    found = told.order_by().values("facet_value", "facet_label")
    return [
        Group(row["facet_value"], row["facet_label"], Members(row["who"]))
        for row in found.annotate(who=ArrayAgg(member, distinct=True))
    ]


def within(
    rows: QuerySet, column: str, values: Values, *, member: str = "member_id"
) -> list[Group]:
    """Rows of the last days, for each number of days asked for. One query for each."""
    return [
        Group(days, label, people(rows.filter(**{f"{column}__gte": _ago(days)}), member))
        for days in (WITHIN if values is None else dict.fromkeys(values))
        if (label := _span(days))
    ]


def _span(days: str) -> str:
    """What people read for the last so many days; empty when that is no number of them."""
    return WITHIN.get(days) or (f"Last {days} days" if _DAYS.fullmatch(days) else "")


def _ago(days: str) -> datetime:
    return timezone.now() - timedelta(days=int(days))


def people(rows: QuerySet, member: str = "member_id") -> Members:
    """The people of some rows."""
    return Members(list(rows.order_by().values_list(member, flat=True).distinct()))


def _projects(seat: Seat, values: Values) -> list[Group]:
    rows = Prospect.objects.visible_to(seat).active()
    return grouped(rows, "project_id", values, label=F("project__name"))


def _tags(seat: Seat, values: Values) -> list[Group]:
    return grouped(MemberTag.objects.visible_to(seat), "tag__name", values)


def _notes(seat: Seat, values: Values) -> list[Group]:
    rows = RecruiterNote.objects.visible_to(seat)
    return [
        Group("mine", "By me", people(rows.filter(seat=seat))),
        Group("seen", "By anybody whose notes I see", people(rows)),
    ]


def _contacted_by(seat: Seat, values: Values) -> list[Group]:
    """By whom, at any time ("7") or within some days ("7-30"): both are said of one message."""
    asked = [value.partition("-")[::2] for value in values or ()]
    days = WITHIN if values is None else dict.fromkeys(days for _, days in asked)
    spans = {each: _span(each).lower() for each in days if _span(each)}
    user = "conversation__seat__user"
    name = Concat(F(f"{user}__first_name"), Value(" "), F(f"{user}__last_name"))
    rows = _sent(seat).annotate(by=Cast("conversation__seat_id", TextField()), name=name)
    if values is not None:
        rows = rows.filter(by__in=[by for by, _ in asked])
    told = rows.order_by().values("by", "name").annotate(who=_written_to())
    found = []
    for row in told.annotate(**{f"in_{each}": _written_to(_ago(each)) for each in spans}):
        found.append(Group(row["by"], row["name"], Members(row["who"])))
        for each, span in spans.items():
            value, label = f"{row['by']}-{each}", f"{row['name']} in the {span}"
            found.append(Group(value, label, Members(row[f"in_{each}"]), finer=True))
    return [group for group in found if values is None or group.value in values]


def _written_to(since: datetime | None = None) -> ArrayAgg:
    """Everybody to whom some messages went, or those of them sent since then."""
    late = Q(sent_at__gte=since) if since else None
    return ArrayAgg(WRITTEN_TO, distinct=True, filter=late, default=Value([]))


def _contacted(seat: Seat, values: Values) -> list[Group]:
    return within(_sent(seat), "sent_at", values, member=WRITTEN_TO)


def _sent(seat: Seat) -> QuerySet[InMail]:
    """What the team wrote to members."""
    threads = Conversation.objects.visible_to(seat)
    return InMail.objects.filter(conversation__in=threads, from_member=False)


def _colleagues(seat: Seat, values: Values) -> list[Group]:
    rows = Position.objects.filter(company=seat.contract.company_id, ended_on="")
    return [Group("yes", f"Works at {seat.contract.company} now", people(rows))]


def _in_ats(seat: Seat, values: Values) -> list[Group]:
    tokens: dict[str, list[int]] = {"any": []}
    for token in VisibilityToken.objects.held_by(seat).order_by("ats_name", "pk"):
        tokens["any"].append(token.pk)
        tokens.setdefault(token.ats_name, []).append(token.pk)
    return [
        Group(value, "Any ATS" if value == "any" else value, Known(Fact.IN_ATS, tuple(held)))
        for value, held in tokens.items()
    ]


register(TeamFacet("project", "Project", _projects))
register(TeamFacet("tag", "Tag", _tags))
register(TeamFacet("note", "Notes", _notes))
register(TeamFacet("contacted_by", "Contacted by", _contacted_by))
register(TeamFacet("contacted", "Contacted", _contacted))
register(TeamFacet("colleague", "Our own people", _colleagues))
register(TeamFacet("ats", "In ATS", _in_ats, of_ats=True))

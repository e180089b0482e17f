"""How far apart two people are: knows, knows somebody who knows, or further away."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from recruiter.models import Connection, Member
from rsc.models import Seat
from rsc.written import written_once

MOST_BETWEEN = 25


def degree_label(seat: Seat, member: Member) -> str:
    """How a seat's person is connected with a member: `1st`, `2nd`, or `3rd` for all further.

    Empty when nothing can be said: the person has no profile, or it is their own. One query.
    """
    for first, second in _distances(seat, member):
        return "1st" if first else "2nd" if second else "3rd"
    return ""


@written_once
def _distances(seat: Seat, member: Member) -> QuerySet[Member, tuple[bool, bool]]:
    known = Connection.objects.filter(member=OuterRef("pk"))
    friends = Connection.objects.filter(member=OuterRef(OuterRef("pk"))).values("other")
    own = Member.objects.filter(user=seat.user_id).exclude(pk=member.pk)
    return own.values_list(
        Exists(known.filter(other=member)),
        Exists(Connection.objects.filter(member__in=friends, other=member)),
    )


def between(seat: Seat, member: Member) -> list[Member]:
    """Those through whom a seat's person knows a member: one step each way, by name. One query."""
    return _between(seat, member)


@written_once
def _between(seat: Seat, member: Member) -> QuerySet[Member]:
    friends = Connection.objects.filter(member__user=seat.user_id).values("other")
    known = Connection.objects.filter(member=member, other__in=friends).values("other")
    people = Member.objects.visible_to(seat).filter(pk__in=known)
    return people.order_by("first_name", "last_name", "pk")[:MOST_BETWEEN]

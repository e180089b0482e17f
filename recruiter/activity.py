"""What a team did with a member, so that two colleagues do not write twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from recruiter.models import Activity, Member, SeatPreferences
from rsc.models import Seat
from rsc.written import written_once

UNNAMED = "a colleague in private mode"


def record(
    seat: Seat, member: Member, verb: Activity.Verb, *, confidentially: bool = False
) -> None:
    """Note what a seat did with a member.

    Looking at a profile counts once per seat, member and day (in the reader's time zone):
    who goes back and forth is not busy. Only looking can be private; deeds are the team's.

    Args:
        confidentially: whether the deed would tell the team of what not all of it may see.
    """
    if verb != Activity.Verb.VIEWED:
        record_all(seat, [member], verb, confidentially=confidentially)
        return
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if not _since(seat, member, midnight, verb=verb):
        privately = SeatPreferences.objects.filter(seat=seat, views_privately=True).exists()
        Activity.objects.create(seat=seat, member=member, verb=verb, at=now, privately=privately)


def record_all(
    seat: Seat, members: Sequence[Member], verb: Activity.Verb, *, confidentially: bool = False
) -> None:
    """Note that a seat did the same with several members. One statement."""
    now = timezone.now()
    Activity.objects.bulk_create(
        Activity(seat=seat, member=member, verb=verb, at=now, confidentially=confidentially)
        for member in members
    )


@dataclass(frozen=True)
class Deed:
    """One line of “Team activities”: `Viewed by Roberto Harrison`, and when."""

    what: str
    who: str
    at: datetime


def of_team(seat: Seat, member: Member, most: int) -> list[Deed]:
    """What people on the seat's contract did with a member, newest first. One query."""
    done = _done(seat, member, most=most)
    return [Deed(each.get_verb_display(), _who(seat, each), each.at) for each in done]


@written_once
def _done(seat: Seat, member: Member, *, most: int) -> QuerySet[Activity]:
    done = Activity.objects.visible_to(seat).filter(member=member)
    return done.select_related("seat__user")[:most]


@written_once
def _since(seat: Seat, member: Member, at: datetime, *, verb: str) -> QuerySet[Activity]:
    return Activity.objects.filter(seat=seat, member=member, verb=verb, at__gte=at)[:1]


def _who(seat: Seat, done: Activity) -> str:
    hidden = done.privately and seat.contract.company.private_views_unnamed
    return UNNAMED if hidden and done.seat_id != seat.pk else done.seat.user.full_name

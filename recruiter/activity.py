"""What a team did with a member, so that two colleagues do not write twice."""

from __future__ import annotations

from django.utils import timezone

from recruiter.models import Activity, Member
from rsc.models import Seat


def record(seat: Seat, member: Member, verb: Activity.Verb) -> None:
    """Note what a seat did with a member.

    Looking at a profile counts once per seat, member and day (in the reader's time zone):
    who goes back and forth is not busy.
    """
    now = timezone.now()
    if verb == Activity.Verb.VIEWED:
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        seen = Activity.objects.filter(seat=seat, member=member, verb=verb, at__gte=midnight)
        if seen.exists():
            return
    Activity.objects.create(seat=seat, member=member, verb=verb, at=now)

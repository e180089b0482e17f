"""“Update me”: follow a member, and hear what their profile says anew.

While somebody follows, a snapshot of the profile is kept. Each announced change is compared
with it, so that a change is told once, with what stood there before.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from recruiter.events import MEMBER_CHANGED
from recruiter.models import Follow, Member, MemberChange, MemberSnapshot
from rsc import outbox
from rsc.models import Seat

Kind = MemberChange.Kind


@transaction.atomic
def follow(seat: Seat, member: Member) -> None:
    """From now on, changes of this member's profile appear in the seat's feed."""
    _, new = Follow.objects.get_or_create(
        seat=seat, member=member, defaults={"since": timezone.now()}
    )
    if new:
        present = Member.objects.get(pk=member.pk)
        MemberSnapshot.objects.get_or_create(member=member, defaults={"facts": _facts(present)})


@transaction.atomic
def unfollow(seat: Seat, member: Member) -> None:
    """No more of it; what nobody follows is not kept."""
    Follow.objects.filter(seat=seat, member=member).delete()
    if not member.follows.exists():
        MemberSnapshot.objects.filter(member=member).delete()
        member.changes.all().delete()


@outbox.subscribe(MEMBER_CHANGED)
def on_member_changed(key: str, payload: dict[str, Any]) -> None:
    """Write down what changed in a followed profile."""
    watched = MemberSnapshot.objects.select_for_update(of=("self",)).select_related("member")
    snapshot = watched.filter(member=int(key), member__closed_at=None).first()
    if snapshot is None:
        return
    facts, now = _facts(snapshot.member), timezone.now()
    MemberChange.objects.bulk_create(
        MemberChange(member=snapshot.member, kind=kind, before=before, after=after, at=now)
        for kind in Kind
        for before, after in [_difference(kind, snapshot.facts.get(kind, []), facts[kind])]
        if before != after
    )
    snapshot.facts = facts
    snapshot.save(update_fields=["facts"])


def _facts(member: Member) -> dict[str, list[str]]:
    return {
        Kind.JOB: [str(position) for position in member.positions.filter(ended_on="")],
        Kind.HEADLINE: [member.headline],
        Kind.PLACE: [member.location],
        Kind.SKILLS: member.skills,
    }


def _difference(kind: Kind, before: list[str], after: list[str]) -> tuple[str, str]:
    """Before and after in words. A list of skills is long, so only what went and what came."""
    if kind == Kind.SKILLS:
        gone = [word for word in before if word not in after]
        return ", ".join(gone), ", ".join(word for word in after if word not in before)
    return "; ".join(before), "; ".join(after)

"""Who can be written to, why not, and who did so before: what is said before a message goes out.

All of it is gathered in a fixed number of queries, for one person or for hundreds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince

from recruiter import credits, merge_fields
from recruiter.models import (
    AtsFootprint,
    Connection,
    Conversation,
    InMail,
    InMailBlock,
    Member,
    VisibilityToken,
)
from rsc.models import Contract, Seat

# Within this time the very same words to the same person are a second click.
DOUBLE_CLICK = timedelta(minutes=10)


@dataclass
class Reach:
    """One member, before a seat writes.

    Attributes:
        reason: why they cannot be written to, a sentence; empty when they can.
        free: whether writing costs no credit.
        last: the last message that the contract sent them.
        own: whether this very seat sent it.
    """

    member: Member
    reason: str = ""
    free: bool = False
    last: InMail | None = None
    own: bool = False


@dataclass
class _Facts:
    """What decides, for all members asked about."""

    blocking: set[int]
    no_contact: dict[int, str]
    applicants: set[int]
    friends: set[int]
    last: dict[int, InMail]


def gather(
    seat: Seat, members: Sequence[Member], *, words: tuple[str, str] | None = None
) -> list[Reach]:
    """Look at members whom a seat wants to write to, in their order.

    Args:
        members: all visible to the seat; with `positions` prefetched when there are words.
        words: subject and text, where they are known already: they may have gaps.
    """
    facts = _facts(seat, [member.pk for member in members])
    just_sent = _just_sent(seat, members) if words else set()
    purse = credits.left(seat)
    people = []
    for member in members:
        one = Reach(member, last=facts.last.get(member.pk))
        one.own = one.last is not None and one.last.conversation.seat_id == seat.pk
        one.free = member.pk in facts.applicants or member.pk in facts.friends
        one.reason = _choice(member, facts) or _pause(seat, one) or _words(seat, one, words)
        if not one.reason and words and (member.pk, *_merged(seat, member, words)) in just_sent:
            one.reason = f"You have just sent this message to {member.first_name}."
        if not one.reason and not one.free:
            one.reason = _purse_reason(seat) if purse <= 0 else ""
            purse -= 1
        people.append(one)
    return people


def why_not_again(seat: Seat, conversation: Conversation) -> str:
    """Why a seat cannot write on in a thread of its own; empty when it can.

    Who has answered can be written to until they block the company.
    """
    member = conversation.member
    if conversation.answered_at:
        blocks = InMailBlock.objects.filter(member=member, company=seat.contract.company_id)
        return _blocked(member) if blocks.exists() else ""
    facts = _facts(seat, [member.pk])
    return _choice(member, facts) or _pause(seat, Reach(member, last=facts.last.get(member.pk)))


def pause_of(contract: Contract) -> timedelta:
    """For how long nobody on a contract writes again to a member who has not answered."""
    own = contract.inmail_pause_days
    return timedelta(days=settings.INMAIL_PAUSE_DAYS if own is None else own)


def _facts(seat: Seat, ids: Collection[int]) -> _Facts:
    known = AtsFootprint.objects.filter(
        member__in=ids, token__in=VisibilityToken.objects.held_by(seat)
    ).values_list("member_id", "past_applicant", "do_not_contact", "token__ats_name")
    blocks = InMailBlock.objects.filter(member__in=ids, company=seat.contract.company_id)
    friends = Connection.objects.filter(member__user=seat.user_id, other__in=ids)
    sent = InMail.objects.filter(
        conversation__in=Conversation.objects.visible_to(seat),
        conversation__member__in=ids,
        from_member=False,
    ).select_related("conversation__seat__user")
    latest = sent.order_by("conversation__member", "-sent_at", "-pk")
    rows = list(known)
    return _Facts(
        blocking=set(blocks.values_list("member_id", flat=True)),
        no_contact={member: ats for member, _, never, ats in rows if never},
        applicants={member for member, applied, _, _ in rows if applied},
        friends=set(friends.values_list("other_id", flat=True)),
        last={
            each.conversation.member_id: each for each in latest.distinct("conversation__member")
        },
    )


def _just_sent(seat: Seat, members: Iterable[Member]) -> set[tuple[int, str, str]]:
    since = timezone.now() - DOUBLE_CLICK
    fresh = InMail.objects.filter(
        conversation__seat=seat, conversation__member__in=members, sent_at__gte=since
    )
    rows = fresh.values_list("conversation__member_id", "conversation__subject", "body")
    return set(rows)


def _merged(seat: Seat, member: Member, words: tuple[str, str]) -> tuple[str, str]:
    subject, body = (merge_fields.merge(text, member, seat) for text in words)
    return subject, body


def _blocked(member: Member) -> str:
    return f"{member.first_name} takes no messages from your company."


def _choice(member: Member, facts: _Facts) -> str:
    if member.pk in facts.no_contact:
        return f"{facts.no_contact[member.pk]} says that {member.first_name} must not be contacted."
    if not member.accepts_inmail:
        return f"{member.first_name} takes no messages from recruiters."
    return _blocked(member) if member.pk in facts.blocking else ""


def _pause(seat: Seat, one: Reach) -> str:
    pause, last = pause_of(seat.contract), one.last
    if not pause or last is None or last.conversation.answered_at:
        return ""
    again = last.sent_at + pause
    if again <= timezone.now():
        return ""
    author = last.conversation.seat
    who = "You" if author.pk == seat.pk else author.user.full_name
    return (
        f"{who} wrote {_ago(last.sent_at)} without an answer yet. Your contract waits "
        f"{pause.days} days: until {date_format(timezone.localtime(again), 'N j, Y')}."
    )


def _ago(moment: datetime) -> str:
    return f"{timesince(moment, depth=1)} ago"


def _words(seat: Seat, one: Reach, words: tuple[str, str] | None) -> str:
    gaps = merge_fields.gaps(" ".join(words), one.member, seat) if words else []
    if not gaps:
        return ""
    return f"The text would have a gap: no {' and no '.join(gaps)} is known."


def _purse_reason(seat: Seat) -> str:
    return (
        f"No credit is left: your {credits.granted(seat.contract)} of this month are spent. "
        f"The next come on {date_format(credits.next_grant(), 'N j, Y')}."
    )

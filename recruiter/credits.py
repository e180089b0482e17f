"""InMail credits: each seat has so many a month; an answer in time brings one back.

What a month grants is a rule of the contract; only what changes it is a row. So a balance is the
grant plus this month's entries, and unused credits do not pile up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from recruiter.models import Conversation, CreditEntry
from rsc.models import Contract, Seat

# An answer within this time gives the credit back, whatever it says.
REFUND_WITHIN = timedelta(days=90)
Kind = CreditEntry.Kind


def granted(contract: Contract) -> int:
    """The credits that each seat of a contract gets in a month."""
    own = contract.inmail_credits
    return settings.INMAIL_CREDITS if own is None else own


def left(seat: Seat) -> int:
    """The credits that a seat can still spend in this calendar month (UTC). One query."""
    changes = seat.credit_entries.filter(at__gte=_start_of_month(timezone.now()))
    changed = changes.aggregate(total=Sum("amount"))["total"] or 0
    return max(0, granted(seat.contract) + changed)


def next_grant() -> date:
    """The day on which the next credits come."""
    return (_start_of_month(timezone.now()) + timedelta(days=32)).date().replace(day=1)


def spend(seat: Seat, conversations: Iterable[Conversation]) -> None:
    """Pay one credit for each of these threads. Lock the seat before asking what is left."""
    now = timezone.now()
    CreditEntry.objects.bulk_create(
        CreditEntry(seat=seat, kind=Kind.SPENT, amount=-1, conversation=thread, at=now)
        for thread in conversations
    )


def refund(conversation: Conversation, answered_at: datetime) -> None:
    """Give back what a thread cost, if its first answer came in time. Once per thread."""
    if answered_at - conversation.started_at > REFUND_WITHIN:
        return
    if conversation.credit_entries.filter(kind=Kind.SPENT).exists():
        CreditEntry.objects.get_or_create(
            conversation=conversation,
            kind=Kind.REFUNDED,
            defaults={"seat_id": conversation.seat_id, "amount": 1, "at": answered_at},
        )


def _start_of_month(now: datetime) -> datetime:
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)

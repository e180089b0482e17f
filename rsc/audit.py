"""Record who did what to whom."""

from __future__ import annotations

from typing import Any

from rsc.models import AuditEntry, Seat, User


def record(
    verb: str,
    subject: object,
    *,
    seat: Seat | None = None,
    actor: User | None = None,
    **detail: Any,
) -> AuditEntry:
    """Write one audit entry in the caller's transaction.

    Args:
        verb: past tense with its noun, `match.linked`.
        subject: what it was done to; a URN or `candidate:12`.
        seat: the acting seat; its user is then the actor.
        actor: the acting user where there is no seat (an administrator).
        detail: ids and names of settings, never personal data.
    """
    return AuditEntry.objects.create(
        verb=verb,
        subject=str(subject),
        seat=seat,
        actor=actor or (seat.user if seat else None),
        detail=detail,
    )

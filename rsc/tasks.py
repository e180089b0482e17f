"""Entry points that django-q2 calls by name. They take ids and hand over to a verb."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from rsc import audit_chain, outbox


def drain_outbox() -> int:
    """Deliver the outbox's due events; returns how many rows were taken."""
    # Well below the time after which a task is killed.
    return outbox.drain(seconds=settings.Q_CLUSTER["timeout"] / 4)


def sweep_outbox() -> int:
    """Delete delivered outbox rows past their keep; returns how many."""
    return outbox.sweep(timedelta(days=settings.OUTBOX_KEEP_DAYS))


def seal_audit() -> int:
    """Seal the audit's new entries; returns how many."""
    return audit_chain.seal()

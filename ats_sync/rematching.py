"""A full re-match: every candidate looked at again by all keys, in chunks that stand alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from ats_sync import matching
from ats_sync.models import Ats, Candidate, IdentityEvent, RematchRun

CHUNK = 500  # candidates a transaction


def unfinished() -> RematchRun | None:
    """The newest run that was interrupted, if any."""
    return RematchRun.objects.filter(finished_at=None).first()


def to_do(run: RematchRun) -> int:
    """How many candidates a run still has before it."""
    return Candidate.objects.filter(pk__gt=run.last_candidate_id).count()


def proceed(run: RematchRun, *, dry_run: bool = False) -> Iterator[int]:
    """Work through a run's candidates; yields the number of each chunk when it is done.

    A chunk is one transaction, in which the run's place is kept as well: whatever interrupts it,
    it goes on behind the last whole chunk.

    Args:
        run: a new run, or an unfinished one.
        dry_run: count what would change, and change nothing. The run must not be saved then.
    """
    changes = Counter(run.changes)
    while chunk := _next(run.last_candidate_id):
        with transaction.atomic():
            latest = _latest_event()
            _rematch(chunk)
            changes.update(_changes_since(latest))
            transaction.set_rollback(dry_run)
            run.last_candidate_id, run.changes = chunk[-1][0], dict(changes)
            if not dry_run:
                run.save()
        yield len(chunk)
    run.finished_at = timezone.now()
    if not dry_run:
        run.save()


def _next(after: int) -> list[tuple[int, int]]:
    due = Candidate.objects.filter(pk__gt=after).order_by("pk")[:CHUNK]
    return list(due.values_list("pk", "ats_id"))


def _rematch(chunk: list[tuple[int, int]]) -> None:
    by_ats: dict[int, list[int]] = defaultdict(list)
    for candidate, ats in chunk:
        by_ats[ats].append(candidate)
    for ats in Ats.objects.filter(pk__in=by_ats).order_by("pk"):
        matching.look_closer(ats.pk, by_ats[ats.pk])


def _latest_event() -> int:
    return IdentityEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _changes_since(event: int) -> Counter[str]:
    told = IdentityEvent.objects.filter(pk__gt=event).values_list("from_state", "to_state")
    return Counter(f"{before or 'nothing'} > {after}" for before, after in told)

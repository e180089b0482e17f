"""A full re-match: every candidate looked at again by all keys, in chunks that stand alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from django.db import OperationalError, transaction
from django.db.models import CharField, QuerySet
from django.db.models.functions import MD5, Cast
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from ats_sync import candidate_keys, key_secret, match_models, matching
from ats_sync.batches import run_kept
from ats_sync.deciding import decide_candidates
from ats_sync.identity.decide import Decision
from ats_sync.identity.learn import label_shift
from ats_sync.models import Ats, Candidate, IdentityEvent, MatchModel, RematchRun
from ats_sync.workforce import at_once

Chunk = tuple[int, int]

CHUNK = 500  # candidates a transaction
_RETRIES = 5  # of a chunk that stood in another's way
SAMPLE = 4_000  # candidates from which labels are estimated


class Done(NamedTuple):
    """A chunk that is done: its bounds, its candidates, and how many links changed how."""

    after: int
    last: int
    count: int
    changes: Counter[str]


def unfinished() -> RematchRun | None:
    """The newest run, if it was interrupted; what was left of earlier ones is done since."""
    newest = RematchRun.objects.first()
    return newest if newest and newest.finished_at is None else None


def to_do(run: RematchRun) -> int:
    """How many candidates a run still has before it."""
    return sum(_between(*gap).count() for gap in run.gaps())


def estimate_labels(model: MatchModel) -> MatchModel:
    """What labels promise here: look at a sample of the candidates that ATSs sent, change none.

    Args:
        model: the weights to use; the answer has them too, and is not stored yet.

    Raises:
        OtherSecretError: the keys in the database were made under another secret.
    """
    key_secret.demand()
    sample = Candidate.objects.order_by(MD5(Cast("pk", CharField())))[:SAMPLE]
    by_ats = _by_ats(sample.values_list("pk", "ats_id"))
    scores: list[list[int]] = []
    for ats in Ats.objects.filter(pk__in=by_ats).order_by("pk"):
        found = candidate_keys.known(ats, by_ats[ats.pk])
        decided = decide_candidates(ats, found, thorough=True, model=model)
        scores += map(_scores_of, decided.decisions.values())
    return MatchModel(
        version=model.version,
        weights=model.weights,
        label_shift=label_shift(scores, match_models.weights_of(model)),
        sampled=len(scores),
    )


def _scores_of(decision: Decision) -> list[int]:
    return [each.score for each in (decision.automatic, *decision.suggestions) if each]


def put_in_force(model: MatchModel) -> None:
    """Score and label by a model from now on, in syncs too, unless nothing differs."""
    now = match_models.in_force()
    if (model.version, model.label_shift) != (now.version, now.label_shift):
        model.save(force_insert=True)


def proceed(
    run: RematchRun,
    model: MatchModel | None = None,
    *,
    dry_run: bool = False,
    processes: int = 1,
) -> Iterator[int]:
    """Work through a run's candidates; yields the number of each chunk when it is done.

    A chunk is one transaction, in which the run's place is kept as well: whatever interrupts it,
    it goes on with the chunks that are missing.

    Args:
        run: a new run, or an unfinished one.
        model: one to try, for a dry run; None for the one in force.
        dry_run: count what would change, and change nothing. The run must not be saved then.
        processes: how many share the chunks.

    Raises:
        OtherSecretError: the keys in the database were made under another secret.
    """
    key_secret.demand()
    work = partial(rematch_chunk, None if dry_run else run.pk, model)
    while chunks := _chunks(run):
        for done in at_once(work, chunks, processes):
            if dry_run:
                run.note(done.after, done.last, done.changes)
            yield done.count
        if not dry_run:
            run.refresh_from_db()
    run.finished_at = timezone.now()
    if not dry_run:
        run.save()
        key_secret.caught_up(run)


def rematch_chunk(run_id: int | None, model: MatchModel | None, chunk: Chunk) -> Done:
    """Look at some candidates again, while other processes look at others.

    Args:
        run_id: of the run that keeps what was done; None for a dry run, which changes nothing.
        model: one to try; None for the one in force.
        chunk: the candidate behind which it begins, and its last one.
    """
    for _ in range(_RETRIES):
        try:
            return _rematch_chunk(run_id, model, *chunk)
        except OperationalError as error:
            # Two processes overtook candidates of each other's chunk; the other one goes on.
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    return _rematch_chunk(run_id, model, *chunk)


def _rematch_chunk(run_id: int | None, model: MatchModel | None, after: int, last: int) -> Done:
    due = Candidate.objects.filter(pk__gt=after, pk__lte=last)
    with transaction.atomic():
        latest = _latest_event()
        by_ats = _by_ats(due.values_list("pk", "ats_id"))
        for ats_id in sorted(by_ats):
            matching.look_closer(ats_id, by_ats[ats_id], model, beside=True)
        changes = _changes_since(latest)
        if run_id is None:
            transaction.set_rollback(True)
        else:
            run = RematchRun.objects.select_for_update().get(pk=run_id)
            run.note(after, last, changes)
            run.save()
    return Done(after, last, sum(map(len, by_ats.values())), changes)


def _chunks(run: RematchRun) -> list[Chunk]:
    """What a run still has before it."""
    chunks = []
    for after, until in run.gaps():
        ids = list(_between(after, until).order_by("pk").values_list("pk", flat=True))
        ends = ids[CHUNK - 1 : -1 : CHUNK] + [until or each for each in ids[-1:]]
        if until and not ids:
            ends = [until]  # whose candidates are gone
        chunks += pairwise([after, *ends])
    return chunks


def _between(after: int, until: int | None) -> QuerySet[Candidate]:
    behind = Candidate.objects.filter(pk__gt=after)
    return behind.filter(pk__lte=until) if until else behind


def _by_ats(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    by_ats: dict[int, list[int]] = defaultdict(list)
    for candidate, ats in pairs:
        by_ats[ats].append(candidate)
    return by_ats


def _latest_event() -> int:
    return IdentityEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _changes_since(event: int) -> Counter[str]:
    """How many links this transaction changed how; the events of others have another time."""
    told = run_kept(_CHANGES, event=event)
    return Counter({f"{before or 'nothing'} > {to}": count for before, to, count in told})


_CHANGES = """
SELECT from_state, to_state, count(*) FROM ats_sync_identityevent
WHERE id > %(event)s::bigint AND at = now() GROUP BY 1, 2
"""

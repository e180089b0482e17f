"""A full re-match: every candidate looked at again by all keys, in chunks that stand alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import MD5, Cast
from django.utils import timezone

from ats_sync import candidate_keys, match_models, matching
from ats_sync.deciding import decide_candidates
from ats_sync.identity.decide import Decision
from ats_sync.identity.learn import label_shift
from ats_sync.models import Ats, Candidate, IdentityEvent, MatchModel, RematchRun

CHUNK = 500  # candidates a transaction
SAMPLE = 4_000  # candidates from which labels are estimated


def unfinished() -> RematchRun | None:
    """The newest run that was interrupted, if any."""
    return RematchRun.objects.filter(finished_at=None).first()


def to_do(run: RematchRun) -> int:
    """How many candidates a run still has before it."""
    return Candidate.objects.filter(pk__gt=run.last_candidate_id).count()


def estimate_labels(model: MatchModel) -> MatchModel:
    """What labels promise here: look at a sample of the candidates that ATSs sent, change none.

    Args:
        model: the weights to use; the answer has them too, and is not stored yet.
    """
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
    run: RematchRun, model: MatchModel | None = None, *, dry_run: bool = False
) -> Iterator[int]:
    """Work through a run's candidates; yields the number of each chunk when it is done.

    A chunk is one transaction, in which the run's place is kept as well: whatever interrupts it,
    it goes on behind the last whole chunk.

    Args:
        run: a new run, or an unfinished one.
        model: one to try, for a dry run; None for the one in force.
        dry_run: count what would change, and change nothing. The run must not be saved then.
    """
    changes = Counter(run.changes)
    while chunk := _next(run.last_candidate_id):
        with transaction.atomic():
            latest = _latest_event()
            _rematch(chunk, model)
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


def _by_ats(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    by_ats: dict[int, list[int]] = defaultdict(list)
    for candidate, ats in pairs:
        by_ats[ats].append(candidate)
    return by_ats


def _rematch(chunk: list[tuple[int, int]], model: MatchModel | None) -> None:
    by_ats = _by_ats(chunk)
    for ats in Ats.objects.filter(pk__in=by_ats).order_by("pk"):
        matching.look_closer(ats.pk, by_ats[ats.pk], model)


def _latest_event() -> int:
    return IdentityEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _changes_since(event: int) -> Counter[str]:
    told = IdentityEvent.objects.filter(pk__gt=event).values_list("from_state", "to_state")
    return Counter(f"{before or 'nothing'} > {after}" for before, after in told)

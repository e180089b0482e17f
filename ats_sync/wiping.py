"""Wipe one ATS: a customer changes to another, and all that the old one had sent goes.

The ATS itself, its settings and the receipt stay. What recruiters wrote stays: it is theirs.
"""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from ats_sync import activation, erasure, sandbox
from ats_sync.models import Ats, Erasure, Integration
from recruiter.legal_holds import HeldByLaw
from rsc import audit
from rsc.models import User


class WipeRuns(ValueError):
    """One was asked for already and is not finished."""


def preview(ats: Ats) -> dict[str, int]:
    """How many rows of each kind would go."""
    counted = {
        str(rows.model._meta.verbose_name_plural): rows.count() for rows in sandbox.all_rows(ats)
    }
    return {name: count for name, count in counted.items() if count}


@transaction.atomic
def ask(ats: Ats, *, actor: User | None) -> Erasure:
    """Switch all features off and have a worker delete what the ATS sent.

    Raises:
        HeldByLaw: a legal hold stands.
        WipeRuns: as it says.
    """
    ats = Ats.objects.select_for_update().get(pk=ats.pk)
    if holds := sandbox.holds_on(ats):
        raise HeldByLaw(holds)
    if ats.wipes.filter(finished_at=None).exists():
        raise WipeRuns("A wipe was asked for already; it goes on.")
    on = list(ats.integrations.filter(status=Integration.Status.ENABLED))
    if on:
        activation.disable(*on, actor=actor)
    receipt = Erasure.objects.create(
        kind=Erasure.Kind.ATS,
        subjects=[f"ats:{ats.pk}"],
        ats=ats,
        asked_by=actor,
        planned=sum(preview(ats).values()),
    )
    audit.record("ats.wipe_asked", f"ats:{ats.pk}", actor=actor, erasure=receipt.pk)
    transaction.on_commit(lambda: async_task("ats_sync.tasks.run_wipes"))
    return receipt


def run_all() -> int:
    """Go on with all wipes that are not finished; returns how many rows were deleted."""
    waiting = Erasure.objects.filter(kind=Erasure.Kind.ATS, finished_at=None)
    return sum(run(receipt) for receipt in waiting.select_related("ats"))


def run(receipt: Erasure) -> int:
    """Delete in chunks, each with the progress in the receipt; may be interrupted and repeated."""
    if receipt.ats is None:
        return 0
    for rows in sandbox.all_rows(receipt.ats):
        while numbers := list(rows.values_list("pk", flat=True)[: sandbox.CHUNK]):
            with transaction.atomic():
                gone = sandbox.delete_rows(receipt.ats, rows.model, numbers)
                total = Counter({name: each["rows"] for name, each in receipt.counts.items()})
                receipt.counts = {name: {"rows": n} for name, n in (total + Counter(gone)).items()}
                receipt.save(update_fields=["counts"])
    with transaction.atomic():
        receipt.finished_at = timezone.now()
        receipt.digest = erasure.digest_of(receipt)
        receipt.save(update_fields=["finished_at", "digest"])
        audit.record("ats.wiped", f"ats:{receipt.ats_id}", actor=receipt.asked_by,
                     erasure=receipt.pk, rows=receipt.total)  # fmt: skip
    return receipt.total

"""Sandboxes: ATSs for trying things out, and how one is emptied.

The rule: what a sandbox sends never counts in anybody's search, badge or export list; seats of
administrators alone see it, on profiles and in dialogs, so that they can check what arrives.
`Ats.objects.visible_to` and `footprints.token_force_follows` hold it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django_q.tasks import async_task

from ats_sync import applications, candidates
from ats_sync.models import (
    Application,
    Ats,
    Candidate,
    Erasure,
    Integration,
    SandboxPurge,
    SetupLink,
)
from recruiter import legal_holds
from recruiter.legal_holds import HeldByLaw, Kind
from recruiter.models import LegalHold, VisibilityToken
from rsc import audit
from rsc.models import User

CHUNK = 500
# Settings and receipts stay; all else that hangs on the ATS has been sent, or follows from it.
KEPT = (Integration, SetupLink, SandboxPurge, Erasure)


class NoSandbox(ValueError):
    """The ATS is a real one; its records are not deleted like this."""


class PurgeRuns(ValueError):
    """One was asked for already and is not finished."""


def holds_on(ats: Ats) -> list[LegalHold]:
    """Holds on the company, or on one of the ATS's candidates."""
    own = ats.candidates.filter(pk__in=legal_holds.held()[Kind.CANDIDATE])
    numbers = {
        Kind.COMPANY: {ats.company_id},
        Kind.CANDIDATE: set(own.values_list("pk", flat=True)),
    }
    standing = LegalHold.objects.standing()
    return [one for one in standing if one.object_id in numbers.get(Kind(one.kind), ())]


@transaction.atomic
def ask_purge(ats: Ats, *, actor: User | None) -> SandboxPurge:
    """Have a worker delete all that a sandbox sent.

    Raises:
        NoSandbox, PurgeRuns: as they say.
        HeldByLaw: a legal hold stands.
    """
    ats = Ats.objects.select_for_update().get(pk=ats.pk)
    if not ats.is_sandbox:
        raise NoSandbox(f"{ats} is no sandbox.")
    if holds := holds_on(ats):
        raise HeldByLaw(holds)
    if ats.purges.filter(finished_at=None).exists():
        raise PurgeRuns("A purge was asked for already; it goes on.")
    planned = sum(rows.count() for rows in all_rows(ats))
    purge = SandboxPurge.objects.create(ats=ats, asked_by=actor, planned=planned)
    audit.record("sandbox.purge_asked", f"ats:{ats.pk}", actor=actor, purge=purge.pk)
    transaction.on_commit(lambda: async_task("ats_sync.tasks.purge_sandboxes"))
    return purge


def run_purges() -> int:
    """Go on with all purges that are not finished; returns how many rows were deleted."""
    waiting = SandboxPurge.objects.filter(finished_at=None, ats__is_sandbox=True)
    return sum(run(purge) for purge in waiting.select_related("ats__company", "asked_by"))


def run(purge: SandboxPurge, tell: Callable[[SandboxPurge], None] = lambda purge: None) -> int:
    """Delete in chunks, each with the progress of the purge; may be interrupted and repeated.

    Args:
        purge: what was asked for.
        tell: called after each chunk.

    Raises:
        NoSandbox: the mark was taken from the ATS meanwhile; nothing more is deleted.
    """
    began = purge.total
    for deleted in _chunks(purge.ats):
        purge.deleted = dict(Counter(purge.deleted) + deleted)
        purge.save(update_fields=["deleted"])
        tell(purge)
    with transaction.atomic():
        purge.finished_at = timezone.now()
        purge.save(update_fields=["finished_at"])
        Ats.objects.filter(pk=purge.ats_id).update(
            history_complete_at=None, history_confirmed_by=None
        )
        detail = {"purge": purge.pk, "rows": purge.total}
        audit.record("sandbox.purged", f"ats:{purge.ats_id}", actor=purge.asked_by, **detail)
    return purge.total - began


def _chunks(ats: Ats) -> Iterator[Counter[str]]:
    """Delete a chunk at a time; what each took away, by kind."""
    for rows in all_rows(ats):
        while names := list(rows.values_list("pk", flat=True)[:CHUNK]):
            with transaction.atomic():
                if not Ats.objects.select_for_update().get(pk=ats.pk).is_sandbox:
                    raise NoSandbox(f"{ats} is no sandbox any more.")
                deleted = delete_rows(ats, rows.model, names)
            yield Counter(deleted)


def delete_rows(ats: Ats, model: type[models.Model], names: list[int]) -> dict[str, int]:
    """Delete some rows of one kind with what hangs on them; how many, by kind."""
    rows = model._default_manager.filter(pk__in=names)
    if model in (Application, Candidate):
        # By the verbs, so that the facts of their members follow.
        verb = applications.delete if model is Application else candidates.delete
        verb(ats, list(rows.values_list("external_id", flat=True)))
        return {str(model._meta.verbose_name_plural): len(names)}
    _, by_kind = rows.delete()
    kinds = {apps.get_model(label)._meta: count for label, count in by_kind.items()}
    # Rows of a bare relation are nothing to tell.
    return {str(kind.verbose_name_plural): n for kind, n in kinds.items() if not kind.auto_created}


def _is_sent(model: type[models.Model]) -> bool:
    """Whether its rows came from an ATS, or follow from what did."""
    return model._meta.app_label == Ats._meta.app_label and model not in KEPT


def all_rows(ats: Ats) -> list[models.QuerySet]:
    """All that hangs on an ATS but its settings: children, whether or not they have found their
    parent; then applications and candidates; then the rest."""
    relations = [
        one
        for one in Ats._meta.get_fields(include_hidden=True)
        if one.auto_created and one.one_to_many and _is_sent(one.related_model)
    ]
    relations.sort(key=lambda one: not one.hidden)
    found = {
        one.related_model: one.related_model._default_manager.filter(
            **{one.field.name: ats}
        ).order_by("pk")
        for one in relations
    }
    parents = [found.pop(Application), found.pop(Candidate)]
    children = [found.pop(one.related_model) for one in relations if one.hidden]
    tokens = VisibilityToken.objects.filter(ats_id=ats.pk).exclude(everyone=True).order_by("pk")
    return [*children, *parents, *found.values(), tokens]

"""What becomes of an export: derived from what the ATS does next, stopped, or started again.

QUEUED -> DELIVERED -> FETCHED -> LINKED | FAILED | EXPIRED     (contract.md 13.4)
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ats_sync import callbacks, exports, webhooks
from ats_sync.models import Ats, CallbackDelivery, Export, Match, WebhookEndpoint
from recruiter.models import Member
from rsc import audit
from rsc.models import Seat
from rsc.statements import Asked

CONSENT_GONE = "The member does not allow exports any more. Nothing was sent."
CANCELLED = "Cancelled by {}."


class OutcomeRefused(ValueError):
    """What somebody wants of an export contradicts what is known of it."""


# ------------------------------------------------------------------------- what the ATS does next
def requested(ats_ids: Collection[int], request_id: int) -> Export | None:
    """The export that a request id stands for, if it is one of these ATSs' and may be told now.

    None for an unknown, foreign or expired id, for what was stopped, and when the member's
    consent has gone.
    """
    return (
        Export.objects.filter(
            delivery=request_id,
            delivery__expires_at__gt=timezone.now(),
            stopped_at=None,
            ats__in=ats_ids,
            member__in=_consenting(),
        )
        .select_related("member", "ats__company", "job_posting", "seat")
        .prefetch_related("member__positions")
        .first()
    )


def _consenting() -> QuerySet[Member]:
    return Member.objects.open_accounts().filter(
        hidden_from_recruiters=False, shares_with_third_parties=True
    )


def mark_fetched(export: Export) -> None:
    """Remember when the ATS first read the stub."""
    if export.fetched_at is None:
        Export.objects.filter(pk=export.pk, fetched_at=None).update(fetched_at=timezone.now())


@transaction.atomic
def report(export: Export, *, succeeded: bool, message: str = "") -> None:
    """Take down what the ATS says became of an export (contract.md 13.4).

    Raises:
        OutcomeRefused: success after a failure, when the recruiter may have exported anew.
    """
    export = Export.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if succeeded and export.failure:
        raise OutcomeRefused("This export has failed already")
    if succeeded:
        export.linked_at = export.linked_at or timezone.now()
    else:
        export.failure = (message.strip() or "The ATS could not take this person.")[:500]
    export.save(update_fields=["linked_at", "failure"])


def to_mark_linked(ats: Ats, member_ids: Collection[int]) -> Asked:
    """How to mark exports of these members as arrived, where the ATS now knows them.

    Arrived is whom the ATS did not know before the export, and who has an application on the
    requisition. Its rows are the ids of those exports, for `tell_linked`.
    """
    return Asked(
        _MARK_LINKED, {"ats": ats.pk, "members": list(member_ids), "live": list(Match.LIVE)}
    )


def tell_linked(ats: Ats, export_ids: Collection[int]) -> None:
    """Tell who wants to know that exports have arrived."""
    if export_ids:
        arrived = Export.objects.filter(pk__in=export_ids)
        arrived = arrived.select_related("member", "ats__company", "job_posting")
        webhooks.tell_exports(WebhookEndpoint.Event.LINKED, ats.company_id, list(arrived))


_MARK_LINKED = """
UPDATE ats_sync_export AS e SET linked_at = now()
FROM ats_sync_jobposting AS j
WHERE e.ats_id = %(ats)s AND e.member_id = ANY(%(members)s)
    AND e.linked_at IS NULL AND e.failure = '' AND j.id = e.job_posting_id
    AND EXISTS (
        SELECT FROM ats_sync_match AS m
        JOIN ats_sync_candidate AS c ON c.id = m.candidate_id AND c.ats_id = e.ats_id
        WHERE m.member_id = e.member_id AND m.state = ANY(%(live)s)
            AND (
                NOT e.known_before
                OR EXISTS (
                    SELECT FROM ats_sync_application AS a
                    WHERE a.candidate_id = c.id AND a.external_job_id = j.external_id
                )
            )
    )
RETURNING e.id
"""


# -------------------------------------------------------------------------- stopped, started again
def can_be_stopped(rows: QuerySet[Export]) -> QuerySet[Export]:
    """Those that the ATS has not fetched yet: it will get nothing of them."""
    return rows.filter(failure="", fetched_at=None, linked_at=None)


@transaction.atomic
def cancel(seat: Seat, rows: QuerySet[Export]) -> int:
    """Stop exports that the ATS has not fetched; a notice on its way leads nowhere then.

    Returns:
        How many were stopped; the others have arrived, or failed before.
    """
    stopped = _stop(rows, CANCELLED.format(seat.user.full_name))
    for pk in stopped:
        audit.record("export.cancelled", f"export:{pk}", seat=seat)
    return len(stopped)


@transaction.atomic
def stop_without_consent(member_id: int) -> None:
    """Stop what is on its way for a member who no longer agrees, hides or has left."""
    if not _consenting().filter(pk=member_id).exists():
        _stop(Export.objects.filter(member=member_id), CONSENT_GONE)


def _stop(rows: QuerySet[Export], why: str) -> list[int]:
    locked = can_be_stopped(rows).select_for_update(of=("self",), no_key=True).order_by("pk")
    found = dict(locked.values_list("pk", "delivery"))
    now = timezone.now()
    Export.objects.filter(pk__in=found).update(failure=why[:500], stopped_at=now)
    CallbackDelivery.objects.filter(
        pk__in=found.values(), state=CallbackDelivery.State.WAITING
    ).update(state=CallbackDelivery.State.FAILED, claimed_until=None, last_error=why[:500])
    return list(found)


@transaction.atomic
def retry(seat: Seat, export: Export) -> Export:
    """Send the same person to the same requisition again, under a new id.

    Raises:
        OutcomeRefused: it has not failed.
        ExportRefused: what stands in the way now.
    """
    state = Export.objects.with_state().get(pk=export.pk).state
    if state not in Export.OVER:
        raise OutcomeRefused("This export has not failed.")
    return exports.export(seat, export.member, export.job_posting)


@transaction.atomic
def resend(delivery: CallbackDelivery) -> CallbackDelivery:
    """For administrators: announce a notice again under a new id; its export goes with it."""
    again = callbacks.resend(delivery)
    export = Export.objects.filter(delivery=delivery, stopped_at=None).first()
    if export is not None:
        export.delivery, export.failure = again, ""
        export.save(update_fields=["delivery", "failure"])
    return again

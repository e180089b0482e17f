"""One-click export: a member's stub goes to a requisition of an ATS (contract.md 13).

A row and a signed notice are written at once; the ATS then asks for the stub, as long as the
member's consent stands. What became of it is derived, never reported by hand.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from ats_sync import callbacks
from ats_sync.batches import run
from ats_sync.models import Ats, CallbackDelivery, Export, Integration, JobPosting, Match
from recruiter import activity
from recruiter.models import Activity, Member
from rsc import audit
from rsc.models import Seat

# States after which the same person may be sent to the same requisition again.
OVER = (Export.State.FAILED, Export.State.EXPIRED)
EXPIRED_UNREAD = "The ATS did not fetch it in time."


class ExportRefused(ValueError):
    """An export cannot be made; the message tells the recruiter why."""


class NoAtsToExportTo(ExportRefused):
    """One-click export is not switched on for the seat's company."""


class MemberNotFound(ExportRefused):
    """The member does not exist for this seat."""


class MemberKeepsProfile(ExportRefused):
    """The member does not let recruiters hand the profile on."""


class RequisitionNotFound(ExportRefused):
    """The requisition does not exist for this seat."""


class QuotaUsedUp(ExportRefused):
    """The seat has exported as many members as it may this month."""


class AlreadyExported(ExportRefused):
    """The same person is on the way to the same requisition, or there.

    Attributes:
        export: the export that stands in the way.
    """

    def __init__(self, export: Export) -> None:
        day = date_format(timezone.localtime(export.created_at), "N j, Y")
        super().__init__(
            f"{export.seat.user.full_name} exported this member to {export.job_posting} on {day}."
        )
        self.export = export


# ------------------------------------------------------------------------------------- exporting
@transaction.atomic
def export(seat: Seat, member: Member, job_posting: JobPosting) -> Export:
    """Send a member's stub to a requisition.

    Args:
        seat: who sends.
        member: who is sent; must let recruiters hand the profile on.
        job_posting: where to; open or closed.

    Raises:
        ExportRefused: one of its kinds, with a sentence for the recruiter.
    """
    # Whoever exports on this seat at the same moment waits here, so that the quota holds.
    Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if reason := why_not(seat, member):
        raise reason
    if not JobPosting.objects.visible_to(seat).filter(pk=job_posting.pk).exists():
        raise RequisitionNotFound("This requisition cannot be found.")
    _make_way(member, job_posting)
    return _write(seat, member, job_posting)


def why_not(seat: Seat, member: Member) -> ExportRefused | None:
    """Why a seat cannot export a member anywhere; None when it can.

    The first true reason that the seat may know, so that the greyed menu entry can say it.
    """
    enabled = Ats.objects.filter(company=seat.company_id).with_enabled(
        Integration.Type.ONE_CLICK_EXPORT
    )
    if not enabled.exists():
        return NoAtsToExportTo(
            "Export is not switched on for your company. An administrator can switch it on."
        )
    if not Member.objects.visible_to(seat).filter(pk=member.pk).exists():
        return MemberNotFound("This member cannot be found.")
    if not member.shares_with_third_parties:
        return MemberKeepsProfile("This member does not allow exports to other systems.")
    if exports_left(seat) <= 0:
        return QuotaUsedUp(
            f"You have made all {settings.EXPORTS_PER_MONTH} exports of this month. "
            "The count starts again on the first of next month."
        )
    return None


def exports_left(seat: Seat) -> int:
    """How many members the seat may still export in this calendar month (UTC)."""
    made = Export.objects.filter(seat=seat, created_at__gte=_start_of_month(timezone.now()))
    return max(0, settings.EXPORTS_PER_MONTH - made.count())


def _start_of_month(now: datetime) -> datetime:
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _make_way(member: Member, job_posting: JobPosting) -> None:
    """Close an earlier export of the pair that came to nothing; raises AlreadyExported."""
    standing = _standing(member, job_posting)
    if standing is None:
        return
    if standing.state_at(timezone.now()) not in OVER:
        raise AlreadyExported(standing)
    standing.failure = standing.delivery.last_error or EXPIRED_UNREAD
    standing.save(update_fields=["failure"])


def _standing(member: Member, job_posting: JobPosting) -> Export | None:
    return (
        Export.objects.filter(member=member, job_posting=job_posting, failure="")
        .select_related("delivery", "job_posting", "seat__user")
        .first()
    )


def _write(seat: Seat, member: Member, job_posting: JobPosting) -> Export:
    delivery = callbacks.announce(job_posting.ats, CallbackDelivery.Event.EXPORT)
    try:
        with transaction.atomic():
            made = Export.objects.create(
                seat=seat,
                member=member,
                ats_id=job_posting.ats_id,
                job_posting=job_posting,
                delivery=delivery,
                created_at=delivery.created_at,
                known_before=bool(known_candidate_id(member, job_posting.ats_id)),
            )
    except IntegrityError as error:
        # A colleague clicked at the same moment.
        if standing := _standing(member, job_posting):
            raise AlreadyExported(standing) from error
        raise
    activity.record(seat, member, Activity.Verb.EXPORTED)
    audit.record("member.exported", member.urn, seat=seat, export=made.pk, job=job_posting.pk)
    return made


# ------------------------------------------------------------------------- what the ATS does next
def requested(ats_ids: Collection[int], request_id: int) -> Export | None:
    """The export that a request id stands for, if it is one of these ATSs' and may be told now.

    None for an unknown, foreign or expired id, and when the member's consent has gone.
    """
    found = (
        Export.objects.filter(
            delivery=request_id,
            delivery__expires_at__gt=timezone.now(),
            ats__in=ats_ids,
            member__in=Member.objects.open_accounts().filter(
                hidden_from_recruiters=False, shares_with_third_parties=True
            ),
        )
        .select_related("member", "ats__company", "job_posting", "seat")
        .prefetch_related("member__positions")
        .first()
    )
    return found


def mark_fetched(export: Export) -> None:
    """Remember when the ATS first read the stub."""
    if export.fetched_at is None:
        Export.objects.filter(pk=export.pk, fetched_at=None).update(fetched_at=timezone.now())


class OutcomeRefused(ValueError):
    """An ATS reported an outcome that contradicts what is known."""


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


def mark_linked(ats: Ats, member_ids: Collection[int]) -> None:
    """Mark exports of these members as arrived, where the ATS now knows them. One statement.

    Arrived is whom the ATS did not know before the export, and who has an application on the
    requisition.
    """
    if member_ids:
        run(_MARK_LINKED, ats=ats.pk, members=list(member_ids), live=list(Match.LIVE))


def known_candidate_id(member: Member, ats_id: int) -> str:
    """The id under which an ATS knows a member already, so that it makes no duplicate."""
    links = Match.objects.live().filter(member=member, candidate__ats=ats_id)
    newest_first = links.order_by("-decided_at", "-id")
    return newest_first.values_list("candidate__external_id", flat=True).first() or ""


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
"""

"""One-click export: a member's stub goes to a requisition of an ATS (contract.md 13).

A row and a signed notice are written at once; the ATS then asks for the stub, as long as the
member's consent stands. What becomes of it is the matter of `ats_sync.outcomes`.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from ats_sync import callbacks, webhooks
from ats_sync.models import (
    Ats,
    CallbackDelivery,
    Export,
    Integration,
    JobPosting,
    Match,
    WebhookEndpoint,
)
from ats_sync.models.export import EXPIRED_UNREAD
from recruiter import activity
from recruiter.models import Activity, Member
from rsc.models import AuditEntry, Seat


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


@dataclass
class Outcome:
    """What one click did.

    Attributes:
        batch: what its exports have in common.
        made: the exports, in the order of the members.
        refused: who stayed behind and why, by member id.
    """

    batch: uuid.UUID = field(default_factory=uuid.uuid4)
    made: list[Export] = field(default_factory=list)
    refused: dict[int, ExportRefused] = field(default_factory=dict)


# ------------------------------------------------------------------------------------- exporting
def export(seat: Seat, member: Member, job_posting: JobPosting) -> Export:
    """Send one member's stub to a requisition; arguments and errors are those of `export_many`.

    Raises:
        ExportRefused: one of its kinds, with a sentence for the recruiter.
    """
    outcome = export_many(seat, [member], job_posting)
    for reason in outcome.refused.values():
        raise reason
    return outcome.made[0]


@transaction.atomic
def export_many(
    seat: Seat, members: Sequence[Member], job_posting: JobPosting, *, automatic: bool = False
) -> Outcome:
    """Send stubs of members to a requisition, in a fixed number of statements.

    Who cannot be exported stays behind with a reason, and nobody else suffers.

    Args:
        seat: who sends.
        members: who is sent; each must let recruiters hand the profile on.
        job_posting: where to; open or closed.
        automatic: whether a member's own answer caused it, which costs the seat nothing.

    Raises:
        NoAtsToExportTo, RequisitionNotFound: nobody at all can be sent there.
    """
    # Whoever exports on this seat at the same moment waits here, so that the quota holds.
    Seat.objects.select_for_update(of=("self",), no_key=True).get(pk=seat.pk)
    if reason := closed_to(seat):
        raise reason
    # And whoever exports to the same requisition, so that nobody is sent there twice.
    shown = JobPosting.objects.visible_to(seat).select_for_update(of=("self",), no_key=True)
    if not shown.filter(pk=job_posting.pk).exists():
        raise RequisitionNotFound("This requisition cannot be found.")
    refused = refusals(seat, members, job_posting, automatic=automatic)
    outcome = Outcome(refused=refused)
    going = {member.pk: member for member in members if member.pk not in refused}
    if going:
        _close_what_came_to_nothing(going, job_posting)
        _write(outcome, seat, list(going.values()), job_posting, automatic)
    return outcome


def closed_to(seat: Seat) -> NoAtsToExportTo | None:
    """Why the seat can export nobody anywhere; None when it can."""
    if atss_of(seat):
        return None
    return NoAtsToExportTo(
        "Export is not switched on for your company. An administrator can switch it on."
    )


def atss_of(seat: Seat) -> list[Ats]:
    """The ATSs that the seat may export to."""
    return list(Ats.objects.visible_to(seat, Integration.Type.ONE_CLICK_EXPORT).order_by("pk"))


def refusals(
    seat: Seat,
    members: Sequence[Member],
    job_posting: JobPosting | None = None,
    *,
    automatic: bool = False,
) -> dict[int, ExportRefused]:
    """Who of some members cannot be exported, each with the first reason that may be told.

    Args:
        job_posting: where to; None while nobody has chosen yet.
        automatic: whether the quota does not matter.

    Returns:
        Reasons by member id.
    """
    ids = [member.pk for member in members]
    shares = dict(
        Member.objects.visible_to(seat)
        .filter(pk__in=ids)
        .values_list("pk", "shares_with_third_parties")
    )
    standing = _standing(ids, job_posting) if job_posting else {}
    left = len(ids) if automatic else exports_left(seat)
    refused: dict[int, ExportRefused] = {}
    for pk in ids:
        if pk not in shares:
            refused[pk] = MemberNotFound("This member cannot be found.")
        elif not shares[pk]:
            refused[pk] = MemberKeepsProfile("This member does not allow exports to other systems.")
        elif pk in standing and standing[pk].state not in Export.OVER:
            refused[pk] = AlreadyExported(standing[pk])
        elif left <= 0:
            refused[pk] = QuotaUsedUp(
                f"You have made all {settings.EXPORTS_PER_MONTH} exports of this month. "
                "The count starts again on the first of next month."
            )
        else:
            left -= 1
    return refused


def why_not(seat: Seat, member: Member) -> ExportRefused | None:
    """Why a seat cannot export a member anywhere; None when it can. For the greyed menu entry."""
    return closed_to(seat) or refusals(seat, [member]).get(member.pk)


def exports_left(seat: Seat) -> int:
    """How many members the seat may still export in this calendar month (UTC).

    What was stopped before the ATS fetched it does not count.
    """
    made = Export.objects.filter(
        seat=seat, created_at__gte=_start_of_month(timezone.now()), automatic=False
    ).exclude(stopped_at__isnull=False, fetched_at=None)
    return max(0, settings.EXPORTS_PER_MONTH - made.count())


def _start_of_month(now: datetime) -> datetime:
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _standing(member_ids: Collection[int], job_posting: JobPosting) -> dict[int, Export]:
    """The exports of members to a requisition that have not failed, by member id."""
    found = Export.objects.filter(member__in=member_ids, job_posting=job_posting, failure="")
    related = found.select_related("delivery", "job_posting", "seat__user").with_state()
    return {export.member_id: export for export in related}


def _close_what_came_to_nothing(member_ids: Collection[int], job_posting: JobPosting) -> None:
    """Earlier exports that expired or were not taken make way for the new ones."""
    over = list(_standing(member_ids, job_posting).values())
    for export in over:
        export.failure = export.delivery.last_error or EXPIRED_UNREAD
    if over:
        Export.objects.bulk_update(over, ["failure"])


def _write(
    outcome: Outcome, seat: Seat, members: list[Member], job_posting: JobPosting, automatic: bool
) -> None:
    ats = job_posting.ats
    known = known_candidate_ids([member.pk for member in members], ats.pk)
    deliveries = callbacks.announce_many(
        ats, CallbackDelivery.Event.EXPORT, [f"member:{member.pk}" for member in members]
    )
    outcome.made = Export.objects.bulk_create(
        Export(
            seat=seat,
            member=member,
            ats=ats,
            job_posting=job_posting,
            delivery=delivery,
            created_at=delivery.created_at,
            batch=outcome.batch,
            automatic=automatic,
            known_before=member.pk in known,
        )
        for member, delivery in zip(members, deliveries, strict=True)
    )
    open_to_all = JobPosting.objects.open_to_everyone().filter(pk=job_posting.pk).exists()
    activity.record_all(seat, members, Activity.Verb.EXPORTED, confidentially=not open_to_all)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            verb="member.exported",
            subject=str(made.member.urn),
            seat=seat,
            actor=seat.user,
            detail={"export": made.pk, "job": job_posting.pk},
        )
        for made in outcome.made
    )
    webhooks.tell_exports(WebhookEndpoint.Event.EXPORTED, ats.company_id, outcome.made)


# ------------------------------------------------------------------- whom an ATS knows already
def known_candidate_ids(member_ids: Collection[int], ats_id: int) -> dict[int, str]:
    """The ids under which an ATS knows members already, so that it makes no duplicates."""
    links = Match.objects.live().filter(member__in=member_ids, candidate__ats=ats_id)
    oldest_first = links.order_by("decided_at", "id")
    return dict(oldest_first.values_list("member_id", "candidate__external_id"))


def known_candidate_id(member: Member, ats_id: int) -> str:
    """The id under which an ATS knows a member already, or an empty text."""
    return known_candidate_ids([member.pk], ats_id).get(member.pk, "")

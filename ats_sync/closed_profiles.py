"""People who closed their account: ATSs that knew them learn whom to delete (contract.md 18)."""

from __future__ import annotations

from django.db.models import Q

from ats_sync import footprints, webhooks
from ats_sync.batches import batch
from ats_sync.models import Ats, ClosedProfile, Export, Match, WebhookEndpoint
from recruiter.models import Member


def part_from(member_id: int) -> None:
    """Write a notice for each ATS that knew a member who left, and cut the links.

    May be called again: a second time finds nothing to cut and leaves the notices as they are.
    """
    member = Member.objects.filter(pk=member_id).exclude(closed_at=None).first()
    if member is None:
        return
    knew = Q(candidates__matches__member=member) | Q(exports__member=member)
    for ats in Ats.objects.filter(knew).distinct().select_related("company").order_by("pk"):
        with batch(ats.pk):
            _part(ats, member)


def _part(ats: Ats, member: Member) -> None:
    live = Match.objects.live().filter(member=member, candidate__ats=ats)
    linked = sorted(live.values_list("candidate__external_id", flat=True))
    exported = Export.objects.filter(ats=ats, member=member).exists()
    if linked or exported:
        _, new = ClosedProfile.objects.get_or_create(
            ats=ats,
            person_id=member.public_id,
            defaults={"closed_at": member.closed_at, "candidate_ids": linked},
        )
        if new:
            fact = {"member": str(member.urn), "organization": str(ats.company.urn)}
            webhooks.tell(WebhookEndpoint.Event.CLOSED, ats.company_id, {"": fact})
    Match.objects.filter(member=member, candidate__ats=ats).delete()
    footprints.recompute([member.pk], ats)

"""What follows in an ATS when a member answered an InMail and agreed to share contact details.

The stub can be read from `mailStubs` then; where the company wants it, the member is exported to
the requisition that the project fills as well. Without the agreement nothing leaves.
"""

from __future__ import annotations

from ats_sync import exports, webhooks
from ats_sync.models import Ats, Integration, JobPosting, ProjectRequisition, WebhookEndpoint
from recruiter.models import ContactShare, Conversation, Project, Prospect


def follow(conversation_id: int) -> list[int]:
    """Export the member of a thread who has answered and shares, if the company wants it.

    May be called again: who is exported already, or known to the ATS, is left alone.

    Returns:
        The ids of the exports made.
    """
    thread = (
        Conversation.objects.filter(pk=conversation_id, answered_at__isnull=False)
        .select_related("seat__contract", "seat__user", "member")
        .first()
    )
    if thread is None or not _shares(thread):
        return []
    made: list[int] = []
    for ats in _wanting(thread):
        job = _requisition(thread, ats)
        if job is not None and not exports.known_candidate_id(thread.member, ats.pk):
            outcome = exports.export_many(thread.seat, [thread.member], job, automatic=True)
            made += [export.pk for export in outcome.made]
    return made


def tell_of_share(share_id: int) -> None:
    """Tell a company's webhooks that a member shares contact details; the details stay here."""
    share = ContactShare.objects.standing().select_related("member", "company").filter(pk=share_id)
    for one in share:
        fact = {"member": str(one.member.urn), "organization": str(one.company.urn)}
        webhooks.tell(
            WebhookEndpoint.Event.SHARED, one.company_id, {f"member:{one.member_id}": fact}
        )


def _shares(thread: Conversation) -> bool:
    return ContactShare.objects.visible_to(thread.seat).filter(member=thread.member).exists()


def _wanting(thread: Conversation) -> list[Ats]:
    """ATSs to which answers go: the company wants it, and the contract opens its activity."""
    open_here = Integration.objects.enabled().filter(
        integration_type=Integration.Type.CSA_API, contract=thread.seat.contract_id
    )
    atss = Ats.objects.visible_to(thread.seat, Integration.Type.ONE_CLICK_EXPORT)
    return list(atss.filter(exports_replies=True, pk__in=open_here.values("ats")).order_by("pk"))


def _requisition(thread: Conversation, ats: Ats) -> JobPosting | None:
    """That of the project in which the member was placed last, among those with one."""
    projects = Project.objects.visible_to(thread.seat)
    placed = Prospect.objects.active().filter(member=thread.member, project__in=projects)
    filled = ProjectRequisition.objects.filter(
        project__in=placed.values("project"),
        job_posting__in=JobPosting.objects.visible_to(thread.seat).filter(ats=ats),
    )
    newest = filled.order_by("-project__created_at", "-pk").select_related("job_posting").first()
    return newest.job_posting if newest else None

"""`mailStubs`: members who answered an InMail and share their contact details (contract.md 16)."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from ats_sync.api.fields import millis
from ats_sync.api.reading import ContractView, moment_in, numbers_in
from ats_sync.api.stubs import contact, stub
from ats_sync.restli.envelopes import Page
from ats_sync.restli.errors import RestliError
from ats_sync.restli.params import Query
from ats_sync.restli.views import finder
from recruiter.models import ContactShare
from rsc import urns

# Results beyond this one cannot be reached; a narrower window can.
DEEPEST = 20_000


class MailStubs(ContractView):
    resource = "mailStubs"

    @finder("contract")
    def by_contract(self, query: Query) -> Page:
        """Agreements that stand, oldest first, from the start date up to before the end date."""
        contract = self.contract_of(query)
        if query.start >= DEEPEST:
            raise RestliError(400, f"Parameter 'start' must be below {DEEPEST}")
        shares = ContactShare.objects.standing().filter(
            company=F("conversation__seat__contract__company"),
            conversation__seat__contract=contract,
            # Who agreed without an answer, hides or has left is nobody's stub.
            conversation__answered_at__isnull=False,
            member__closed_at=None,
            member__hidden_from_recruiters=False,
        )
        if owners := numbers_in(query, "owners", urns.SEAT):
            shares = shares.filter(conversation__seat__in=owners)
        if start := moment_in(query, "createdDateStart"):
            shares = shares.filter(shared_at__gte=start)
        if end := moment_in(query, "createdDateEnd"):
            shares = shares.filter(shared_at__lt=end)
        found = shares.select_related("member", "conversation").order_by("shared_at", "pk")
        last = min(query.start + query.count, DEEPEST)
        page = found.prefetch_related("member__positions")[query.start : last]
        return Page([_entity(share, contract) for share in page])


def _entity(share: ContactShare, contract: int) -> dict[str, Any]:
    return {
        "id": share.pk,
        "contract": str(urns.Urn(urns.CONTRACT, str(contract))),
        "owner": str(urns.Urn(urns.SEAT, str(share.conversation.seat_id))),
        "created": millis(share.shared_at),
        **stub(share.member),
        **contact(share),
    }

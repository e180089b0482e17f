"""`exportedCandidates`: the stub that a notice announced, and its outcome (contract.md 13)."""

from __future__ import annotations

import re
from typing import Any

from ats_sync import exports, outcomes
from ats_sync.api.fields import millis
from ats_sync.api.rights import exporting_atss
from ats_sync.api.stubs import contact, stub
from ats_sync.api.wire import WireView
from ats_sync.models import Export
from ats_sync.restli.envelopes import Page
from ats_sync.restli.errors import RestliError
from ats_sync.restli.items import Item
from ats_sync.restli.keys import SimpleKey
from ats_sync.restli.params import Query
from ats_sync.restli.views import finder
from recruiter.models import ContactShare

_NUMBER = re.compile(r"[0-9]{1,18}")
SUCCEEDED, FAILED = "SUCCEEDED", "FAILED"


class ExportedCandidates(WireView):
    resource = "exportedCandidates"
    key = SimpleKey("requestId")

    @finder("request")
    def by_request(self, query: Query) -> Page:
        """The stub, as long as the notice lives and the member's consent stands."""
        export = self._find(query.required("requestId"))
        outcomes.mark_fetched(export)
        return Page([_entity(export)])

    def partial_update(self, item: Item) -> None:
        """Take down an outcome that the vendor reports; an addition of ours."""
        status = item.patch.set.get("exportStatus")
        if status not in {SUCCEEDED, FAILED}:
            item.fail(400, f"/patch/$set/exportStatus :: must be {SUCCEEDED} or {FAILED}")
            return
        message = item.patch.set.get("message")
        export = self._find(item.key.value)
        try:
            outcomes.report(
                export,
                succeeded=status == SUCCEEDED,
                message=message if isinstance(message, str) else "",
            )
        except outcomes.OutcomeRefused as refusal:
            item.fail(409, f"/patch/$set/exportStatus :: {refusal}")

    def _find(self, text: str) -> Export:
        """The export with a request id; raises a RestliError of 403 or 404."""
        atss = exporting_atss(self.application, f"{self.request.method} /{self.name}")
        number = int(text) if _NUMBER.fullmatch(text) else 0
        export = outcomes.requested([ats.pk for ats in atss], number)
        if export is None:
            raise RestliError(404, f"No export of yours has the requestId {text[:50]!r}")
        return export


def _entity(export: Export) -> dict[str, Any]:
    share = ContactShare.objects.standing().filter(
        member=export.member, company=export.ats.company_id
    )
    known = exports.known_candidate_id(export.member, export.ats_id)
    candidate = {
        **stub(export.member),
        **contact(share.first()),
        "exportedBy": str(export.seat.urn),
        "exportedAt": millis(export.created_at),
        **({"atsCandidateId": known} if known else {}),
    }
    return {
        "candidate": candidate,
        "integrationContext": str(export.ats.context),
        "externalJobPostingId": export.job_posting.external_id,
    }

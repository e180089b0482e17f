"""`closedCandidateProfiles`: whose copies an ATS must delete (contract.md 18; path and fields are
ours)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ats_sync.api.base import CONTEXT, company_in
from ats_sync.api.fields import millis
from ats_sync.api.reading import moment_in
from ats_sync.api.rights import own_atss
from ats_sync.api.wire import WireView
from ats_sync.models import Ats, ClosedProfile, Export
from ats_sync.restli.envelopes import Page
from ats_sync.restli.errors import not_enough_permissions
from ats_sync.restli.params import Query
from ats_sync.restli.views import finder
from rsc import urns


class ClosedCandidateProfiles(WireView):
    """Answers whatever is switched off meanwhile: the duty to delete remains."""

    resource = "closedCandidateProfiles"

    @finder("criteria")
    def by_criteria(self, query: Query) -> Page:
        """People whom the ATS knew and who left since `closedAfter`, oldest first."""
        ats = self._ats(query)
        closed = ClosedProfile.objects.filter(ats=ats)
        if after := moment_in(query, "closedAfter"):
            closed = closed.filter(closed_at__gte=after)
        found = closed.order_by("closed_at", "pk")
        page = list(found[query.start : query.start + query.count])
        exports = _exports(ats, page)
        return Page([_entity(profile, exports[profile.person_id]) for profile in page])

    def _ats(self, query: Query) -> Ats:
        company = company_in(query.required(CONTEXT))
        place = f"{self.request.method} /{self.name}"
        for ats in own_atss(self.application, place):
            if ats.company_id == company:
                return ats
        raise not_enough_permissions(place)


def _exports(ats: Ats, page: list[ClosedProfile]) -> dict[str, list[dict[str, str]]]:
    """Where each of these people was exported to, by person id. One query."""
    exports: dict[str, list[dict[str, str]]] = defaultdict(list)
    people = [profile.person_id for profile in page]
    rows = Export.objects.filter(ats=ats, member__public_id__in=people).order_by("pk")
    for person, job, request in rows.values_list(
        "member__public_id", "job_posting__external_id", "delivery"
    ):
        exports[person].append({"externalJobPostingId": job, "requestId": str(request)})
    return exports


def _entity(profile: ClosedProfile, exported_to: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "member": str(urns.Urn(urns.PERSON, profile.person_id)),
        "closedAt": millis(profile.closed_at),
        "exportedTo": exported_to,
        "atsCandidateIds": profile.candidate_ids,
    }

"""`prospectNotes`: what recruiters noted about members, for everyone on the contract (17)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ats_sync.api.fields import millis
from ats_sync.api.reading import ContractView, moment_in, numbers_in
from ats_sync.restli.envelopes import Page
from ats_sync.restli.params import Query
from ats_sync.restli.views import finder
from recruiter.models import RecruiterNote
from rsc import urns

_NEXT = timedelta(milliseconds=1)


class ProspectNotes(ContractView):
    resource = "prospectNotes"

    @finder("criteria")
    def by_criteria(self, query: Query) -> Page:
        """Notes by their last change, oldest first; deleted ones without their text.

        The bounds are odd but published: later than `cutoffDate`, up to and with `beforeDate`.
        """
        contract = self.contract_of(query)
        notes = RecruiterNote.objects.for_the_ats().filter(seat__contract=contract)
        if owners := numbers_in(query, "owners", urns.SEAT):
            notes = notes.filter(seat__in=owners)
        # The wire knows milliseconds, the database more: compare what the wire would show.
        if cutoff := moment_in(query, "cutoffDate"):
            notes = notes.filter(modified_at__gte=cutoff + _NEXT)
        if before := moment_in(query, "beforeDate"):
            notes = notes.filter(modified_at__lt=before + _NEXT)
        found = notes.select_related("member").order_by("modified_at", "pk")
        page = found[query.start : query.start + query.count]
        return Page([_entity(note, contract) for note in page])


def _entity(note: RecruiterNote, contract: int) -> dict[str, Any]:
    return {
        "id": note.pk,
        "active": note.deleted_at is None,
        "contract": str(urns.Urn(urns.CONTRACT, str(contract))),
        "owner": str(urns.Urn(urns.SEAT, str(note.seat_id))),
        "prospect": str(note.member.urn),
        "created": millis(note.created_at),
        "lastModified": millis(note.modified_at),
        **({"note": note.text} if note.deleted_at is None else {}),
    }

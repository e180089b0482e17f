"""`seats` and its successor `seatsV2`: who works on a contract (contract.md 14)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from ats_sync.api.fields import millis
from ats_sync.api.reading import ContractView, numbers_in
from ats_sync.restli.envelopes import Page
from ats_sync.restli.errors import RestliError
from ats_sync.restli.params import Query
from ats_sync.restli.views import finder
from rsc import urns
from rsc.models import Seat

# What each role may do, in the words of the wire; the last one is ours.
_ROLES = {
    Seat.Role.ADMINISTRATOR: ["ADMIN_SEAT", "SOURCER_ADD_PROSPECT"],
    Seat.Role.RECRUITER: ["SOURCER_ADD_PROSPECT"],
    Seat.Role.HIRING_MANAGER: ["HIRING_MANAGER"],
}


class SeatView(ContractView):
    def seats_on(self, query: Query) -> QuerySet[Seat]:
        """The seats of the contracts that a query names; raises a RestliError of 400 or 403."""
        contracts = numbers_in(query, "contracts", urns.CONTRACT)
        if not contracts:
            raise RestliError(400, "Parameter 'contracts' is required")
        self.open_contracts(contracts)
        seats = Seat.objects.filter(contract__in=contracts)
        return seats.select_related("user").order_by("pk")


class Seats(SeatView):
    """The older resource, which the published collection still uses."""

    resource = "seats"

    @finder("seatsByAttributes")
    def by_attributes(self, query: Query) -> Page:
        """Seats with the names and addresses of their people; `active` picks."""
        seats = self.seats_on(query)
        match query.text("active"):
            case "true":
                seats = seats.filter(state=Seat.State.ACTIVE)
            case "false":
                seats = seats.exclude(state=Seat.State.ACTIVE)
            case None:
                pass
            case _:
                raise RestliError(400, "Parameter 'active' must be true or false")
        return Page([_seat(one) for one in seats[query.start : query.start + query.count]])


class SeatsV2(SeatView):
    resource = "seatsV2"

    @finder("attributes")
    def by_attributes(self, query: Query) -> Page:
        """Seats without personal data but the person URN; `start` is mandatory here."""
        query.required("start")
        seats = self.seats_on(query)
        if states := query.texts("states"):
            if unknown := sorted(set(states) - set(Seat.State.values)):
                raise RestliError(400, f"Parameter 'states': {unknown[0][:50]!r} is not a state")
            seats = seats.filter(state__in=states)
        page = seats[query.start : query.start + query.count]
        return Page([self._entity(seat) for seat in page])

    def _entity(self, seat: Seat) -> dict[str, Any]:
        on_rest = self.surface == "rest"
        return {
            "seatId" if on_rest else "id": seat.pk,
            "contract": str(urns.Urn(urns.CONTRACT, str(seat.contract_id))),
            "member": str(seat.user.urn),
            "state": seat.state,
            "seatRoles": _ROLES[Seat.Role(seat.role)],
            "createdAt" if on_rest else "created": {"time": millis(seat.created_at)},
        }


def _seat(seat: Seat) -> dict[str, Any]:
    return {
        "id": seat.pk,
        "firstName": seat.user.first_name,
        "lastName": seat.user.last_name,
        "email": seat.user.email,
        "member": str(seat.user.urn),
        "contractId": seat.contract_id,
        "active": seat.state == Seat.State.ACTIVE,
        "admin": seat.role == Seat.Role.ADMINISTRATOR,
    }

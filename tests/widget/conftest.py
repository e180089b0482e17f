"""What the widget's tests share: a host page's origin, a synced candidate, a ticket's bearer."""

from __future__ import annotations

import pytest
from django.test import Client

from ats_sync.models import Ats, Candidate
from rsc.models import Seat
from tests import factories
from widget import tickets

HOST = "https://ats.acme.test"


@pytest.fixture
def widget_ats(ats) -> Ats:
    """Ada's company's ATS, whose pages may embed the widget."""
    ats.application.script_origins = [HOST]
    ats.application.save()
    return ats


@pytest.fixture
def candidate(widget_ats) -> Candidate:
    """The record in the ATS that the host page is about."""
    return factories.CandidateFactory(
        ats=widget_ats, external_id="CAND-7", emails=["mnorris@gmail.com"]
    )


@pytest.fixture
def frame_query(widget_ats) -> dict[str, str]:
    return {
        "api_key": widget_ats.application.client_id,
        "integration_context": str(widget_ats.context),
        "ats_candidate_id": "CAND-7",
    }


class Bearer:
    """A frame with a ticket in its memory: it posts as frame.js does."""

    def __init__(self, ticket: str) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.ticket = ticket

    def post(self, action: str = "content", **data: str):
        return self.client.post(
            f"/widget/v1/{action}",
            {"ats_candidate_id": "CAND-7", **data},
            headers={"authorization": f"Ticket {self.ticket}"},
        )


@pytest.fixture
def bear(widget_ats):
    """A frame with a good ticket of a seat."""

    def bear(seat: Seat) -> Bearer:
        return Bearer(tickets.issue(tickets.Visit(seat, widget_ats, HOST)))

    return bear

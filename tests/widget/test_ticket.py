"""Who is looking: the pop-up's hand-over and what a ticket opens."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.test import Client

from rsc.models import Seat
from tests import factories
from tests.widget.conftest import HOST, Bearer
from widget import tickets

OPENER = "Cross-Origin-Opener-Policy"


@pytest.fixture
def ask(frame_query) -> dict[str, str]:
    """What the frame's sign-in button asks the pop-up."""
    return frame_query | {"origin": HOST}


def ticket_in(response) -> str:
    found = re.search(r'data-ticket="([^"]+)"', response.text)
    return found[1] if found else ""


def path_with(ask: dict[str, str]) -> str:
    return "/widget/v1/sign-in?" + "&".join(f"{name}={value}" for name, value in ask.items())


def test_a_stranger_to_the_server_signs_in_first(client, ask):
    response = client.get("/widget/v1/sign-in", ask)
    assert response.status_code == 302
    target = urlsplit(response["Location"])
    assert target.path == "/accounts/login/"
    assert parse_qs(target.query)["next"][0].startswith("/widget/v1/sign-in?")


def test_no_page_on_the_way_cuts_the_tie_to_the_frame(client, ask, ada):
    first = client.get("/widget/v1/sign-in", ask)
    login = client.get(first["Location"])
    done = client.post(
        first["Location"],
        {"login": "ada", "password": "correct horse battery", "next": path_with(ask)},
    )
    assert done.status_code == 302
    back = client.get(done["Location"])
    assert "Continue on contract Recruiting" in back.text
    chain = [first, login, done, back]
    assert [response[OPENER] for response in chain] == ["unsafe-none"] * 4


def test_account_pages_outside_a_pop_up_cut_the_tie(client, browse, root, ask):
    assert client.get("/accounts/login/")[OPENER] == "same-origin-allow-popups"
    signed_in = browse(root)
    signed_in.get("/widget/v1/sign-in", ask)  # done: nothing waits any more
    assert signed_in.get("/accounts/password/change/")[OPENER] == "same-origin-allow-popups"


def test_the_pop_up_names_the_person_the_page_and_the_contract(browse, ada, ask):
    text = browse(ada).get("/widget/v1/sign-in", ask).text
    assert "Ada Recruiter" in text
    assert HOST in text
    assert "Continue on contract Recruiting" in text
    assert not ticket_in(browse(ada).get("/widget/v1/sign-in", ask))


def test_continuing_hands_out_a_ticket_that_opens_the_content(browse, ada, ask, candidate):
    response = browse(ada).post(path_with(ask), {"seat": ada.pk})
    answer = Bearer(ticket_in(response)).post("content")
    assert answer.status_code == 200
    assert "Seen as Ada Recruiter" in answer.text


def test_a_ticket_is_never_stored_by_caches(browse, ada, ask):
    response = browse(ada).post(path_with(ask), {"seat": ada.pk})
    assert "no-store" in response["Cache-Control"]


def test_continuing_wants_a_csrf_token(ada, ask):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(path_with(ask), {"seat": ada.pk}).status_code == 403


def test_several_contracts_are_offered_and_the_chosen_one_counts(browse, ada, freshing, ask):
    second = factories.ContractFactory(company=freshing, name="Executive search")
    other = factories.SeatFactory(contract=second, user=ada.user)
    page = browse(ada).get("/widget/v1/sign-in", ask).text
    assert "Continue on contract Recruiting" in page
    assert "Continue on contract Executive search" in page
    response = browse(ada).post(path_with(ask), {"seat": other.pk})
    assert tickets.read(ticket_in(response)).seat == other


def test_who_agreed_is_not_asked_again_until_they_want_to_choose(browse, ada, freshing, ask):
    second = factories.ContractFactory(company=freshing, name="Executive search")
    other = factories.SeatFactory(contract=second, user=ada.user)
    signed_in = browse(ada)
    signed_in.post(path_with(ask), {"seat": other.pk})
    again = signed_in.get("/widget/v1/sign-in", ask)
    assert tickets.read(ticket_in(again)).seat == other
    assert not ticket_in(signed_in.get("/widget/v1/sign-in", ask | {"choose": "yes"}))
    other.state = other.State.PARKED
    other.save()
    assert not ticket_in(signed_in.get("/widget/v1/sign-in", ask))


def test_an_agreement_counts_for_one_page_and_one_session(browse, ada, widget_ats, ask):
    elsewhere = "https://second.example"
    application = widget_ats.application
    application.script_origins = [*application.script_origins, elsewhere]
    application.save()
    signed_in = browse(ada)
    signed_in.post(path_with(ask), {"seat": ada.pk})
    assert not ticket_in(signed_in.get("/widget/v1/sign-in", ask | {"origin": elsewhere}))
    assert not ticket_in(browse(ada).get("/widget/v1/sign-in", ask))


def test_without_a_seat_at_the_company_the_pop_up_says_who_can_help(browse, cy, ask):
    response = browse(cy).get("/widget/v1/sign-in", ask)
    assert "You have no seat at PMM Middleware Test Company" in response.text
    assert "administrator of PMM Middleware Test Company" in response.text
    assert "rsc:no-seat" in response.text
    assert not ticket_in(browse(cy).post(path_with(ask), {"seat": cy.pk}))


def test_nobody_continues_on_somebody_elses_seat(browse, ada, bo, ask):
    assert not ticket_in(browse(ada).post(path_with(ask), {"seat": bo.pk}))


@pytest.mark.parametrize("origin", ["https://evil.test", "", "null"])
def test_an_unlisted_origin_gets_no_ticket(browse, ada, ask, origin):
    response = browse(ada).post(path_with(ask | {"origin": origin}), {"seat": ada.pk})
    assert response.status_code == 403
    assert not ticket_in(response)


# ------------------------------------------------------------------------------- bad tickets
def refused(ticket: str) -> bool:
    response = Bearer(ticket).post("content")
    assert response.status_code in (200, 401)
    if response.status_code == 401:
        assert "Sign in again" in response.text
        assert "Mae" not in response.text
    return response.status_code == 401


def test_an_old_ticket_leads_back_to_signing_in(ada, widget_ats, candidate, monkeypatch):
    past = datetime.now(UTC) - tickets.LIFE - timedelta(seconds=5)
    with monkeypatch.context() as clock:
        clock.setattr(signing.time, "time", past.timestamp)
        ticket = tickets.issue(tickets.Visit(ada, widget_ats, HOST))
    assert refused(ticket)


def test_a_ticket_lasts_almost_fifteen_minutes(ada, widget_ats, candidate, monkeypatch):
    past = datetime.now(UTC) - tickets.LIFE + timedelta(seconds=30)
    with monkeypatch.context() as clock:
        clock.setattr(signing.time, "time", past.timestamp)
        ticket = tickets.issue(tickets.Visit(ada, widget_ats, HOST))
    assert not refused(ticket)


def test_a_forged_ticket_opens_nothing(ada, widget_ats, candidate):
    good = tickets.issue(tickets.Visit(ada, widget_ats, HOST))
    other_salt = signing.dumps({"seat": ada.pk, "ats": widget_ats.pk, "origin": HOST}, salt="x")
    for ticket in ("", "nonsense", good[:-1] + ("a" if good[-1] != "a" else "b"), other_salt):
        assert refused(ticket)


def test_a_session_alone_opens_nothing(browse, ada, candidate):
    for action in ("content", "members", "link", "unlink", "save"):
        response = browse(ada).post(f"/widget/v1/{action}", {"ats_candidate_id": "CAND-7"})
        assert response.status_code == 401


def test_a_seat_taken_away_ends_its_tickets(ada, widget_ats, candidate):
    ticket = tickets.issue(tickets.Visit(ada, widget_ats, HOST))
    assert not refused(ticket)
    Seat.objects.filter(pk=ada.pk).update(state=Seat.State.PARKED)
    assert refused(ticket)


def test_a_person_shut_out_ends_their_tickets(ada, widget_ats, candidate):
    ticket = tickets.issue(tickets.Visit(ada, widget_ats, HOST))
    ada.user.is_active = False
    ada.user.save()
    assert refused(ticket)


def test_an_origin_taken_off_the_list_ends_its_tickets(ada, widget_ats, candidate):
    ticket = tickets.issue(tickets.Visit(ada, widget_ats, HOST))
    widget_ats.application.script_origins = ["https://new.acme.test"]
    widget_ats.application.save()
    assert refused(ticket)


def test_a_ticket_of_another_company_opens_nothing(cy, widget_ats, candidate):
    assert refused(tickets.issue(tickets.Visit(cy, widget_ats, HOST)))

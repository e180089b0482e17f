"""Who may come in, and on which contract."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from rsc.models import Seat
from rsc.seats import SESSION_KEY, SeatMiddleware, seat_required
from tests import factories
from tests.pages import text_of


@seat_required(Seat.Role.ADMINISTRATOR)
def administrators_page(request):
    return HttpResponse("in")


@seat_required()
def page(request):
    return HttpResponse("in")


def ask(view, user, seat=None, **session):
    request = RequestFactory().get("/somewhere/?q=1")
    request.user = user
    request.session = session
    request.seat = seat
    return view(request)


def current_seat(request):
    """The seat that views meet."""
    SeatMiddleware(lambda request: HttpResponse())(request)
    return request.seat or None


def test_an_anonymous_visitor_is_sent_to_sign_in_and_back(db):
    response = ask(page, AnonymousUser())
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/somewhere/%3Fq%3D1"


def test_a_person_without_a_seat_reads_why(db):
    response = ask(page, factories.UserFactory())
    assert response.status_code == 403
    assert b"You have no seat" in response.content


def test_another_role_reads_why(ada):
    response = ask(administrators_page, ada.user, ada)
    assert response.status_code == 403
    assert b"Not open to your role" in response.content


def test_a_seat_comes_in(ada):
    assert ask(page, ada.user, ada).content == b"in"


def test_an_inactive_seat_and_a_stopped_contract_give_no_seat(ada, rf):
    request = rf.get("/")
    request.user, request.session = ada.user, {}
    assert current_seat(request) == ada
    Seat.objects.update(state=Seat.State.PARKED)
    assert current_seat(request) is None
    Seat.objects.update(state=Seat.State.ACTIVE)
    ada.contract.active = False
    ada.contract.save()
    assert current_seat(request) is None


def test_the_chosen_contract_wins_and_a_foreign_choice_is_ignored(ada, cy, rf):
    second = factories.SeatFactory(user=ada.user)
    request = rf.get("/")
    request.user, request.session = ada.user, {SESSION_KEY: second.id}
    assert current_seat(request) == second
    request.session = {SESSION_KEY: cy.id}
    assert current_seat(request) == ada


def test_a_person_with_several_seats_changes_between_them(ada, cy, browse):
    client = browse(ada)
    assert "Change seat" not in text_of(client.get("/talent/"))
    second = factories.SeatFactory(user=ada.user, contract__name="Second")
    assert "Change seat" in text_of(client.get("/talent/"))
    page = text_of(client.get("/talent/seats/"))
    assert "Recruiting Recruiter, at work now" in page
    client.post("/talent/seats/", {"seat": second.pk})
    assert "· Second" in text_of(client.get("/talent/"))
    for foreign in (cy.pk, "x", ""):
        assert client.post("/talent/seats/", {"seat": foreign}).status_code == 404
    second.state = Seat.State.PARKED
    second.save()
    assert "· Recruiting" in text_of(client.get("/talent/"))

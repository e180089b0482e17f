"""The ATS's word for who looks: when it counts, and each reason why it does not."""

from __future__ import annotations

import importlib
import time
import uuid
from urllib.parse import urlencode

import jwt
import pytest
from django.conf import settings
from django.test import Client

from ats_sync import seat_mapping
from ats_sync.models import ApplicationSecret
from rsc.models import AuditEntry, Seat
from tests import factories
from tests.widget.conftest import HOST
from widget import tickets

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(widget_ats) -> str:
    """The customer's client secret; an administrator lets this ATS vouch for people."""
    widget_ats.vouches_for_people = True
    widget_ats.save()
    return ApplicationSecret.make(widget_ats.application)[1]


@pytest.fixture
def vouch(ada, widget_ats, secret):
    """Sign what the ATS's server would sign, with some claims changed."""

    def vouch(*, key: str = secret, **changed: object) -> str:
        now = int(time.time())
        claims = {
            "iss": widget_ats.application.client_id,
            "aud": settings.BASE_URL,
            "sub": ada.user.email,
            "candidate": "CAND-7",
            "iat": now,
            "exp": now + 300,
            "jti": uuid.uuid4().hex,
        } | changed
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, key, algorithm="HS256")

    return vouch


@pytest.fixture
def ask(candidate, frame_query):
    """What frame.js sends with a token from its fragment."""

    def ask(token: str, scheme: str = "Voucher", **data: str):
        return Client(enforce_csrf_checks=True).post(
            "/widget/v1/content",
            frame_query | {"origin": HOST} | data,
            headers={"authorization": f"{scheme} {token}"},
        )

    return ask


def test_a_good_token_shows_the_record_without_a_sign_in(ask, vouch, ada):
    response = ask(vouch())
    assert response.status_code == 200
    assert "Seen as Ada Recruiter" in response.text
    assert AuditEntry.objects.filter(verb="widget.vouched_for", seat=ada).count() == 1


def test_the_frame_goes_on_with_a_ticket_for_that_record_alone(ask, vouch, widget_ats):
    factories.CandidateFactory(ats=widget_ats, external_id="CAND-8", first_name="Other")
    ticket = ask(vouch())["RSC-Ticket"]
    assert "Seen as Ada Recruiter" in ask(ticket, "Ticket").text
    other = ask(ticket, "Ticket", ats_candidate_id="CAND-8")
    assert "No profile for this record" in other.text
    assert "Other" not in other.text


def test_a_token_for_one_record_does_not_open_another(ask, vouch, widget_ats):
    factories.CandidateFactory(ats=widget_ats, external_id="CAND-8", first_name="Other")
    response = ask(vouch(), ats_candidate_id="CAND-8")
    assert "Other" not in response.text


def test_a_token_counts_once(ask, vouch):
    token = vouch()
    assert ask(token).status_code == 200
    again = ask(token)
    assert again.status_code == 401
    assert "used before" in again.text
    assert "Mae" not in again.text


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"exp": int(time.time()) - 60, "iat": int(time.time()) - 200}, "too old"),
        ({"exp": int(time.time()) + 3600}, "more than five minutes"),
        ({"aud": "https://elsewhere.test"}, "Audience"),
        ({"iss": "somebody-else"}, "issuer"),
        ({"jti": None}, "jti"),
        ({"candidate": None}, "candidate"),
        ({"exp": None}, "exp"),
        ({"sub": "stranger@example.com"}, "holds no Recruiter seat"),
        ({"sub": ""}, "holds no Recruiter seat"),
        ({"jti": "nul\x00"}, "no text has"),
        ({"sub": "half\ud800"}, "no text has"),
    ],
)
def test_each_fault_of_a_token_is_named(ask, vouch, changed, reason):
    response = ask(vouch(**changed))
    assert response.status_code == 401
    assert reason in response.text
    assert "Seen as" not in response.text


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "x" * 5000])
def test_nonsense_is_refused(ask, secret, token):
    assert ask(token).status_code == 401


def test_a_token_of_no_algorithm_or_another_key_is_refused(ask, vouch):
    unsigned = jwt.encode({"sub": "ada"}, "", algorithm="none")
    assert ask(unsigned).status_code == 401
    forged = ask(vouch(key="not-the-secret-not-the-secret-not-the-secret"))
    assert "not signed with this application&#x27;s secret" in forged.text


def test_both_live_secrets_sign_while_one_is_rotated(ask, vouch, widget_ats):
    newer = ApplicationSecret.make(widget_ats.application)[1]
    assert ask(vouch(key=newer)).status_code == 200
    assert ask(vouch()).status_code == 200


def test_an_ats_that_may_not_vouch_is_told_who_can_allow_it(ask, vouch, widget_ats):
    widget_ats.vouches_for_people = False
    widget_ats.save()
    response = ask(vouch())
    assert response.status_code == 401
    assert "administrator of PMM Middleware Test Company can allow it" in " ".join(
        response.text.split()
    )


def test_an_unlisted_page_gets_nothing_with_a_good_token(ask, vouch):
    response = ask(vouch(), origin="https://evil.test")
    assert response.status_code == 401
    assert "Mae" not in response.text


def test_a_person_of_another_company_is_not_let_in(ask, vouch, cy):
    assert ask(vouch(sub=cy.user.email)).status_code == 401


# -------------------------------------------------------------------------------- going on
def test_an_unknown_address_counts_once_an_administrator_says_who_that_is(
    ask, vouch, widget_ats, ada, root
):
    elsewhere = {"sub": "Ada@ats.example"}
    assert ask(vouch(**elsewhere)).status_code == 401
    person = widget_ats.people.get()
    assert person.email == "ada@ats.example"
    seat_mapping.map_by_hand(person, ada.user, actor=root)
    assert "Seen as Ada Recruiter" in ask(vouch(**elsewhere)).text
    seat_mapping.forget(person, actor=root)
    assert ask(vouch(**elsewhere)).status_code == 401


def test_a_sign_in_in_the_pop_up_maps_the_person(browse, widget_ats, ada, frame_query):
    url = f"/widget/v1/sign-in?{urlencode(frame_query | {'origin': HOST})}"
    answer = browse(ada).post(url, {"seat": ada.pk})
    assert answer.context["ticket"]
    mapped = widget_ats.people.get()
    assert (mapped.user, mapped.how) == (ada.user, "signed_in")


def test_work_in_the_frame_renews_the_ticket_but_not_for_ever(ada, widget_ats, ask):
    now = int(time.time())
    young = tickets.Visit(ada, widget_ats, HOST, since=now, issued=now - 60)
    older = tickets.Visit(ada, widget_ats, HOST, since=now - 3600, issued=now - 600)
    yesterday = tickets.Visit(ada, widget_ats, HOST, since=now - 8 * 3600 - 1, issued=now - 600)
    assert [one.wants_renewal for one in (young, older, yesterday)] == [False, True, False]


def test_a_sandboxed_frame_may_call_and_any_other_origin_may_not(ask, vouch):
    client = Client()
    asked = client.options("/widget/v1/content", headers={"origin": "null"})
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Origin"] == "null"
    assert "authorization" in asked["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked
    foreign = client.options("/widget/v1/content", headers={"origin": HOST})
    assert "Access-Control-Allow-Origin" not in foreign


def test_a_parked_seat_ends_the_ticket_that_a_token_brought(ask, vouch, ada):
    ticket = ask(vouch())["RSC-Ticket"]
    Seat.objects.filter(pk=ada.pk).update(state=Seat.State.PARKED)
    assert ask(ticket, "Ticket").status_code == 401


def test_the_demo_ats_signs_a_word_that_counts(ask, ada, widget_ats, secret, monkeypatch):
    monkeypatch.syspath_prepend(str(settings.BASE_DIR / "fixtures"))
    client = importlib.import_module("demo_ats.client")
    vouching = importlib.import_module("demo_ats.vouching")
    account = client.Account(
        server=settings.BASE_URL,
        client_id=widget_ats.application.client_id,
        client_secret=secret,
        organization=str(widget_ats.context),
        ats_url=HOST,
        user=ada.user.email,
    )
    assert "No profile is linked to" in ask(vouching.token(account, "CAND-7")).text

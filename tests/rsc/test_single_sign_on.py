"""Sign-in at a company's own provider: a real one, in a process of its own, over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.urls import reverse

from rsc import invitations, sealing
from rsc.models import AuditEntry, Seat, SingleSignOn
from tests import factories
from tests.pages import text_of

pytestmark = pytest.mark.django_db
OURS = "http://testserver"
CALLBACK = f"{OURS}/accounts/oidc/freshing/login/callback/"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """The provider's address, and the file of what it says about its person."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    claims = tmp_path_factory.mktemp("provider") / "claims.json"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO")}
    environment["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # the provider of a test has no TLS
    script = Path(__file__).with_name("oidc_provider.py")
    command = [sys.executable, str(script), str(port), CALLBACK, str(claims)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}", claims
        process.terminate()


@pytest.fixture
def way(provider, freshing) -> SingleSignOn:
    return SingleSignOn.objects.create(
        company=freshing,
        code="freshing",
        issuer=f"{provider[0]}/",
        client_id="recruiter",
        sealed_secret=sealing.seal("shared secret"),
        domains=["people.test"],
    )


@pytest.fixture
def sign_on(provider, client):
    """Walk to the provider and back with what it says; gives the page on which one arrives."""

    def walk(**claims):
        provider[1].write_text(json.dumps(claims))
        there = client.get(reverse("openid_connect_login", args=["freshing"]))
        assert there["Location"].startswith(provider[0])
        back = httpx.get(there["Location"])
        assert back.status_code == 302, back.text
        assert back.headers["Location"].startswith(CALLBACK)
        parts = urlsplit(back.headers["Location"])
        return client.get(f"{parts.path}?{parts.query}", follow=True)

    return walk


def test_a_verified_address_of_the_domain_signs_its_person_in(way, ada, sign_on, client):
    page = sign_on(email="ADA@people.test", email_verified=True)
    assert page.wsgi_request.user == ada.user
    assert client.get(reverse("recruiter:home")).status_code == 200
    assert AuditEntry.objects.filter(verb="person.signed_on", actor=ada.user).exists()
    ada.user.refresh_from_db()
    assert not ada.user.socialaccount_set.exists()  # nothing is kept of what the provider said


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ada@people.test"},
        {"email": "ada@people.test", "email_verified": False},
        {"email": "ada@people.test", "email_verified": "false"},
        {"email": "nobody@people.test", "email_verified": True},
        {"email": "cy@people.test", "email_verified": True},  # of another company
        {"email": "root@people.test", "email_verified": True},  # the operator
        {},
    ],
    ids=str,
)
def test_no_other_claim_opens_anything(way, ada, cy, root, sign_on, claims):
    page = sign_on(**claims)
    assert page.status_code == 403
    assert "You are not signed in" in text_of(page)
    assert not page.wsgi_request.user.is_authenticated


def test_a_provider_is_not_believed_about_other_domains(way, ada, sign_on):
    way.domains = ["freshing.test"]
    way.save()
    assert sign_on(email="ada@people.test", email_verified=True).status_code == 403


def test_who_is_invited_takes_the_seat_by_signing_on(way, contract, sign_on):
    invitations.invite(contract, "eve@people.test", first_name="Eve")
    sign_on(email="eve@people.test", email_verified=True)
    assert Seat.objects.get(user__email="eve@people.test").state == Seat.State.ACTIVE


def test_nobody_signs_on_to_a_seat_that_was_taken_away(way, ada, sign_on):
    invitations.change_state(ada, Seat.State.INACTIVE)
    assert sign_on(email="ada@people.test", email_verified=True).status_code == 403


def test_where_it_is_required_a_password_is_not_enough(way, ada, root, client):
    way.required = True
    way.save()
    for user in (ada.user, root):
        client.logout()
        fields = {"login": user.username, "password": "correct horse battery"}
        page = client.post(reverse("account_login"), fields)
        if user == root:
            assert page.status_code == 302  # operators can always enter
        else:
            assert "a password is not enough here" in text_of(page)
            assert not client.get(reverse("account_login")).wsgi_request.user.is_authenticated


def test_a_contract_has_a_way_of_its_own(way, ada, di, sign_on):
    way.contract = di.contract
    way.save()
    assert sign_on(email="ada@people.test", email_verified=True).status_code == 403
    assert sign_on(email="di@people.test", email_verified=True).wsgi_request.user == di.user


def test_the_domain_finds_the_way_and_no_page_names_customers(way, client):
    page = client.get(reverse("account_login"))
    assert "Single sign-on" in text_of(page)
    assert "PMM" not in text_of(page)
    address = reverse("single_sign_on")
    assert "No company here" in text_of(client.post(address, {"email": "a@other.test"}))
    page = client.post(f"{address}?next=/talent/search/", {"email": "a@people.test"})
    assert "/accounts/oidc/freshing/login/?next=/talent/search/" in page.content.decode()
    way.active = False
    way.save()
    assert client.get(reverse("openid_connect_login", args=["freshing"])).status_code == 404


def test_a_provider_that_does_not_answer_is_named_and_loses_nobody(way, client):
    way.issuer = "http://127.0.0.1:1"
    way.save()
    page = client.get(reverse("openid_connect_login", args=[way.code]))
    assert page.status_code == 502
    assert f"{way} cannot sign anybody in just now" in page.content.decode()
    assert reverse("account_login") in page.content.decode()
    assert client.get(reverse("openid_connect_login", args=["nobody"])).status_code == 404


def test_signed_in_people_cannot_tie_a_provider_to_their_account(way, provider, browse, cy):
    visitor = browse(cy)
    assert "PMM" not in text_of(visitor.get(reverse("socialaccount_connections")))
    provider[1].write_text(json.dumps({"email": "cy@people.test", "email_verified": True}))
    there = visitor.get(reverse("openid_connect_login", args=["freshing"]), {"process": "connect"})
    parts = urlsplit(httpx.get(there["Location"]).headers["Location"])
    assert visitor.get(f"{parts.path}?{parts.query}").status_code == 403
    assert not cy.user.socialaccount_set.exists()


def test_people_with_a_seat_elsewhere_sign_in_as_before(way, client):
    seat = factories.SeatFactory()
    way.required = True
    way.save()
    fields = {"login": seat.user.username, "password": "correct horse battery"}
    assert client.post(reverse("account_login"), fields).status_code == 302

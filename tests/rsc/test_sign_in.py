"""Signing in, being locked out, and the pages around it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def sign_in(client: Client, login: str, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": login, "password": password})


@pytest.mark.parametrize("login", ["ada", "ada@people.test", "ADA@people.test"])
def test_people_sign_in_by_name_or_address(client, login):
    factories.UserFactory(username="ada")
    response = sign_in(client, login)
    assert response.status_code == 302
    assert response["Location"] == "/"


def test_a_wrong_password_is_said_without_saying_which_half_was_wrong(client):
    factories.UserFactory(username="ada")
    known = sign_in(client, "ada", "wrong").content.decode()
    unknown = sign_in(client, "nobody", "wrong").content.decode()
    for page in (known, unknown):
        assert "not correct" in page


def test_ten_failures_lock_the_name_for_that_address(client, settings):
    factories.UserFactory(username="ada")
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert sign_in(client, "ada", "wrong").status_code == 200
    assert sign_in(client, "ada", "wrong").status_code == 429
    locked = sign_in(client, "ada")
    assert locked.status_code == 429
    assert b"Locked for now" in locked.content
    assert sign_in(Client(REMOTE_ADDR="10.9.9.9"), "ada").status_code == 302


def test_strangers_open_no_account_unless_the_operator_lets_them(client, settings):
    assert b"closed" in client.get("/accounts/signup/").content.lower()
    settings.ACCOUNTS_OPEN = True
    assert b"password1" in client.get("/accounts/signup/").content


def test_pages_carry_a_strict_content_security_policy(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_pages_around_sign_in_open(client, browse):
    user = factories.UserFactory()
    assert client.get("/accounts/password/reset/").status_code == 200
    for path in ("/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/"):
        assert browse(user).get(path).status_code == 200, path

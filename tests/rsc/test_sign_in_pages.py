"""The pages of the house on which people sign in and keep their account."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from tests import factories
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def test_the_sign_in_page_says_which_server_this_is(client):
    page = client.get(reverse("account_login"), headers={"host": "localhost:8000"})
    assert "Recruiter System Connect at localhost:8000" in text_of(page)


def test_strangers_are_offered_an_account_only_where_that_is_open(client, settings):
    offer = "Members may open an account."
    assert offer not in text_of(client.get(reverse("account_login")))
    closed = client.get(reverse("account_signup"))
    assert "Sign-up is closed here" in text_of(closed)
    settings.ACCOUNTS_OPEN = True
    assert offer in text_of(client.get(reverse("account_login")))
    assert client.get(reverse("account_signup")).status_code == 200


def test_a_forgotten_password_is_set_anew_by_a_link_in_a_message(ada, client):
    page = client.post(reverse("account_reset_password"), {"email": ada.user.email}, follow=True)
    assert "Look into your mail" in text_of(page)
    link = next(word for word in mail.outbox[0].body.split() if "/accounts/password/reset/" in word)
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    fresh = "a much better one"
    client.post(address, {"password1": fresh, "password2": fresh})
    assert client.login(request=page.wsgi_request, username="ada", password=fresh)


def test_an_unknown_address_gets_the_same_answer(client, db):
    page = client.post(
        reverse("account_reset_password"), {"email": "nobody@people.test"}, follow=True
    )
    assert "Look into your mail" in text_of(page)


@pytest.mark.parametrize(
    "name", ["account_change_password", "account_email", "mfa_index", "account_logout"]
)
def test_the_pages_of_an_account_lead_to_each_other(name, ada, browse):
    text = text_of(browse(ada).get(reverse(name)))
    assert "Password E-mail addresses Two-factor sign-in" in text


def test_a_member_without_a_seat_learns_why_there_is_nothing_to_see(mae, browse):
    user = factories.UserFactory(first_name="Mae", last_name="Norris")
    mae.user = user
    mae.save()
    page = browse(user).get("/talent/")
    assert page.status_code == 403
    assert "you hold no active seat" in text_of(page)
    assert "Your own profile is here" in text_of(page)


def test_who_has_neither_seat_nor_profile_learns_who_can_give_a_seat(browse, db):
    page = browse(factories.UserFactory()).get("/talent/")
    assert "An administrator of your company" in text_of(page)
    assert "Your own profile" not in text_of(page)

"""Tokens: contract.md 2 and CF-01 to CF-09, CF-15, CF-16 of its checklist."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant

from ats_sync import access_tokens
from ats_sync.models import ApplicationSecret, DeveloperApplication
from tests import factories

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def child(db) -> DeveloperApplication:
    return factories.ChildApplicationFactory(
        client_id="childapp77", redirect_uris="https://ats.test/back https://ats.test/other"
    )


@pytest.fixture
def secret(child) -> str:
    return ApplicationSecret.make(child)[1]


def ask(client: Client, label: str = FORM, **values: str):
    body = "&".join(f"{name}={value}" for name, value in values.items())
    return client.post("/oauth/v2/accessToken", body, content_type=label)


def ask_well(client: Client, secret: str, **more: str):
    values = {"grant_type": "client_credentials", "client_id": "childapp77"}
    return ask(client, **{**values, "client_secret": secret, **more})


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def read_integrations(client: Client, **headers: str):
    query = "integrationContext=urn:li:organization:1&ids[0].integrationType=CSA_API"
    return client.get(f"/v2/atsIntegrations?ids[0].{query}", headers=headers)


def test_an_application_gets_a_token_for_thirty_minutes(client, child, secret):
    answer = ask_well(client, secret)
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 1800
    assert set(answer.json()) == {"access_token", "expires_in"}
    assert answer["Cache-Control"] == "no-store"


def test_a_body_labelled_as_plain_text_is_read_all_the_same(client, child, secret):
    body = f"grant_type=client_credentials&client_id=childapp77&client_secret={secret}"
    answer = client.post("/oauth/v2/accessToken", body, content_type="text/plain")
    assert answer.status_code == 200


def test_credentials_may_come_by_basic_authentication(client, child, secret):
    basic = base64.b64encode(f"childapp77:{secret}".encode()).decode()
    answer = client.post(
        "/oauth/v2/accessToken",
        "grant_type=client_credentials",
        content_type=FORM,
        headers={"Authorization": f"Basic {basic}"},
    )
    assert answer.status_code == 200


def test_credentials_in_the_url_are_not_read(client, child, secret):
    url = f"/oauth/v2/accessToken?client_id=childapp77&client_secret={secret}"
    answer = client.post(url, "grant_type=client_credentials", content_type=FORM)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("values", "status", "error", "description"),
    [
        ({"client_secret": "nope"}, 401, "invalid_client_id", "Client authentication failed"),
        ({"client_id": "nobody"}, 401, "invalid_client_id", "Client authentication failed"),
        ({"client_id": "a%00b"}, 400, "invalid_client_id", "The client id is malformed"),
        (
            {"client_secret": ""},
            400,
            "invalid_request",
            'A required parameter "client_secret" is missing',
        ),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "'password' is not supported"),
    ],
)
def test_a_refusal_reads_as_published(client, child, secret, values, status, error, description):
    answer = ask_well(client, secret, **values)
    assert answer.status_code == status
    assert answer.json() == {"error": error, "error_description": description}


def test_an_application_of_another_kind_is_denied(client, child, secret):
    child.authorization_grant_type = DeveloperApplication.GRANT_AUTHORIZATION_CODE
    child.save()
    answer = ask_well(client, secret)
    assert (answer.status_code, answer.json()["error"]) == (401, "access_denied")


def test_a_second_token_leaves_the_first_one_good(client, child, secret):
    first = ask_well(client, secret).json()["access_token"]
    ask_well(client, secret)
    assert read_integrations(client, **bearer(first)).status_code == 403  # no rights, but a token


def test_no_table_holds_the_text_of_a_token(client, child, secret):
    text = ask_well(client, secret).json()["access_token"]
    stored = AccessToken.objects.get()
    assert stored.token == ""
    assert text not in str(AccessToken.objects.values().get())


def test_both_secrets_work_while_a_rotation_lasts(client, child, secret):
    _, other = ApplicationSecret.make(child)
    assert ask_well(client, secret).status_code == 200
    assert ask_well(client, other).status_code == 200


# ------------------------------------------------------------------------------------ bearers
def test_a_call_without_a_token_is_told_so(client, db):
    answer = read_integrations(client)
    assert answer.status_code == 401
    assert answer.json() == {
        "message": "Empty oauth2_access_token",
        "serviceErrorCode": 401,
        "status": 401,
    }
    assert answer["X-RestLi-Error-Response"] == "true"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic abc", "token"])
def test_anything_but_a_bearer_token_counts_as_none(client, db, header):
    assert read_integrations(client, Authorization=header).json()["serviceErrorCode"] == 401


def test_an_unknown_token_is_invalid(client, db):
    answer = read_integrations(client, **bearer("made-up"))
    assert (answer.status_code, answer.json()["serviceErrorCode"]) == (401, 65600)


def test_an_expired_token_is_told_from_an_unknown_one(client, child):
    text = access_tokens.issue(child)
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    answer = read_integrations(client, **bearer(text))
    assert answer.status_code == 401
    assert answer.json() == {
        "status": 401,
        "serviceErrorCode": 65602,
        "message": "The token used in the request has expired",
    }


def test_revoked_tokens_are_void_at_once_and_new_ones_work(client, child, root):
    old = access_tokens.issue(child)
    access_tokens.revoke_all(child, actor=root)
    answer = read_integrations(client, **bearer(old))
    assert (answer.status_code, answer.json()["serviceErrorCode"]) == (401, 65601)
    assert read_integrations(client, **bearer(access_tokens.issue(child))).status_code == 403


def test_finding_out_who_calls_takes_one_query(child, django_assert_num_queries):
    text = access_tokens.issue(child)
    with django_assert_num_queries(1):
        token = access_tokens.find(text)
        assert token.application.is_parent is False
        assert access_tokens.state_of(token).value == "active"


def test_old_tokens_are_swept_and_recent_ones_kept(child):
    access_tokens.issue(child)
    access_tokens.issue(child)
    first = AccessToken.objects.earliest("pk")
    AccessToken.objects.filter(pk=first.pk).update(expires=timezone.now() - timedelta(days=8))
    assert access_tokens.sweep() == 1
    assert AccessToken.objects.count() == 1


# ------------------------------------------------------------------------------- introspection
def look_at(client: Client, secret: str, text: str):
    body = f"client_id=childapp77&client_secret={secret}&token={text}"
    return client.post("/oauth/v2/introspectToken", body, content_type=FORM)


def test_an_application_can_look_at_its_own_token(client, child, secret):
    text = access_tokens.issue(child)
    answer = look_at(client, secret, text).json()
    stored = AccessToken.objects.get()
    assert answer == {
        "active": True,
        "status": "active",
        "client_id": "childapp77",
        "scope": "",
        "created_at": int(stored.created.timestamp()),
        "authorized_at": int(stored.created.timestamp()),
        "expires_at": int(stored.expires.timestamp()),
        "auth_type": "2L",
    }


def test_of_a_foreign_token_nothing_is_told(client, child, secret):
    text = access_tokens.issue(factories.ChildApplicationFactory())
    assert look_at(client, secret, text).json() == {"active": False}


def test_an_expired_token_is_not_active(client, child, secret):
    text = access_tokens.issue(child)
    AccessToken.objects.update(expires=timezone.now())
    answer = look_at(client, secret, text).json()
    assert (answer["active"], answer["status"]) == (False, "expired")


def test_a_look_needs_the_right_secret(client, child, secret):
    assert look_at(client, "nope", "x").status_code == 401
    assert look_at(client, secret, "").status_code == 400


# --------------------------------------------------------------------------- three-legged login
LOGIN = {
    "response_type": "code",
    "client_id": "childapp77",
    "redirect_uri": "https://ats.test/back",
    "state": "s&1",
    "scope": "r_liteprofile",
}


def test_a_person_who_agrees_is_known_to_the_ats(client, browse, ada, child, secret):
    ada_at = browse(ada)
    url = "/oauth/v2/authorization"
    page = ada_at.get(url, LOGIN)
    assert child.name in page.content.decode()
    assert "https://ats.test" in page["Content-Security-Policy"]
    answer = ada_at.post(f"{url}?{'&'.join(f'{k}={v}' for k, v in quoted(LOGIN))}", {"allow": "1"})
    back = urlsplit(answer["Location"])
    assert answer["Location"].startswith("https://ats.test/back?")
    assert parse_qs(back.query)["state"] == ["s&1"]
    code = parse_qs(back.query)["code"][0]
    assert not Grant.objects.filter(code=code).exists(), "a code is stored as a checksum"

    grant = {"grant_type": "authorization_code", "code": code}
    token = ask_well(client, secret, **grant, redirect_uri="https://ats.test/back").json()
    me = client.get("/v2/me?fields=id", headers=bearer(token["access_token"]))
    assert me.json() == {"id": ada.user.person_id}

    again = ask_well(client, secret, **grant, redirect_uri="https://ats.test/back")
    assert again.status_code == 401, "a code is good once"
    data = read_integrations(client, **bearer(token["access_token"]))
    assert data.status_code == 403, "a person's token opens no data"


def quoted(values: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, value.replace("&", "%26")) for name, value in values.items()]


def test_a_person_who_cancels_goes_back_with_an_error(browse, ada, child):
    query = "&".join(f"{k}={v}" for k, v in quoted(LOGIN))
    answer = browse(ada).post(f"/oauth/v2/authorization?{query}", {"cancel": "1"})
    back = parse_qs(urlsplit(answer["Location"]).query)
    assert back["error"] == ["user_cancelled_authorize"]
    assert "code" not in back


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.test/back"},
        {"redirect_uri": "https://ats.test/back/more"},
        {"client_id": "nobody"},
        {"client_id": "a\0b"},
        {"response_type": "token"},
        {"scope": "w_everything"},
    ],
)
def test_a_wrong_login_request_redirects_nowhere(browse, ada, child, change):
    answer = browse(ada).get("/oauth/v2/authorization", {**LOGIN, **change})
    assert answer.status_code == 401


def test_a_login_needs_a_signed_in_person(client, child):
    answer = client.get("/oauth/v2/authorization", LOGIN)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_a_code_for_one_application_is_no_good_for_another(client, ada, child, secret):
    other = factories.ChildApplicationFactory()
    code = access_tokens.make_code(other, ada.user, callback="https://x.test/", scope="")
    answer = ask_well(
        client, secret, grant_type="authorization_code", code=code, redirect_uri="https://x.test/"
    )
    assert answer.status_code == 401


def test_an_application_token_is_nobody(client, child):
    answer = client.get("/v2/me", headers=bearer(access_tokens.issue(child)))
    assert (answer.status_code, answer.json()["serviceErrorCode"]) == (403, 100)


@pytest.mark.parametrize("path", ["accessToken", "introspectToken"])
def test_every_refusal_of_oauth_is_json_and_bears_a_uuid(db, client, settings, path):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    address = f"/oauth/v2/{path}"
    answers = [
        client.get(address),
        client.post(address, "", content_type=FORM),
        client.post(address, "x" * 2_000, content_type=FORM),
    ]
    assert [answer.status_code for answer in answers] == [405, 400, 413]
    assert answers[0]["Allow"] == "POST"
    assert all(answer.json()["error"] == "invalid_request" for answer in answers)
    assert len({answer["x-li-uuid"] for answer in answers}) == 3

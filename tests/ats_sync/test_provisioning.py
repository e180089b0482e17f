"""Provisioning and secret rotation over the wire: CF-10 to CF-15."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from ats_sync import access_tokens
from ats_sync.models import ApplicationSecret, DeveloperApplication
from tests import factories

PATH = "/v2/provisionedApplications"
ROTATE = "/v2/developerApplicationsSecurity?action="
CUSTOMER = {
    "uniqueForeignId": "cust-0042",
    "name": "DemoATS - Acme",
    "description": "Acme tenant",
    "validJsSdkDomains": ["https://ats.acme.test"],
}


class Caller:
    """An application that calls us with a token of its own."""

    def __init__(self, application: DeveloperApplication) -> None:
        self.headers = {"Authorization": f"Bearer {access_tokens.issue(application)}"}

    def post(self, path: str, body: Any, **headers: str):
        return Client().post(
            path, json.dumps(body), content_type="application/json",
            headers={**self.headers, **headers},
        )  # fmt: skip

    def get(self, path: str):
        return Client().get(path, headers=self.headers)


@pytest.fixture
def vendor(db) -> DeveloperApplication:
    return factories.VendorFactory()


@pytest.fixture
def vendor_calls(vendor) -> Caller:
    return Caller(vendor)


@pytest.fixture
def made(vendor_calls) -> dict[str, Any]:
    return vendor_calls.post(PATH, CUSTOMER).json()


@pytest.mark.parametrize("path", [PATH, f"{PATH}/", "/rest/provisionedApplications"])
def test_a_vendor_makes_an_application_for_a_customer(vendor, vendor_calls, path):
    headers = {"LinkedIn-Version": "202603"} if "/rest/" in path else {}
    answer = vendor_calls.post(path, CUSTOMER, **headers)
    child = DeveloperApplication.objects.get(parent=vendor)
    assert answer.status_code == 201
    assert answer["X-RestLi-Id"] == str(child.urn)
    assert answer.json()["key"] == f"urn:li:developerApplication:{child.pk}"
    assert answer.json()["credentials"]["client_id"] == child.client_id
    assert child.script_origins == ["https://ats.acme.test"]


def test_the_credentials_fetch_a_token(made):
    credentials = made["credentials"]
    body = "&".join(f"{name}={value}" for name, value in credentials.items())
    answer = Client().post(
        "/oauth/v2/accessToken",
        f"grant_type=client_credentials&{body}",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200


def test_the_same_foreign_id_never_makes_a_second_application(vendor, vendor_calls, made):
    answer = vendor_calls.post(PATH, {**CUSTOMER, "name": "Again"})
    assert (answer.status_code, answer.json()["status"]) == (409, 409)
    assert vendor.children.count() == 1


def test_two_vendors_may_use_the_same_foreign_id(made):
    other = Caller(factories.VendorFactory())
    assert other.post(PATH, CUSTOMER).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("uniqueForeignId", ""),
        ("uniqueForeignId", None),
        ("uniqueForeignId", "x" * 256),
        ("name", ""),
        ("name", "x" * 51),
        ("validJsSdkDomains", ["https://ats.test/path"]),
        ("validJsSdkDomains", ["ats.test"]),
        ("validJsSdkDomains", ["https://*.test"]),
        ("validJsSdkDomains", ["https://a.test; script-src *"]),
        ("oauth2AuthorizedCallbackUrls", ["/relative"]),
        ("oauth2AuthorizedCallbackUrls", ["https://a.test/b c"]),
        ("oauth2AuthorizedCallbackUrls", ["javascript:alert(1)"]),
        ("oauth2AuthorizedCallbackUrls", ["https://[broken/"]),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_field(vendor, vendor_calls, field, value):
    answer = vendor_calls.post(PATH, {**CUSTOMER, field: value})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(f"/{field} :: ")
    assert not vendor.children.exists()


@pytest.mark.parametrize("field", ["uniqueForeignId", "name", "description"])
def test_a_missing_field_is_named(vendor_calls, field):
    answer = vendor_calls.post(PATH, {k: v for k, v in CUSTOMER.items() if k != field})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(f"/{field} :: field is required")


def test_a_customers_token_cannot_provision(vendor):
    child = Caller(factories.ChildApplicationFactory(parent=vendor))
    answer = child.post(PATH, CUSTOMER)
    assert answer.status_code == 403
    assert answer.json()["message"] == (
        "Not enough permissions to access: POST /provisionedApplications"
    )


def test_an_update_replaces_the_arrays_whole(vendor_calls, made):
    origins = ["https://ats.acme.test", "http://localhost:5000"]
    patch = {"patch": {"$set": {"validJsSdkDomains": origins}}}
    answer = vendor_calls.post(f"{PATH}/{made['key']}", patch)
    assert (answer.status_code, answer.content) == (204, b"")
    child = DeveloperApplication.objects.get(unique_foreign_id="cust-0042")
    assert child.script_origins == origins
    assert child.name == "DemoATS - Acme"


def test_an_update_may_escape_the_urn_and_clear_an_array(vendor_calls, made):
    path = f"{PATH}/{made['key'].replace(':', '%3A')}"
    patch = {"patch": {"$delete": ["validJsSdkDomains"]}}
    assert vendor_calls.post(path, patch).status_code == 204
    assert DeveloperApplication.objects.get(unique_foreign_id="cust-0042").script_origins == []


def test_an_update_with_a_bad_value_changes_nothing(vendor_calls, made):
    patch = {"patch": {"$set": {"name": "New", "validJsSdkDomains": ["nonsense"]}}}
    assert vendor_calls.post(f"{PATH}/{made['key']}", patch).status_code == 400
    assert DeveloperApplication.objects.filter(name="DemoATS - Acme").exists()


def test_a_strangers_application_cannot_be_changed(made):
    stranger = Caller(factories.VendorFactory())
    patch = {"patch": {"$set": {"name": "Mine"}}}
    assert stranger.post(f"{PATH}/{made['key']}", patch).status_code == 404
    assert stranger.post(f"{PATH}/urn:li:person:x", patch).status_code == 400


def find(caller: Caller, foreign_id: str = "cust-0042") -> list[dict[str, Any]]:
    path = f"{PATH}/?q=credentialsByUniqueForeignId&uniqueForeignId={foreign_id}"
    return caller.get(path).json()["elements"]


def test_an_application_is_found_by_its_foreign_id(vendor_calls, made):
    assert find(vendor_calls) == [
        {
            "key": made["key"],
            "credentials": {"client_id": made["credentials"]["client_id"]},
            "uniqueForeignId": "cust-0042",
            "name": "DemoATS - Acme",
            "description": "Acme tenant",
            "validJsSdkDomains": ["https://ats.acme.test"],
            "oauth2AuthorizedCallbackUrls": [],
        }
    ]
    assert find(vendor_calls, "cust-9999") == []
    assert find(Caller(factories.VendorFactory())) == []


def test_finding_tells_the_secret_only_where_the_operator_says_so(vendor_calls, made, settings):
    settings.FIND_RETURNS_SECRET = True
    assert find(vendor_calls)[0]["credentials"] == made["credentials"]


# -------------------------------------------------------------------------------------- secrets
def roll(caller: Caller, **parameters: str):
    return caller.post(f"{ROTATE}rollDeveloperApplicationSecret", parameters)


def test_a_vendor_rolls_a_customers_secret_and_both_work(vendor_calls, made):
    answer = roll(vendor_calls, childDeveloperApplication=made["key"])
    child = DeveloperApplication.objects.get(unique_foreign_id="cust-0042")
    assert answer.status_code == 200
    assert child.secret_is_right(answer.json()["value"]["client_secret"])
    assert child.secret_is_right(made["credentials"]["client_secret"])


def test_a_third_secret_is_refused_until_one_is_deleted(vendor_calls, made):
    new = roll(vendor_calls, childDeveloperApplication=made["key"])
    assert roll(vendor_calls, childDeveloperApplication=made["key"]).status_code == 400
    old = {
        "childDeveloperApplication": made["key"],
        "clientSecret": made["credentials"]["client_secret"],
    }
    path = f"{ROTATE}deleteDeveloperApplicationSecret"
    assert vendor_calls.post(path, old).status_code == 200
    child = DeveloperApplication.objects.get(unique_foreign_id="cust-0042")
    assert not child.secret_is_right(old["clientSecret"])
    assert vendor_calls.post(path, old).status_code == 400, "it is gone"
    last = {**old, "clientSecret": new.json()["value"]["client_secret"]}
    assert vendor_calls.post(path, last).status_code == 400, "the last one stays"
    assert roll(vendor_calls, childDeveloperApplication=made["key"]).status_code == 200


def test_an_application_rolls_its_own_secret(vendor):
    child = factories.ChildApplicationFactory(parent=vendor)
    ApplicationSecret.make(child)
    assert roll(Caller(child)).status_code == 200
    assert child.secrets.live().count() == 2


def test_nobody_rolls_the_secret_of_a_stranger(vendor, made):
    child = factories.ChildApplicationFactory(parent=vendor)
    assert roll(Caller(child), childDeveloperApplication=made["key"]).status_code == 403
    stranger = Caller(factories.VendorFactory())
    assert roll(stranger, childDeveloperApplication=made["key"]).status_code == 404


def test_secrets_are_sealed_where_they_are_stored(made):
    secret = made["credentials"]["client_secret"]
    assert secret not in str(list(ApplicationSecret.objects.values()))
    assert secret not in str(list(DeveloperApplication.objects.values()))

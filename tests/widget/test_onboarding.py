"""The onboarding widget: what the frame offers, who may agree, and what comes of it."""

from __future__ import annotations

import html
import json
import re

import pytest

from ats_sync.models import Ats, Integration
from rsc.models import AuditEntry, Seat
from tests import factories
from tests.widget.conftest import HOST

pytestmark = pytest.mark.django_db
BOTH = "RECRUITER_SYSTEM_CONNECT_COMPANY,RECRUITER_SYSTEM_CONNECT_CONTRACT"


@pytest.fixture
def application():
    """A customer's application that no company has connected yet."""
    return factories.ChildApplicationFactory(name="Acme ATS", script_origins=[HOST])


@pytest.fixture
def root_seat(ada, root) -> Seat:
    """A seat of an administrator on the contract of Ada."""
    seat, _ = Seat.objects.update_or_create(
        contract=ada.contract, user=root, defaults={"role": Seat.Role.ADMINISTRATOR}
    )
    return seat


@pytest.fixture
def path(application) -> str:
    return f"/widget/v1/connect?api_key={application.client_id}&bundles={BOTH}&origin={HOST}"


def agreed(seat: Seat, **changed: object) -> dict[str, object]:
    form = {
        "company": seat.company_id,
        "contract": [seat.contract_id],
        "whole_company": "on",
        "agree": "on",
    } | changed
    return {name: value for name, value in form.items() if value is not None}


def outcome_in(text: str) -> list[dict[str, str]]:
    found = re.search(r'<script id="outcome" type="application/json">(.*?)</script>', text)
    return json.loads(html.unescape(found[1])) if found else []


def test_the_frame_holds_a_button_for_listed_pages_and_no_data(client, application):
    asked = {"api_key": application.client_id, "bundles": BOTH}
    response = client.get("/widget/v1/onboarding", asked)
    assert response.status_code == 200
    assert "Choose and connect" in response.text
    assert f"frame-ancestors {HOST}" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response


def test_products_that_we_do_not_have_are_named_as_such(client, application):
    asked = {"api_key": application.client_id, "bundles": "APPLY_WITH_LINKEDIN"}
    text = client.get("/widget/v1/onboarding", asked).text
    assert "products that this server does not have" in text
    assert "Choose and connect" not in text


def test_a_strange_key_or_page_is_refused(client, browse, root_seat, application):
    assert client.get("/widget/v1/onboarding", {"api_key": "nope"}).status_code == 403
    evil = f"/widget/v1/connect?api_key={application.client_id}&origin=https://evil.test"
    assert browse(root_seat).get(evil).status_code == 403


def test_both_bundles_give_the_four_features_of_the_contract(browse, root_seat, path, application):
    page = browse(root_seat)
    assert "InMails, notes and seats" in page.get(path).text
    outcome = outcome_in(page.post(path, agreed(root_seat)).text)
    company, contract = f"{root_seat.contract.company.urn}", f"{root_seat.contract.urn}"
    assert [(one["integrationContext"], one["integrationType"]) for one in outcome] == [
        (company, "IN_ATS_INDICATOR"),
        (company, "ONE_CLICK_EXPORT"),
        (company, "PROFILE_PLUGIN"),
        (contract, "CSA_API"),
    ]
    assert {one["status"] for one in outcome} == {"REQUESTED"}
    assert outcome[3]["bundledIntegrationType"] == "RECRUITER_SYSTEM_CONNECT_CONTRACT"
    assert Ats.objects.get(application=application).name == "Acme ATS"
    assert AuditEntry.objects.filter(verb="ats.connected").count() == 1


def test_connecting_twice_asks_for_nothing_twice(browse, root_seat, path):
    page = browse(root_seat)
    first = outcome_in(page.post(path, agreed(root_seat)).text)
    second = outcome_in(page.post(path, agreed(root_seat)).text)
    assert first == second
    assert Integration.objects.count() == 4


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"agree": None}, "unless you agree"),
        ({"company": None}, "Choose a company"),
        ({"company": "0"}, "Choose a company"),
        ({"whole_company": None, "contract": None}, "Choose what to connect"),
    ],
)
def test_nothing_is_shared_without_a_choice_and_an_agreement(
    browse, root_seat, path, changed, complaint
):
    text = browse(root_seat).post(path, agreed(root_seat, **changed)).text
    assert complaint in text
    assert not Integration.objects.exists()


def test_only_administrators_may_agree_and_only_for_their_own(browse, ada, cy, root_seat, path):
    assert "An administrator has to do this" in browse(ada).get(path).text
    browse(ada).post(path, agreed(ada))
    browse(root_seat).post(path, agreed(root_seat, company=cy.company_id))
    browse(root_seat).post(path, agreed(root_seat, whole_company=None, contract=[cy.contract_id]))
    assert not Integration.objects.exists()


def test_who_is_not_signed_in_signs_in_first_and_comes_back(client, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/widget/v1/connect")

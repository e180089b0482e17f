"""Naming, verifying and configuring features over the wire: CF-20 to CF-31."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from ats_sync import access_tokens, activation
from ats_sync.models import Ats, CallbackDelivery, Integration
from tests import factories

Type = Integration.Type
VERSION = {"LinkedIn-Version": "202603"}
HTTPS = "https://ats.acme.test/li/cb/42"
EVERYONE = "ALL_PRODUCT_USERS"


@pytest.fixture
def new_ats(freshing, contract) -> Ats:
    """An ATS for which the customer has asked for everything, on one contract."""
    ats = factories.AtsFactory(company=freshing)
    activation.request_company_level(ats)
    activation.request_contract_level(ats, contract)
    return ats


def call(who: Ats, method: str, path: str, body: Any = None, **headers: str):
    token = access_tokens.issue(who.application)
    return Client().generic(
        method,
        path,
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **headers},
    )


def ids(context: object, *types: str) -> str:
    return "&".join(
        f"ids[{place}].integrationContext={context}&ids[{place}].integrationType={one}"
        f"&ids[{place}].tenantType=RECRUITER&ids[{place}].dataProvider=ATS"
        for place, one in enumerate(types)
    )


def key(context: object, one: str) -> str:
    return (
        f"integrationContext={context}&integrationType={one}&tenantType=RECRUITER&dataProvider=ATS"
    )


def answered(context: object, one: str) -> str:
    escaped = str(context).replace(":", "%3A")
    return (
        f"dataProvider=ATS&integrationContext={escaped}&integrationType={one}&tenantType=RECRUITER"
    )


def name(who: Ats, context: object, one: str, text: str = "Acme"):
    body = {"entities": {key(context, one): {"patch": {"$set": {"integrationName": text}}}}}
    path = f"/v2/atsIntegrations?{ids(context, one)}"
    return call(who, "POST", path, body, **{"X-RestLi-Method": "batch_partial_update"})


def configurations(context: object, one: str, *settings: str) -> str:
    query = "&".join(f"ids={setting}" for setting in settings)
    return f"/v2/atsIntegrations/{key(context, one)}/configurations?{query}"


def put(who: Ats, context: object, one: str, setting: str, value: str):
    body = {"entities": {setting: {"configurationValue": {"string": value}}}}
    return call(who, "PUT", configurations(context, one, setting), body)


def test_a_vendor_names_a_feature_and_it_is_ready(new_ats):
    answer = name(new_ats, new_ats.context, "ONE_CLICK_EXPORT", "Acme export")
    assert answer.json() == {
        "results": {answered(new_ats.context, "ONE_CLICK_EXPORT"): {"status": 204}},
        "errors": {},
    }
    export = new_ats.integrations.get(integration_type=Type.ONE_CLICK_EXPORT)
    assert (export.name, export.status) == ("Acme export", "PARTNER_READY")


def test_four_features_are_verified_in_one_call(new_ats, contract, django_assert_max_num_queries):
    name(new_ats, new_ats.context, "PROFILE_PLUGIN", "Acme widget")
    company = ids(new_ats.context, "IN_ATS_INDICATOR", "ONE_CLICK_EXPORT", "PROFILE_PLUGIN")
    activity = ids(contract.urn, "CSA_API").replace("[0]", "[3]")
    with django_assert_max_num_queries(8):
        answer = call(new_ats, "GET", f"/v2/atsIntegrations?{company}&{activity}").json()
    assert len(answer["results"]) == 4
    widget = answer["results"][answered(new_ats.context, "PROFILE_PLUGIN")]
    assert widget.pop("lastModifiedAt") > 1_700_000_000_000
    assert widget == {
        "integrationContext": str(new_ats.context),
        "integrationType": "PROFILE_PLUGIN",
        "tenantType": "RECRUITER",
        "dataProvider": "ATS",
        "integrationName": "Acme widget",
        "status": "PARTNER_READY",
    }


def test_activity_belongs_to_a_contract_and_not_to_a_company(new_ats, contract):
    good = name(new_ats, contract.urn, "CSA_API").json()
    assert list(good["results"].values()) == [{"status": 204}]
    bad = name(new_ats, new_ats.context, "CSA_API").json()
    assert bad["errors"][answered(new_ats.context, "CSA_API")]["status"] == 400


@pytest.mark.parametrize("one", ["APPLY_CONNECT", "NONSENSE"])
def test_a_feature_that_is_not_served_is_refused_alone(new_ats, one):
    answer = name(new_ats, new_ats.context, one)
    assert answer.status_code == 200
    assert answer.json()["errors"][answered(new_ats.context, one)]["status"] == 400


def test_a_feature_that_nobody_asked_for_is_not_found(freshing):
    bare = factories.AtsFactory(company=freshing)
    answer = name(bare, bare.context, "PROFILE_PLUGIN").json()
    assert answer["errors"][answered(bare.context, "PROFILE_PLUGIN")]["status"] == 404
    assert not bare.integrations.exists()


def test_naming_may_stand_in_for_asking_where_the_operator_says_so(freshing, contract, settings):
    settings.NAMING_MAKES_INTEGRATIONS = True
    bare = factories.AtsFactory(company=freshing)
    name(bare, bare.context, "PROFILE_PLUGIN")
    name(bare, contract.urn, "CSA_API")
    ready = bare.integrations.filter(status="PARTNER_READY")
    assert {one.integration_type for one in ready} == {"PROFILE_PLUGIN", "CSA_API"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_context_is_refused_whole(new_ats, cy, method):
    foreign = cy.contract.company.urn
    if method == "POST":
        answer = name(new_ats, foreign, "PROFILE_PLUGIN")
    else:
        path = f"/v2/atsIntegrations?{ids(foreign, 'PROFILE_PLUGIN')}"
        answer = call(new_ats, "GET", path)
    assert answer.status_code == 403


def test_a_foreign_contract_and_foreign_configurations_are_refused_whole(new_ats, cy, ats):
    assert name(new_ats, cy.contract.urn, "CSA_API").status_code == 403
    foreign = factories.AtsFactory(company=cy.contract.company)
    activation.request_company_level(foreign)
    answer = put(new_ats, foreign.context, "ONE_CLICK_EXPORT", "CALLBACK_URL", HTTPS)
    assert answer.status_code == 403


def test_another_ats_of_the_same_company_is_not_touched(new_ats, ats):
    name(new_ats, ats.context, "IN_ATS_INDICATOR", "Mine")
    assert not ats.integrations.filter(name="Mine").exists()


def test_a_vendors_own_token_reaches_its_customers_only(new_ats, ats):
    vendor = Ats(application=new_ats.application.parent)
    assert name(vendor, new_ats.context, "PROFILE_PLUGIN", "By vendor").json()["errors"] == {}
    assert new_ats.integrations.filter(name="By vendor").exists()
    stranger = Ats(application=factories.VendorFactory())
    assert name(stranger, new_ats.context, "PROFILE_PLUGIN").status_code == 403


def test_a_name_must_be_a_text_that_is_not_empty(new_ats):
    for text in ("", None, 5):
        answer = name(new_ats, new_ats.context, "PROFILE_PLUGIN", text)
        assert answer.json()["errors"][answered(new_ats.context, "PROFILE_PLUGIN")]["status"] == 400


def test_what_changed_is_read_by_the_id_of_the_notice(new_ats, ats):
    name(new_ats, new_ats.context, "PROFILE_PLUGIN")
    activation.enable(new_ats.integrations.get(integration_type=Type.PROFILE_PLUGIN))
    notice = CallbackDelivery.objects.get()
    path = f"/v2/atsIntegrations?q=request&requestId={notice.pk}"
    (element,) = call(new_ats, "GET", path).json()["elements"]
    assert (element["integrationType"], element["status"]) == ("PROFILE_PLUGIN", "ENABLED")
    assert call(ats, "GET", path).status_code == 404, "somebody else's notice"
    CallbackDelivery.objects.update(expires_at=notice.created_at)
    assert call(new_ats, "GET", path).status_code == 404, "expired"


# --------------------------------------------------------------------------------- configurations
def test_a_configuration_is_put_read_and_deleted(new_ats):
    context = new_ats.context
    assert put(new_ats, context, "ONE_CLICK_EXPORT", "CALLBACK_URL", HTTPS).json() == {
        "results": {"CALLBACK_URL": {"status": 204}},
        "errors": {},
    }
    path = configurations(context, "ONE_CLICK_EXPORT", "CALLBACK_URL")
    assert call(new_ats, "GET", path).json() == {
        "results": {"CALLBACK_URL": {"configurationValue": {"string": HTTPS}}},
        "statuses": {},
        "errors": {},
    }
    assert call(new_ats, "DELETE", path).json()["results"] == {"CALLBACK_URL": {"status": 204}}
    again = call(new_ats, "DELETE", path).json()["errors"]
    assert again["CALLBACK_URL"]["status"] == 404
    assert call(new_ats, "GET", path).json()["statuses"] == {"CALLBACK_URL": 404}


@pytest.mark.parametrize(
    ("feature", "setting", "value", "good"),
    [
        ("ONE_CLICK_EXPORT", "CALLBACK_URL", "http://ats.acme.test/cb", False),
        ("ONE_CLICK_EXPORT", "JOB_POSTING_VIEWERS", EVERYONE, True),
        ("ONE_CLICK_EXPORT", "JOB_POSTING_VIEWERS", "ACL_BASED", False),
        ("IN_ATS_INDICATOR", "APPLICATION_VIEWERS", EVERYONE, True),
        ("IN_ATS_INDICATOR", "CALLBACK_URL", HTTPS, False),
        ("IN_ATS_INDICATOR", "COLOUR", "red", False),
    ],
)
def test_only_known_settings_and_values_are_taken(new_ats, feature, setting, value, good):
    answer = put(new_ats, new_ats.context, feature, setting, value)
    assert answer.status_code == 200
    found = answer.json()["results" if good else "errors"][setting]["status"]
    assert found == (204 if good else 400)


def test_a_value_of_another_shape_is_refused_alone(new_ats):
    path = configurations(new_ats.context, "ONE_CLICK_EXPORT", "CALLBACK_URL")
    body = {"entities": {"CALLBACK_URL": {"configurationValue": HTTPS}}}
    error = call(new_ats, "PUT", path, body).json()["errors"]["CALLBACK_URL"]
    assert error["status"] == 400
    assert error["message"].startswith("/configurationValue :: ")


# ---------------------------------------------------------------------------------------- /rest
def rest_key(context: object, one: str, **more: str) -> str:
    parts = {
        "integrationContext": str(context).replace(":", "%3A"),
        "integrationType": one,
        "tenantType": "RECRUITER",
        **more,
    }
    return f"({','.join(f'{part}:{parts[part]}' for part in sorted(parts))})"


def test_the_versioned_name_is_named_in_the_second_protocol(new_ats):
    one = rest_key(new_ats.context, "IN_ATS_INDICATOR")
    answer = call(
        new_ats,
        "POST",
        f"/rest/integrations?ids=List({one})",
        {"entities": {one: {"patch": {"$set": {"integrationName": "Acme indicator"}}}}},
        **VERSION,
        **{"X-RestLi-Method": "batch_partial_update", "X-RestLi-Protocol-Version": "2.0.0"},
    )
    assert answer.json() == {"results": {one: {"status": 204}}, "errors": {}}
    read = call(new_ats, "GET", f"/rest/integrations?ids=List({one})", **VERSION).json()
    assert read["results"][one]["integrationName"] == "Acme indicator"
    assert "dataProvider" not in read["results"][one]


@pytest.mark.parametrize("part", ["configurationKey", "key", "id"])
def test_the_versioned_configuration_has_its_key_in_one(new_ats, part):
    one = rest_key(new_ats.context, "ONE_CLICK_EXPORT", **{part: "CALLBACK_URL"})
    answered_key = rest_key(new_ats.context, "ONE_CLICK_EXPORT", configurationKey="CALLBACK_URL")
    path = f"/rest/integrationConfigurations?ids=List({one})"
    body = {"entities": {one: {"configurationValue": {"string": HTTPS}}}}
    answer = call(new_ats, "PUT", path, body, **VERSION)
    assert answer.json() == {"results": {answered_key: {"status": 204}}, "errors": {}}
    read = call(new_ats, "GET", path, **VERSION).json()["results"]
    assert read == {answered_key: {"configurationValue": {"string": HTTPS}}}


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 400, "VERSION_MISSING"),
        ({"LinkedIn-Version": "soon"}, 400, "VERSION_INVALID"),
        ({"LinkedIn-Version": "209912"}, 426, "NONEXISTENT_VERSION"),
    ],
)
def test_the_versioned_surface_insists_on_a_version(new_ats, headers, status, code):
    one = rest_key(new_ats.context, "IN_ATS_INDICATOR")
    answer = call(new_ats, "GET", f"/rest/integrations?ids=List({one})", **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)

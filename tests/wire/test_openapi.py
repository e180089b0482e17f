"""The OpenAPI documents tell the truth, and whatever one sends by them, no fault of ours comes."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ats_sync import access_tokens
from ats_sync.api.openapi.catalogue import ABOUT, PERSON
from ats_sync.api.openapi.document import document
from ats_sync.api.openapi.places import places
from ats_sync.api.urls import urlpatterns
from ats_sync.models import Integration
from rsc.wsgi import application
from tests import factories

SURFACES = ("v2", "rest")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
DOCUMENTS = {surface: document(surface) for surface in SURFACES}


def loaded(surface: str) -> Any:
    schema = schemathesis.openapi.from_dict(DOCUMENTS[surface])
    schema.app = application
    return schema


OPERATIONS = [
    pytest.param(operation.ok(), id=operation.ok().label)
    for surface in SURFACES
    for operation in loaded(surface).get_all_operations()
    if surface == "v2" or operation.ok().path.startswith("/rest/")
]


@pytest.fixture
def keep_connection(db):
    """Let requests share the test's transaction, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def world(keep_connection):
    """The customer, contract, seat and person of the documents' examples, all switched on."""
    company = factories.CompanyFactory(pk=51000)
    contract = factories.ContractFactory(pk=52000, company=company)
    factories.SeatFactory(pk=53000, contract=contract)
    factories.MemberFactory(public_id=PERSON.rpartition(":")[2])
    ats = factories.AtsFactory(company=company)
    for kind in (Integration.Type.IN_ATS_INDICATOR, Integration.Type.ONE_CLICK_EXPORT):
        factories.IntegrationFactory(ats=ats, integration_type=kind)
    factories.IntegrationFactory(
        ats=ats, integration_type=Integration.Type.CSA_API, contract=contract
    )
    return ats


def headers_of(operation: Any, ats: Any) -> dict[str, str]:
    """A good token for the operation: a vendor's own where only that one opens it."""
    vendors_own = "provisionedApplications" in operation.path
    owner = ats.application.parent if vendors_own else ats.application
    return {"Authorization": f"Bearer {access_tokens.issue(owner)}"}


@pytest.mark.parametrize("surface", SURFACES)
def test_the_document_is_valid_and_served_to_everybody(client, surface):
    response = client.get(f"/api/{surface}/openapi.json")
    assert response.json() == DOCUMENTS[surface]
    assert response["Access-Control-Allow-Origin"] == "*"
    loaded(surface).validate()


@pytest.mark.parametrize("surface", SURFACES)
def test_every_url_of_the_wire_is_in_the_document(surface):
    told = {
        re.sub(r"\{\w+\}", "KEY", path).removeprefix("/") for path in DOCUMENTS[surface]["paths"]
    }
    for pattern in urlpatterns[:-1]:  # the last one is a 404 for whatever is left
        regex = str(pattern.pattern)
        if "<surface>" in regex and not re.search(rf"<surface>[^)]*\b{surface}\b", regex):
            continue
        found = [path for path in told if pattern.pattern.match(path)]
        assert found, regex


@pytest.mark.parametrize("surface", SURFACES)
def test_every_method_finder_and_action_of_a_resource_is_in_the_document(surface):
    ids = {
        operation["operationId"]
        for verbs in DOCUMENTS[surface]["paths"].values()
        for verb, operation in verbs.items()
        if verb != "parameters"
    }
    assert {place.view for place in places("v2")} | {place.view for place in places("rest")} == set(
        ABOUT
    )
    for place in places(surface):
        assert set(place.about.finders) == set(place.view.finders), place.name
        assert set(place.about.actions) == set(place.view.actions), place.name
        known = [one for one in ids if one.endswith(f"_{place.name}")]
        wanted = {*place.entity_methods, *place.methods} - (
            {"batch_get"} if place.view.finders else set()
        )
        for method in wanted:
            assert any(one.startswith(f"{method}_") for one in known), (place.name, method)


def sample(parameters: Any) -> dict[str, Any]:
    return {
        one.definition["name"]: one.definition["example"]
        for one in parameters
        if "example" in one.definition
    }


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_examples_do_what_the_document_says(world, operation):
    definition = operation.definition.raw
    content = definition.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = (
        {"body": content["example"], "media_type": "application/json"}
        if "example" in content
        else {}
    )
    case = operation.Case(
        path_parameters=sample(operation.path_parameters),
        query=sample(operation.query),
        headers={**sample(operation.headers), **headers_of(operation, world)},
        **body,
    )
    # As most HTTP libraries do it: every character of a value that means anything is escaped.
    keys = {name: quote(key, safe="") for name, key in case.path_parameters.items()}
    url = f"http://localhost{case.path.format(**keys)}?{urlencode(case.query, doseq=True)}"
    with httpx.Client(transport=httpx.WSGITransport(app=application)) as program:
        response = program.request(
            case.method, url, headers=dict(case.headers), json=body.get("body")
        )
    case.validate_response(response, checks=CHECKS)
    if definition["operationId"].startswith(("batch_update", "batch_create", "batch_partial")):
        assert response.status_code == 200, response.text
        known = [one for one in response.json().get("errors", {}).values() if one["status"] != 404]
        assert known == [], response.text
        assert "'error'" not in str(response.json().get("elements"))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_sent_the_answer_is_one_of_the_document(world, operation, mode):
    headers = headers_of(operation, world)

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=3,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case):
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    send()


@pytest.mark.parametrize("path", ["/api/", "/api/v2/", "/api/rest/"])
def test_the_pages_need_no_sign_in_and_name_where_to_go(client, path):
    page = client.get(path)
    text = page.content.decode()
    assert page.status_code == 200
    assert "/api/v2/" in text
    assert "/api/rest/" in text


def test_the_page_for_vendors_tells_this_servers_limits_and_errors(client, settings):
    settings.THROTTLES = ["atsCandidates.day=4321"]
    text = client.get("/api/").content.decode()
    assert "4,321" in text
    assert "65602" in text
    assert "rsc_certify" in text
    assert "4,321 requests per day" in client.get("/api/v2/openapi.json").content.decode()


def test_without_its_script_the_reference_still_lists_every_operation(client):
    text = client.get("/api/rest/").content.decode()
    for path in DOCUMENTS["rest"]["paths"]:
        assert f" {path}</code>" in text


def test_the_command_on_the_page_for_vendors_works(world):
    """The page's own body and query, with the shell's variables filled in."""
    context = "integrationContext=urn:li:organization:51000"
    page = Client().get("/api/").content.decode().replace("&#x27;", "'").replace("&amp;", "&")
    body = page.partition('-d \'{"entities"')[2].partition("'</code>")[0]
    sent = ('{"entities"' + body).replace("'$KEY'", context)
    response = Client(headers=headers_of(OPERATIONS[0].values[0], world)).put(
        f"/v2/atsCandidates?ids[0].atsCandidateId=1&ids[0].{context}",
        sent,
        content_type="application/json",
    )
    assert response.json()["errors"] == {}
    assert len(response.json()["results"]) == 1

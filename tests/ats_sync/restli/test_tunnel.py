"""Tunnelled queries and long URLs (contract.md 1.8)."""

from __future__ import annotations

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from ats_sync.restli.tunnel import RestliMiddleware
from tests.ats_sync.restli.toy import told

FORM = "application/x-www-form-urlencoded"


def through(path: str, body: bytes, content_type: str | None, **headers: str) -> HttpResponse:
    """What a view behind the middleware gets to see."""

    def echo(request):
        seen = {
            "method": request.method,
            "query": request.META["QUERY_STRING"],
            "body": request.body.decode(),
            "type": request.META.get("CONTENT_TYPE"),
            "get": request.GET.dict(),
        }
        return HttpResponse(json.dumps(seen), content_type="application/json")

    request = RequestFactory().generic("POST", path, body, content_type or "", **headers)
    if content_type is None:
        request.META.pop("CONTENT_TYPE", None)
    return RestliMiddleware(echo)(request)


@pytest.mark.parametrize("method", ["GET", "delete"])
def test_a_query_travels_in_a_form_body(method):
    response = through("/v2/x?a=1", b"ids=N1&ids=N2\r\n", FORM, HTTP_X_HTTP_METHOD_OVERRIDE=method)
    assert told(response) == {
        "method": method.upper(),
        "query": "a=1&ids=N1&ids=N2",
        "body": "",
        "type": "",
        "get": {"a": "1", "ids": "N2"},
    }


BODY_ONLY = b"--xyz\r\nContent-Type: application/json\r\n\r\n{}\r\n--xyz--"
QUERY = f"Content-Type: {FORM}\r\n\r\nids=N1&b=%26"
BODY = 'Content-Type: application/json; charset=utf-8\r\n\r\n{"entities":\r\n{"N1":"é"}}'


@pytest.mark.parametrize("parts", [[QUERY, BODY], [BODY, QUERY], [QUERY, BODY, BODY]])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_query_and_body_travel_in_parts_of_any_order(parts, newline):
    lines = "".join(f"--xyz\r\n{part}\r\n" for part in parts) + "--xyz--\r\n"
    response = through(
        "/rest/x",
        lines.replace("\r\n", newline).encode(),
        'multipart/mixed; boundary="xyz"',
        HTTP_X_HTTP_METHOD_OVERRIDE="PUT",
    )
    seen = told(response)
    assert (seen["method"], seen["query"]) == ("PUT", "ids=N1&b=%26")
    assert json.loads(seen["body"]) == {"entities": {"N1": "é"}}
    assert seen["type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "content_type", "override"),
    [
        (b"ids=N1", None, "GET"),
        (b"ids=N1", FORM, "FLY"),
        (b"no parts", "multipart/mixed; boundary=xyz", "PUT"),
        (b"no parts", "multipart/mixed", "PUT"),
        (BODY_ONLY, "multipart/mixed; boundary=xyz", "PUT"),
    ],
)
def test_what_cannot_be_unpacked_is_a_400(body, content_type, override):
    response = through("/v2/x", body, content_type, HTTP_X_HTTP_METHOD_OVERRIDE=override)
    assert response.status_code == told(response)["status"] == 400
    assert response["X-RestLi-Error-Response"] == "true"
    assert response["x-li-uuid"]


def test_a_json_body_under_an_override_keeps_its_query_in_the_url():
    seen = told(
        through("/v2/x?ids=N1", b"{}", "application/json", HTTP_X_HTTP_METHOD_OVERRIDE="PUT")
    )
    assert (seen["method"], seen["query"], seen["body"]) == ("PUT", "ids=N1", "{}")


def test_urls_above_32_kb_are_a_414_and_13_kb_pass():
    assert through(f"/v2/x?ids={'x' * 13_000}", b"", FORM).status_code == 200
    response = through(f"/v2/x?ids={'x' * 40_000}", b"", FORM)
    assert response.status_code == told(response)["status"] == 414


def test_a_tunnelled_query_may_not_grow_without_end():
    response = through("/v2/x", b"x" * 600_000, FORM, HTTP_X_HTTP_METHOD_OVERRIDE="GET")
    assert response.status_code == 414


def test_a_body_above_the_setting_is_a_413(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    response = through("/v2/x", b"x" * 20, FORM, HTTP_X_HTTP_METHOD_OVERRIDE="GET")
    assert response.status_code == told(response)["status"] == 413


def test_other_pages_are_left_alone():
    response = through("/inbox/", b"a=1", FORM, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE")
    assert told(response)["method"] == "POST"
    assert "x-li-uuid" not in response


def test_a_compressed_body_is_refused_by_name(client):
    response = client.put(
        "/v2/atsCandidates?ids=1",
        b"\x1f\x8b",
        content_type="application/json",
        headers={"Content-Encoding": "gzip"},
    )
    assert response.status_code == 415
    assert "Content-Encoding" in response.json()["message"]
    assert response["x-li-uuid"]

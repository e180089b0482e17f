"""BatchView through plain requests: batches, errors, versions, headers (contract.md 1.1-1.7)."""

from __future__ import annotations

import gc
import json
import weakref
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ats_sync.restli.toy import (
    CANDIDATE,
    KC,
    KC2,
    ORG,
    PERSONAL,
    QC,
    RKC,
    Applications,
    Candidates,
    Jobs,
    Notes,
    call,
    told,
)

V2 = f"/v2/atsCandidates?{QC}"
REST = f"/rest/candidates?ids=List({KC2})"
VERSION = {"HTTP_LINKEDIN_VERSION": "202603"}
INES = {"firstName": "Ines"}
DONE = {"status": 204}


@pytest.fixture(autouse=True)
def nothing_stored():
    Candidates.stored = {}


def ok(key: str) -> dict:
    return {"results": {key: DONE}, "errors": {}}


@pytest.mark.parametrize(
    "body_key", [KC, RKC, f"integrationContext={quote(ORG)}&dataProvider=ATS&atsCandidateId=CAND-1"]
)
@pytest.mark.parametrize("headers", [{}, {"M": "BATCH_UPDATE"}])
def test_an_upsert_answers_with_the_canonical_key(body_key, headers):
    response = call(Candidates, "PUT", V2, {"entities": {body_key: INES}}, **headers)
    assert response.status_code == 200
    assert told(response) == ok(RKC)


@pytest.mark.parametrize(
    ("target", "body_key", "answered", "protocol"),
    [
        (REST, KC2, KC2, {"HTTP_X_RESTLI_PROTOCOL_VERSION": "2.0.0"}),
        (REST, KC2, KC2, {}),
        (
            f"/rest/candidates?ids[0].externalCandidateId=CAND-1&ids[0].integrationContext={ORG}",
            f"externalCandidateId=CAND-1&integrationContext={ORG}",
            f"externalCandidateId=CAND-1&integrationContext={quote(ORG, safe='')}",
            {},
        ),
        (V2, KC, RKC, {"HTTP_X_RESTLI_PROTOCOL_VERSION": "2.0.0"}),
        (f"/v2/atsCandidates?ids=List({KC2})", KC, KC2.replace("external", "ats"), {}),
    ],
)
def test_keys_come_back_in_the_form_of_the_ids_and_the_names_of_the_surface(
    target, body_key, answered, protocol
):
    body = {"entities": {body_key: INES}}
    response = call(Candidates, "PUT", target, body, **VERSION, **protocol)
    assert told(response) == ok(answered)


def test_one_bad_record_does_not_sink_the_rest():
    target = f"{V2}&{QC.replace('ids[0]', 'ids[1]').replace('CAND-1', 'CAND-2')}"
    body = {"entities": {KC: INES, KC.replace("CAND-1", "CAND-2"): {}}}
    answer = told(call(Candidates, "PUT", target, body))
    assert answer["results"] == {RKC: DONE}
    error = answer["errors"][RKC.replace("CAND-1", "CAND-2")]
    assert error["status"] == 400
    assert error["message"].startswith("/firstName :: field is required")


def test_a_malformed_id_is_refused_alone():
    target = f"{V2}&ids[1].atsCandidateId=&ids[1].integrationContext={ORG}"
    body = {"entities": {KC: INES, f"atsCandidateId=&integrationContext={ORG}": INES}}
    answer = told(call(Candidates, "PUT", target, body))
    assert answer["results"] == {RKC: DONE}
    ((key, error),) = answer["errors"].items()
    assert key == f"atsCandidateId=&integrationContext={quote(ORG, safe='')}"
    assert error["status"] == 400


@pytest.mark.parametrize(
    "entities",
    [
        {},
        {KC.replace("CAND-1", "CAND-9"): INES},
        {KC: INES, RKC: INES},
        {KC: INES, KC.replace("CAND-1", "CAND-9"): INES},
    ],
)
def test_ids_and_body_must_be_the_same_set(entities):
    response = call(Candidates, "PUT", V2, {"entities": entities})
    assert response.status_code == told(response)["status"] == 400
    assert Candidates.stored == {}


def test_a_hundred_records_pass_and_101_are_refused_whole():
    def sync(size):
        query = "&".join(
            f"ids[{n}].atsCandidateId=C{n}&ids[{n}].integrationContext={ORG}" for n in range(size)
        )
        keys = [f"atsCandidateId=C{n}&integrationContext={ORG}" for n in range(size)]
        body = {"entities": dict.fromkeys(keys, INES)}
        return call(Candidates, "PUT", f"/v2/atsCandidates?{query}", body)

    assert len(told(sync(100))["results"]) == 100
    Candidates.stored = {}
    assert sync(101).status_code == 400
    assert Candidates.stored == {}


def test_a_foreign_context_refuses_the_whole_request():
    target = V2.replace("51000", "52000")
    body = {"entities": {KC.replace("51000", "52000"): INES}}
    response = call(Candidates, "PUT", target, body)
    assert response.status_code == 403
    assert Candidates.stored == {}


def test_a_tunnelled_put_and_a_tunnelled_get():
    body = json.dumps({"entities": {KC: INES}})
    parts = (
        f"--b\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n{QC}\r\n"
        f"--b\r\nContent-Type: application/json\r\n\r\n{body}\r\n--b--\r\n"
    ).encode()
    put = {"CONTENT_TYPE": "multipart/mixed; boundary=b", "HTTP_X_HTTP_METHOD_OVERRIDE": "PUT"}
    assert told(call(Candidates, "POST", "/v2/atsCandidates", parts, **put)) == ok(RKC)
    form = "application/x-www-form-urlencoded"
    get = {"CONTENT_TYPE": form, "HTTP_X_HTTP_METHOD_OVERRIDE": "GET"}
    query = f"{QC}&fields=firstName".encode()
    answer = told(call(Candidates, "POST", "/v2/atsCandidates", query, **get))
    assert answer == {"results": {RKC: INES}, "statuses": {}, "errors": {}}


def test_reading_what_is_not_there_is_a_404_in_both_maps():
    answer = told(call(Candidates, "GET", V2))
    assert answer["results"] == {}
    assert answer["statuses"] == {RKC: 404}
    assert answer["errors"][RKC]["status"] == 404


def test_patches_set_delete_and_fail_alone():
    call(Candidates, "PUT", V2, {"entities": {KC: INES}})
    changed = {"patch": {"$set": {"firstName": "Inês"}, "$delete": ["created"]}}
    assert told(call(Candidates, "POST", V2, {"entities": {KC: changed}})) == ok(RKC)
    assert told(call(Candidates, "GET", V2))["results"] == {RKC: {"firstName": "Inês"}}
    answer = told(call(Candidates, "POST", V2, {"entities": {KC: {"patch": {"$up": 1}}}}))
    assert answer["errors"][RKC]["status"] == 400


def test_a_delete_succeeds_once():
    call(Candidates, "PUT", V2, {"entities": {KC: INES}})
    assert told(call(Candidates, "DELETE", V2)) == ok(RKC)
    assert told(call(Candidates, "DELETE", V2))["errors"][RKC]["status"] == 404


def test_a_single_entity_is_served_by_the_batch_methods():
    path = f"/v2/atsCandidates/{RKC}"
    on_entity = {"kwargs": {"key": KC}}
    assert call(Candidates, "GET", path, **on_entity).status_code == 404
    response = call(Candidates, "PUT", path, INES, **on_entity)
    assert (response.status_code, response.content) == (204, b"")
    assert told(call(Candidates, "GET", path, **on_entity)) == {"firstName": "Ines", "created": 1}
    assert call(Candidates, "PUT", path, {}, **on_entity).status_code == 400
    assert call(Candidates, "DELETE", path, **on_entity).status_code == 204


@pytest.mark.parametrize(
    "segment", [KC, f"(atsCandidateId:CAND-1,integrationContext:{quote(ORG, safe='')})"]
)
def test_the_parents_key_is_a_segment_of_the_path(segment):
    raw = {"RAW_URI": f"/v2/atsCandidates/{segment}/notes?ids=N1"}
    target = "/v2/atsCandidates/x/notes?ids=N1&ids=N2"
    decoded = segment.replace("%3A", ":")
    body = {"entities": {"N1": {}, "N2": {}}}
    response = call(Notes, "PUT", target, body, kwargs={"parent": decoded}, **raw)
    assert told(response) == {"results": {"N1": DONE, "N2": DONE}, "errors": {}}
    parts = {"atsCandidateId": "CAND-1", "integrationContext": ORG}
    assert Candidates.stored["parent"] == CANDIDATE.bind(parts)


def test_a_finder_pages_with_relative_links():
    target = "/v2/atsCandidates?q=criteria&fields=firstName&start=1&count=1"
    answer = told(call(Candidates, "GET", target))
    link = "/v2/atsCandidates?q=criteria&fields=firstName&start={}&count=1"
    assert answer == {
        "elements": [{"firstName": "Rui"}],
        "paging": {
            "start": 1,
            "count": 1,
            "total": 3,
            "links": [
                {"rel": "prev", "href": link.format(0), "type": "application/json"},
                {"rel": "next", "href": link.format(2), "type": "application/json"},
            ],
        },
    }
    whole = told(call(Candidates, "GET", "/v2/atsCandidates?q=criteria&count=100"))
    assert whole["paging"] == {"start": 0, "count": 100, "total": 3, "links": []}
    assert call(Candidates, "GET", "/v2/atsCandidates?q=criteria&start=-1").status_code == 400
    assert call(Candidates, "GET", "/v2/atsCandidates?q=other").status_code == 400


def test_a_batch_create_answers_by_position():
    body = {"elements": [INES, {}, INES]}
    answer = told(call(Jobs, "POST", "/v2/simpleJobPostings", body, M="batch_create"))
    assert [one["status"] for one in answer["elements"]] == [202, 400, 202]
    assert answer["elements"][0]["location"].startswith("/simpleJobPostings/urn%3Ali%3Atask%3A")
    assert "/firstName" in answer["elements"][1]["error"]["message"]
    too_many = {"elements": [INES] * 101}
    refused = call(Jobs, "POST", "/v2/simpleJobPostings", too_many, M="batch_create")
    assert refused.status_code == 400


def test_a_batch_without_its_header_is_routed_to_create():
    response = call(Jobs, "POST", "/v2/simpleJobPostings", {"elements": [INES]})
    assert response.status_code == 403
    assert told(response)["message"] == "Not enough permissions to access: POST /simpleJobPostings"


def test_a_create_answers_with_its_id_in_the_headers():
    response = call(Applications, "POST", "/v2/provisionedApplications/", {"name": "x"})
    assert response.status_code == 201
    urn = "urn:li:developerApplication:9042"
    assert response["X-RestLi-Id"] == response["X-LinkedIn-Id"] == urn
    assert response["Location"] == f"/v2/provisionedApplications/{quote(urn, safe='')}"
    assert told(response) == {"key": 9042}


def test_a_post_to_an_entity_is_a_partial_update():
    path = "/v2/provisionedApplications/urn:li:developerApplication:9042"
    kwargs = {"key": "urn:li:developerApplication:9042"}
    body = {"patch": {"$set": {"name": "x"}}}
    assert call(Applications, "POST", path, body, kwargs=kwargs).status_code == 204
    assert Candidates.stored["patch"].set == {"name": "x"}


def test_an_action_takes_parameters_and_answers_a_value():
    target = "/v2/simpleJobPostings?action=roll"
    assert told(call(Jobs, "POST", target, {"a": 1})) == {"value": {"echo": {"a": 1}}}
    assert told(call(Jobs, "POST", target)) == {"value": {"echo": {}}}
    assert call(Jobs, "POST", "/v2/simpleJobPostings?action=fly").status_code == 400


@pytest.mark.parametrize("http", ["PATCH", "OPTIONS", "HEAD"])
def test_other_verbs_are_a_405(http):
    response = call(Candidates, http, "/v2/atsCandidates")
    assert response.status_code == 405


def test_a_verb_that_a_resource_lacks_is_a_405_that_says_what_it_has():
    response = call(Notes, "GET", "/v2/x?ids=N1", kwargs={"parent": KC})
    assert response.status_code == 405
    assert response["Allow"] == "PUT"


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [
        (None, 400, "VERSION_MISSING"),
        ("soon", 400, "VERSION_INVALID"),
        ("2026", 400, "VERSION_INVALID"),
        ("209912", 426, "NONEXISTENT_VERSION"),
        ("202603", 200, None),
        ("202603.01", 200, None),
        ("20260301", 200, None),
    ],
)
def test_the_version_header_is_needed_on_rest_and_ignored_on_v2(version, status, code):
    headers = {"HTTP_LINKEDIN_VERSION": version} if version else {}
    response = call(Candidates, "GET", REST, **headers)
    assert response.status_code == status
    assert told(response).get("code") == code
    assert ("202602, 202603" in told(response).get("message", "")) == (status == 426)
    assert call(Candidates, "GET", V2, **headers).status_code == 200


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", {"message": "Empty oauth2_access_token", "serviceErrorCode": 401, "status": 401}),
        (
            "Bearer bad",
            {
                "message": "The token used in the request is not valid",
                "serviceErrorCode": 65600,
                "status": 401,
            },
        ),
    ],
)
def test_a_refused_token_is_a_401_in_the_contracts_body(header, expected):
    response = call(Candidates, "GET", V2, HTTP_AUTHORIZATION=header)
    assert response.status_code == 401
    assert told(response) == expected
    assert response["X-RestLi-Error-Response"] == response["X-LinkedIn-Error-Response"] == "true"


@pytest.mark.parametrize(
    ("header", "target", "echoed"),
    [
        ({}, V2, "1.0.0"),
        ({}, REST, "2.0.0"),
        ({"HTTP_X_RESTLI_PROTOCOL_VERSION": "2.0.0"}, V2, "2.0.0"),
        ({"HTTP_X_RESTLI_PROTOCOL_VERSION": "2.0.0"}, "/v2/atsCandidates?q=nope", "2.0.0"),
    ],
)
def test_every_answer_has_a_uuid_and_repeats_the_protocol(header, target, echoed):
    response = call(Candidates, "GET", target, **VERSION, **header)
    assert response["X-RestLi-Protocol-Version"] == echoed
    assert response["x-li-uuid"]
    assert response["x-li-request-id"]
    assert response["x-li-fabric"]


def test_a_protocol_that_nobody_speaks_is_a_400():
    response = call(Candidates, "GET", V2, HTTP_X_RESTLI_PROTOCOL_VERSION="3.0.0")
    assert response.status_code == 400


@given(
    st.sampled_from(["GET", "PUT", "POST", "DELETE"]),
    st.one_of(st.just(QC), st.text(st.sampled_from("ids[0].a=List(:,)%2B&q~$é'"), max_size=40)),
    st.one_of(st.binary(max_size=30), st.text(max_size=30).map(lambda key: entities_of(key))),
)
def test_nothing_that_a_client_sends_is_a_fault_of_ours(http, query, body):
    Candidates.stored = {}
    response = call(Candidates, http, f"/v2/atsCandidates?{query}", body)
    assert response.status_code < 500
    assert told(response)


def entities_of(key: str) -> bytes:
    return json.dumps({"entities": {key: INES, KC: {"patch": {"$set": INES}}}}).encode()


def test_a_fault_of_ours_is_json_and_its_log_names_nobody(caplog):
    response = call(Jobs, "GET", "/v2/simpleJobPostings/bad", kwargs={"key": "bad"})
    assert response.status_code == told(response)["status"] == 500
    assert response["x-li-uuid"] in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert PERSONAL not in caplog.text


def test_the_records_of_a_request_go_with_its_answer():
    seen = []

    class Watched(Candidates):
        def batch_update(self, items):
            seen.append(weakref.ref(self))
            super().batch_update(items)

    gc.disable()
    try:
        assert call(Watched, "PUT", V2, {"entities": {KC: INES}}).status_code == 200
        assert seen[0]() is None
    finally:
        gc.enable()

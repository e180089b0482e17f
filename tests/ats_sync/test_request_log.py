"""A uuid in a ticket leads to what happened, and to nobody's data (CF-193)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from ats_sync import request_log, tasks
from ats_sync.models import ApiRequest
from tests.ats_sync.wire_client import TWO, call, get

pytestmark = pytest.mark.django_db

RECORD = {
    "firstName": "Ines",
    "emailAddresses": ["ines@mail.test"],
    "atsCreatedAt": 1773230400000,
    "atsLastModifiedAt": 1773230400000,
    "externalProfileUrl": "https://ats.acme.test/c/1",
}


def put(ats, **entities):
    context = ats.company.urn
    names = {name: f"atsCandidateId={name}&integrationContext={context}" for name in entities}
    ids = "&".join(
        f"ids[{n}].atsCandidateId={name}&ids[{n}].integrationContext={context}"
        for n, name in enumerate(entities)
    )
    body = {"entities": {names[name]: entity for name, entity in entities.items()}}
    return call(ats, "PUT", f"/v2/atsCandidates?{ids}", body)


def entry_of(answer) -> ApiRequest:
    return ApiRequest.objects.get(uuid=answer["x-li-uuid"])


def test_a_batch_is_found_by_its_uuid_with_what_became_of_each_record(ats):
    later = RECORD | {"atsLastModifiedAt": 1773230500000}
    put(ats, A=later)
    bad = {**RECORD, "emailAddresses": ["secret person"], "shoeSize": 43}
    answer = put(ats, A=RECORD, B=bad, C=RECORD)
    entry = entry_of(answer)
    assert (entry.application, entry.surface) == (ats.application, "v2")
    assert (entry.resource, entry.method, entry.status) == ("atsCandidates", "batch_update", 200)
    assert (entry.records, entry.failed, entry.stale) == (3, 1, 1)
    assert entry.record_ids == ["A", "B", "C"]
    assert entry.unknown_fields == ["shoeSize"]
    ((error),) = entry.errors
    assert (error["id"], error["status"], error["field"]) == ("B", 400, "emailAddresses/0")
    assert "secret" not in str(entry.errors)


def test_ids_can_be_kept_out_of_it_and_still_be_looked_for(ats, settings, browse, root):
    settings.REQUEST_LOG_NAMES_RECORDS = False
    context = ats.company.urn
    path = f"/v2/atsCandidates?ids[0].atsCandidateId=ines-prado&ids[0].integrationContext={context}"
    entry = entry_of(get(ats, path))
    assert "ines" not in f"{entry.record_ids} {entry.errors}"
    assert entry.errors[0]["message"] == "No entity has the key …"
    for term, count in (("ines-prado", 1), ("somebody else", 0)):
        page = browse(root).get("/admin/ats_sync/apirequest/", {"q": term})
        assert page.context["cl"].result_count == count


def test_a_refusal_of_the_whole_request_is_logged_without_what_it_quotes(ats):
    answer = get(ats, "/v2/atsEntityAcls?q=secretFinder")
    entry = entry_of(answer)
    assert (entry.status, entry.method) == (400, "finder")
    assert "secretFinder" in answer.json()["message"]
    assert "secretFinder" not in str(entry.errors)


def test_a_request_without_a_token_is_logged_without_an_application(ats):
    answer = Client().get("/v2/atsCandidates?ids=1")
    entry = entry_of(answer)
    assert (entry.status, entry.application) == (401, None)


def test_an_unknown_path_is_logged_under_its_name(db):
    answer = Client().get("/v2/nope/at/all%00" + "x" * 100)
    assert answer.status_code == 404
    assert entry_of(answer).resource.startswith("nope")


def test_children_are_found_by_their_parent_too(ats):
    context = ats.company.urn
    path = f"/v2/atsCandidates/atsCandidateId=CAND-7&integrationContext={context}/notes?ids=N1"
    answer = call(ats, "PUT", path, {"entities": {"N1": {"note": "Call."}}})
    assert answer.status_code == 200
    assert ApiRequest.objects.filter(record_ids__contains=["CAND-7"]).get() == entry_of(answer)


def test_requisitions_are_found_by_the_id_inside(ats):
    body = {"elements": [{"externalJobPostingId": "REQ-5"}, {"externalJobPostingId": 7}, []]}
    answer = call(ats, "POST", "/v2/simpleJobPostings", body, **{"X-RestLi-Method": "batch_create"})
    assert entry_of(answer).record_ids == ["REQ-5", "7"]


def test_version_and_surface_are_kept(ats):
    context = str(ats.company.urn).replace(":", "%3A")
    path = f"/rest/candidates?ids=List((externalCandidateId:A,integrationContext:{context}))"
    entry = entry_of(get(ats, path, **TWO))
    assert (entry.surface, entry.version, entry.resource) == ("rest", "202603", "atsCandidates")


def test_a_log_that_cannot_be_written_harms_no_answer(ats, monkeypatch):
    def fail(*args, **params):
        raise DatabaseError

    monkeypatch.setattr(request_log, "run_kept", fail)
    assert put(ats, A=RECORD).status_code == 200


def test_the_log_is_kept_for_as_long_as_the_operator_wants(ats, settings):
    put(ats, A=RECORD)
    settings.REQUEST_LOG_DAYS = 30
    ApiRequest.objects.update(at=timezone.now() - timedelta(days=29))
    tasks.sweep_requests()
    assert ApiRequest.objects.count() == 1
    ApiRequest.objects.update(at=timezone.now() - timedelta(days=31))
    tasks.sweep_requests()
    assert not ApiRequest.objects.exists()


@pytest.mark.parametrize(
    ("message", "field", "why"),
    [
        ("/emailAddresses/0 :: must look like x", "emailAddresses/0", "must look like x"),
        ("No entity 'it's \"me\"' here", "", "No entity … here"),
        ("plain", "", "plain"),
    ],
)
def test_what_a_message_quotes_is_left_out(message, field, why):
    entry = request_log.error_entry("A\0", 400, message)
    assert entry == {"id": "A", "status": 400, "field": field, "message": why}

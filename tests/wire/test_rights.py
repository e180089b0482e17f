"""Whose data a token opens, and how far the customer must have come (contract.md 1.11)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ats_sync.models import Candidate, Integration, JobPosting
from tests import factories
from tests.wire.client import JOB_POSTING, Vendor

pytestmark = pytest.mark.django_db


def test_another_customers_token_is_refused_whole_and_nothing_is_written(ats):
    stranger = factories.ChildApplicationFactory(parent=ats.application.parent)
    response = Vendor(ats, stranger).put_candidates("C-1", "C-2")
    assert response.status_code == 403
    assert response.json()["serviceErrorCode"] == 100
    assert not Candidate.objects.exists()


def test_a_vendors_own_token_does_not_open_its_customers_data(ats):
    assert Vendor(ats, ats.application.parent).put_candidates("C-1").status_code == 403
    assert Vendor(ats, ats.application.parent).submit(JOB_POSTING).status_code == 403


@pytest.mark.parametrize(
    ("status", "candidates", "requisitions"),
    [
        ("REQUESTED", 403, 403),
        ("PARTNER_READY", 403, 200),
        ("ENABLED", 200, 200),
        ("DISABLED", 403, 403),
    ],
)
def test_what_may_be_sent_depends_on_the_activation(ats, status, candidates, requisitions):
    Integration.objects.update(status=status)
    response = Vendor(ats).put_candidates("C-1")
    assert response.status_code == candidates
    if candidates == 403:
        assert "IN_ATS_INDICATOR" in response.json()["message"]
    assert Vendor(ats).submit(JOB_POSTING).status_code == requisitions
    assert JobPosting.objects.exists() is (requisitions == 200)


def test_a_contract_level_feature_alone_opens_no_candidates(ats, contract):
    Integration.objects.all().delete()
    factories.IntegrationFactory(
        ats=ats, contract=contract, integration_type=Integration.Type.CSA_API
    )
    assert Vendor(ats).put_candidates("C-1").status_code == 403


def test_another_customers_task_and_requisition_do_not_exist(ats):
    task = Vendor(ats).submit(JOB_POSTING).json()["elements"][0]["id"]
    other = factories.AtsFactory()
    for target in (f"/v2/simpleJobPostingTasks?ids={task}", "/v2/jobPostingStatus?ids=REQ-1"):
        assert Vendor(ats).call("GET", target).json()["results"]
        answer = Vendor(other).call("GET", target).json()
        assert answer["results"] == {}
        assert set(answer["statuses"].values()) == {404}


def test_a_request_with_a_hundred_records_asks_as_often_as_one_with_a_single_record(ats):
    vendor = Vendor(ats)
    vendor.put_candidates("C-first")  # the tokens and prepared texts exist from now on

    def statements(*names: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert vendor.put_candidates(*names).status_code == 200
        return len(captured)

    assert statements("C-1") == statements(*(f"C-{number}" for number in range(2, 102)))

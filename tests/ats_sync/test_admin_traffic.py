"""Administrators look up requests and notices, and send a failed notice again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from ats_sync import exports
from ats_sync.models import ApiRequest, CallbackDelivery
from tests import factories
from tests.ats_sync.wire_client import get

pytestmark = pytest.mark.django_db

REQUESTS = "admin:ats_sync_apirequest_changelist"
DELIVERIES = "admin:ats_sync_callbackdelivery_changelist"


@pytest.fixture
def visitor(browse, root) -> Client:
    return browse(root)


def listed(visitor: Client, **query: str) -> int:
    return visitor.get(reverse(REQUESTS), query).context["cl"].result_count


def test_a_request_is_found_by_uuid_and_by_record(visitor, ats):
    context = ats.company.urn
    path = f"/v2/atsCandidates?ids[0].atsCandidateId=CAND-1&ids[0].integrationContext={context}"
    uuid = get(ats, path)["x-li-uuid"]
    get(ats, path.replace("CAND-1", "CAND-2"))
    assert listed(visitor) == 2
    assert listed(visitor, q=uuid) == listed(visitor, q="CAND-1") == 1
    assert listed(visitor, q="CAND-3") == 0
    page = visitor.get(reverse("admin:ats_sync_apirequest_change", args=[uuid]))
    assert "<b>CAND-1</b> 404" in page.content.decode()
    assert uuid in page.content.decode()


@pytest.mark.parametrize(
    ("outcome", "count"),
    [("good", 1), ("records", 1), ("refused", 2), ("throttled", 1), ("fault", 1)],
)
def test_requests_are_found_by_outcome_and_resource(visitor, ats, outcome, count):
    get(ats, "/v2/nope")
    for status, failed in ((200, 0), (200, 1), (429, 0), (500, 0)):
        get(ats, "/v2/nope")
        newest = ApiRequest.objects.latest("at")
        ApiRequest.objects.filter(pk=newest.pk).update(
            status=status, failed=failed, resource="atsCandidates"
        )
    assert listed(visitor, outcome=outcome) == count
    assert listed(visitor, resource="atsCandidates") == 4
    assert listed(visitor, resource="seats") == 0
    assert listed(visitor, status="429") == 1
    assert listed(visitor, status="nonsense") == 5


def test_nobody_without_rights_reads_the_log(browse, ada, ats):
    get(ats, "/v2/nope")
    assert browse(ada).get(reverse(REQUESTS)).status_code == 302


def test_a_failed_notice_is_sent_again_and_a_waiting_one_is_not(visitor, ats, ada, mae):
    jobs = [factories.JobPostingFactory(ats=ats) for _ in range(2)]
    first, second = (exports.export(ada, mae, job) for job in jobs)
    CallbackDelivery.objects.filter(pk=first.delivery_id).update(state="failed")
    old = first.delivery_id
    visitor.post(
        reverse(DELIVERIES),
        {"action": "resend", "_selected_action": [old, second.delivery_id]},
    )
    first.refresh_from_db()
    assert first.delivery_id not in {old, second.delivery_id}
    assert CallbackDelivery.objects.count() == 3


def test_exports_show_their_state(visitor, ats, ada, mae):
    exports.export(ada, mae, factories.JobPostingFactory(ats=ats))
    page = visitor.get(reverse("admin:ats_sync_export_changelist"))
    assert "Queued" in page.content.decode()

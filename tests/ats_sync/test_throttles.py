"""How much an application may ask (contract.md 1.9, CF-190)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ats_sync import tasks, throttles
from ats_sync.models import ApiUsage
from tests import factories
from tests.ats_sync.wire_client import call, get

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 11, 12, 0, 30, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time that limits are counted by."""

    def set_to(now: datetime) -> None:
        monkeypatch.setattr("ats_sync.throttles.timezone.now", lambda: now)

    set_to(NOON)
    return set_to


def read(ats, count: int = 1):
    context = ats.company.urn
    ids = "&".join(
        f"ids[{n}].atsCandidateId=C{n}&ids[{n}].integrationContext={context}" for n in range(count)
    )
    return get(ats, f"/v2/atsCandidates?{ids}")


def test_every_answer_says_what_is_left_of_the_day(ats, clock):
    answer = read(ats)
    assert answer["X-RateLimit-Limit"] == "100000"
    assert answer["X-RateLimit-Remaining"] == "99999"
    midnight = datetime(2026, 3, 12, tzinfo=UTC)
    assert answer["X-RateLimit-Reset"] == str(int(midnight.timestamp()))
    assert "Retry-After" not in answer


def test_one_request_too_many_is_refused_as_published(ats, clock):
    read(ats)
    ApiUsage.objects.filter(span="day").update(requests=100_000)
    answer = read(ats)
    assert answer.status_code == 429
    assert answer.json() == {
        "status": 429,
        "serviceErrorCode": 101,
        "message": "Resource level throttle limit for calls to this resource is reached.",
    }
    assert (answer["Retry-After"], answer["X-RateLimit-Remaining"]) == ("43170", "0")


def test_at_midnight_in_utc_the_day_starts_anew(ats, clock):
    read(ats)
    ApiUsage.objects.filter(span="day").update(requests=100_000)
    clock(NOON + timedelta(hours=12))
    assert read(ats).status_code == 200


def test_records_count_per_minute(ats, clock, settings):
    settings.THROTTLES = ["atsCandidates.minute=5"]
    assert [read(ats, 3).status_code for _ in range(2)] == [200, 429]
    refused = read(ats, 3)
    assert (refused["X-RateLimit-Limit"], refused["Retry-After"]) == ("5", "30")
    clock(NOON + timedelta(seconds=30))
    assert read(ats, 3).status_code == 200


def test_what_is_refused_is_not_done(ats, clock, settings):
    settings.THROTTLES = ["atsCandidates.day=0", "atsCandidates.minute=1"]
    context = ats.company.urn
    names = [f"atsCandidateId=C{n}&integrationContext={context}" for n in range(2)]
    ids = "&".join(
        f"ids[{n}].atsCandidateId=C{n}&ids[{n}].integrationContext={context}" for n in range(2)
    )
    record = {
        "firstName": "Mae",
        "emailAddresses": [],
        "atsCreatedAt": 1773230400000,
        "atsLastModifiedAt": 1773230400000,
        "externalProfileUrl": "https://ats.acme.test/c/1",
    }
    body = {"entities": dict.fromkeys(names, record)}
    assert call(ats, "PUT", f"/v2/atsCandidates?{ids}", body).status_code == 429
    assert not ats.candidates.exists()


def test_applications_count_apart(ats, clock, settings):
    settings.THROTTLES = ["atsCandidates.day=1"]
    assert [read(ats).status_code for _ in range(2)] == [200, 429]
    other = factories.AtsFactory(company=ats.company)
    factories.IntegrationFactory(ats=other)
    assert read(other).status_code == 200


def test_the_reads_of_activity_share_one_limit(ats, clock, settings):
    settings.THROTTLES = [f"{name}.day=2" for name in ("seats", "mailStubs", "prospectNotes")]
    paths = ("seats?q=seatsByAttributes", "mailStubs?q=contract", "prospectNotes?q=criteria")
    assert [get(ats, f"/v2/{path}").status_code for path in paths] == [400, 400, 429]


def test_zero_means_no_limit_and_costs_nothing(ats, clock, settings):
    settings.THROTTLES = ["atsCandidates.day=0", "atsCandidates.minute=0"]
    assert "X-RateLimit-Limit" not in read(ats)
    assert not ApiUsage.objects.exists()


@pytest.mark.parametrize("text", ["atsCandidates", "atsCandidates.day=many", "x.year=1", "=5"])
def test_a_limit_that_cannot_be_read_is_refused(settings, text):
    settings.THROTTLES = [text]
    with pytest.raises(ImproperlyConfigured):
        throttles.limit_of("atsCandidates")


def test_counting_and_logging_cost_one_statement_each(ats, clock):
    with CaptureQueriesContext(connection) as captured:
        read(ats)
    statements = [query["sql"] for query in captured]
    assert sum("ats_sync_apiusage" in sql for sql in statements) == 1
    assert sum("ats_sync_apirequest" in sql for sql in statements) == 1


def test_old_counts_are_swept(ats, clock):
    read(ats)
    clock(NOON + timedelta(days=1))
    assert tasks.sweep_requests() == 0
    clock(NOON + timedelta(days=2, hours=12, minutes=1))
    assert tasks.sweep_requests() == 2

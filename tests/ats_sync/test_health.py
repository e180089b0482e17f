"""The health page and the alarms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ats_sync import alarms, health
from ats_sync.models import ApiUsage, ApplicationNote, Ats, CallbackDelivery, FeedDay
from tests import factories
from tests.ats_sync.test_admin_activation import admin, page, text  # noqa: F401 - fixtures


def arrived(ats, resource="atsCandidates", hours_ago: int = 0, **counts: int) -> FeedDay:
    at = timezone.now() - timedelta(hours=hours_ago)
    return FeedDay.objects.create(ats=ats, resource=resource, day=at.date(), last_at=at, **counts)


def failed(ats) -> None:
    now = timezone.now()
    CallbackDelivery.objects.create(
        ats=ats, event="EXPORT_CANDIDATE_PROFILE", state="failed", created_at=now,
        expires_at=now, next_attempt_at=now,
    )  # fmt: skip


@pytest.fixture
def fed(ats) -> Ats:
    arrived(ats, received=30, stored=25, rejected=3, stale=2)
    arrived(ats, "simpleJobPostings", hours_ago=30, received=7, stored=7)
    return ats


def test_the_page_tells_what_arrived_by_kind_and_day(admin, fed, mae):  # noqa: F811
    factories.MatchFactory(
        candidate=factories.CandidateFactory(ats=fed), member=mae, decided_at=timezone.now()
    )
    failed(fed)
    answer = admin.get(page("health", fed))
    read = text(answer)
    assert "30 received, 25 stored, 1 matched, 3 refused, 2 out of date" in read
    assert "Requisitions by day 14 days: 7 stored" in read
    assert "0 % delivered" in read
    assert "Search index Not built" in read
    assert b'role="img"' in answer.content
    assert b"style=" not in answer.content.partition(b'class="bars"')[2]


def test_what_waits_for_a_parent_is_told_by_the_day_of_its_arrival(fed):
    arrived(fed, "applicationNotes", received=1, stored=1)
    ApplicationNote.objects.create(
        ats=fed, external_id="N1", external_application_id="A-LATE", text="Call her",
        received_at=timezone.now(),
    )  # fmt: skip
    told = {each.label: each for each in health.health_of(fed).series}
    assert told["Notes on applications"].by_day[-1]["waiting"] == 1
    assert told["Notes on applications"].totals["waiting"] == 1
    assert told["Candidates"].totals["waiting"] == 0


def test_its_queries_do_not_grow(fed):
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            health.health_of(fed)
        return len(asked)

    count()  # what is remembered from now on
    before = count()
    factories.CandidateFactory.create_batch(3, ats=fed)
    arrived(fed, "stages", received=5)
    ApiUsage.objects.create(
        application=fed.application, resource="stages", span="day",
        started_at=timezone.now().replace(hour=0, minute=0, second=0, microsecond=0),
    )  # fmt: skip
    assert count() == before <= 20


def look(drain) -> list[str]:
    """Let the clock strike; the mails that leave."""
    mail.outbox.clear()
    alarms.look_after_feeds()
    drain()
    return [f"{one.to[0]} {one.subject}" for one in mail.outbox]


def test_a_silent_feed_is_told_once_and_its_return_once(ats, root, drain):
    day = arrived(ats, hours_ago=49, received=1)
    assert look(drain) == [f"{root.email} Acme ATS: Nothing arrives"]
    assert f"/admin/ats_sync/ats/{ats.pk}/health/" in mail.outbox[0].body
    assert look(drain) == []
    day.last_at = timezone.now()
    day.save()
    assert look(drain) == [f"{root.email} Over: Acme ATS: Nothing arrives"]
    assert look(drain) == []


def test_many_refusals_are_an_incident_and_few_are_not(ats, root, drain):
    day = arrived(ats, received=100, rejected=19)
    assert look(drain) == []
    day.rejected = 20
    day.save()
    assert look(drain) == [f"{root.email} Acme ATS: Many records are refused"]
    assert "20 of 100 records" in mail.outbox[0].body


def test_notices_that_fail_are_an_incident(admin, ats, root, drain):  # noqa: F811
    for _ in range(3):
        failed(ats)
    assert look(drain) == [f"{root.email} Acme ATS: Notices do not get through"]
    assert "Alarm" in text(admin.get(page("health", ats)))


def test_a_sandbox_and_a_feed_that_never_began_alarm_nobody(ats, root, drain):
    assert look(drain) == []
    arrived(ats, hours_ago=100)
    Ats.objects.update(is_sandbox=True)
    assert look(drain) == []

"""Refused records: counted by day, listed with field and reason, sealed, and tried again."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ats_sync import rejections
from ats_sync.models import FeedDay, RejectedRecord
from rsc.models import AuditEntry
from tests import factories
from tests.ats_sync.test_admin_activation import admin, text  # noqa: F401 - fixtures
from tests.ats_sync.wire_client import call

SECRET = "Topsecret"
GOOD = {
    "firstName": SECRET,
    "emailAddresses": ["top@people.test"],
    "atsCreatedAt": 1773230400000,
    "atsLastModifiedAt": 1773230500000,
    "externalProfileUrl": "https://ats.test/1",
}


def push(ats, entities: dict[str, dict]):
    """A batch of candidates by their ids."""
    keys = {
        name: {"atsCandidateId": name, "dataProvider": "ATS", "integrationContext": ats.context}
        for name in entities
    }
    query = urlencode(
        [(f"ids[{at}].{part}", value) for at, key in enumerate(keys.values())
         for part, value in key.items()]
    )  # fmt: skip
    body = {
        "&".join(f"{part}={value}" for part, value in sorted(keys[name].items())): entity
        for name, entity in entities.items()
    }
    return call(ats, "PUT", f"/v2/atsCandidates?{query}", {"entities": body})


@pytest.fixture
def refused(ats) -> RejectedRecord:
    """One record of two is refused."""
    answer = push(ats, {"C1": GOOD, "C2": {**GOOD, "atsCreatedAt": "yesterday"}})
    assert answer.status_code == 200, answer.content
    return RejectedRecord.objects.get()


def test_a_batch_is_counted_for_its_day_in_the_statement_of_the_log(ats, refused):
    day = FeedDay.objects.get()
    assert (day.resource, day.received, day.stored, day.rejected) == ("atsCandidates", 2, 1, 1)
    older = {**GOOD, "atsLastModifiedAt": 1773230400000}
    push(ats, {"C1": older})
    day.refresh_from_db()
    assert (day.received, day.stored, day.stale) == (3, 1, 1)


def test_a_good_batch_costs_no_statement_more(ats):
    push(ats, {"C1": GOOD})
    with CaptureQueriesContext(connection) as asked:
        push(ats, {"C1": GOOD})
    about = [one["sql"] for one in asked if re.search("feedday|rejectedrecord", one["sql"])]
    assert len(about) == 1
    assert "ats_sync_apirequest" in about[0]


def test_a_read_is_no_arrival(ats):
    key = f"atsCandidateId=C1&dataProvider=ATS&integrationContext={ats.context}"
    call(ats, "GET", f"/v2/atsCandidates?{urlencode({'ids': key})}")
    assert not FeedDay.objects.exists()


def test_the_record_is_sealed_at_rest(refused):
    assert refused.field == "atsCreatedAt"
    assert SECRET not in refused.sealed
    assert SECRET not in refused.reason


def test_what_was_sent_is_shown_by_right_and_audited(browse, ats, refused):
    url = reverse("admin:ats_sync_rejectedrecord_change", args=[refused.pk])
    clerk = factories.UserFactory(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_rejectedrecord"))
    assert SECRET not in text(browse(clerk).get(url))
    assert not AuditEntry.objects.filter(verb="rejected_record.read").exists()
    clerk.user_permissions.add(Permission.objects.get(codename="view_raw_record"))
    assert SECRET in text(browse(clerk).get(url))
    assert AuditEntry.objects.get(verb="rejected_record.read").actor == clerk


def test_a_record_that_is_sent_again_and_taken_is_settled(ats, refused):
    push(ats, {"C2": GOOD})
    refused.refresh_from_db()
    assert refused.settled_at
    assert not RejectedRecord.objects.standing().exists()
    push(ats, {"C2": {**GOOD, "firstName": ""}})
    refused.refresh_from_db()
    assert refused.settled_at is None, "refused again"


def test_a_record_is_tried_again_by_a_button(admin, ats, refused):  # noqa: F811
    url = reverse("admin:ats_sync_rejectedrecord_changelist")
    action = {"action": "try_again", "_selected_action": [refused.pk]}
    one = reverse("admin:ats_sync_rejectedrecord_change", args=[refused.pk])
    assert 'name="action" value="try_again"' in admin.get(one).content.decode()
    assert "Taken now: 0, refused again: 1" in text(admin.post(url, action, follow=True))
    # The rule that refused it is gone, as after an update of this server.
    sent = rejections._sent(refused)
    sent["body"] = sent["body"].replace('"yesterday"', "1773230400000")
    refused.sealed = rejections.sealing.seal(rejections.json.dumps(sent))
    refused.save()
    assert "Taken now: 1, refused again: 0" in text(admin.post(url, action, follow=True))
    assert ats.candidates.filter(external_id="C2", first_name=SECRET).exists()
    assert 'value="try_again"' not in admin.get(one).content.decode()


def test_notes_are_kept_under_their_parent_and_tried_again(ats, root):
    key = f"atsCandidateId=C1&dataProvider=ATS&integrationContext={ats.context}"
    path = f"/v2/atsCandidates/{key}/notes?ids=N1"
    call(ats, "PUT", path, {"entities": {"N1": {"text": 5}}})
    row = RejectedRecord.objects.get()
    assert row.record_id == "C1 N1"
    assert not rejections.try_again(row, actor=root)
    assert RejectedRecord.objects.get().pk == row.pk


def test_contents_go_after_their_days_and_lines_with_the_log(settings, root, refused):
    RejectedRecord.objects.update(at=timezone.now() - timedelta(days=8))
    rejections.sweep()
    refused.refresh_from_db()
    assert refused.sealed == ""
    with pytest.raises(rejections.NothingKept):
        rejections.try_again(refused, actor=root)
    RejectedRecord.objects.update(at=timezone.now() - timedelta(days=40))
    rejections.sweep()
    assert not RejectedRecord.objects.exists()

"""One-click export, from the click to the candidate in the ATS (contract.md 13, CF-141 to 146)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from ats_sync import applications, candidates, exports, links, outcomes
from ats_sync.models import (
    Ats,
    CallbackDelivery,
    Candidate,
    Export,
    Integration,
    IntegrationSetting,
    JobPosting,
)
from recruiter import contact_sharing, inmail, members
from recruiter.models import Activity, Member, MemberPhone
from rsc.models import AuditEntry, OutboxEvent
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.wire_client import call, elements, get

pytestmark = pytest.mark.django_db

State = Export.State


@pytest.fixture
def job(ats) -> JobPosting:
    return factories.JobPostingFactory(ats=ats, external_id="REQ-100")


def state_of(export: Export) -> str:
    return Export.objects.with_state().get(pk=export.pk).state


def read(ats: Ats, export: Export, surface: str = "v2"):
    path = f"/{surface}/exportedCandidates?q=request&requestId={export.delivery_id}"
    return get(ats, path)


# ----------------------------------------------------------------------------------- the click
def test_an_export_writes_row_notice_event_activity_and_audit_at_once(ada, mae, job, ats):
    export = exports.export(ada, mae, job)
    assert export.delivery.event == CallbackDelivery.Event.EXPORT
    assert export.delivery.expires_at - export.created_at == timedelta(hours=24)
    event = OutboxEvent.objects.get(topic="callback.fell_due")
    assert (event.key, event.payload) == (str(ats.pk), {})
    assert Activity.objects.get().verb == Activity.Verb.EXPORTED
    assert AuditEntry.objects.get().verb == "member.exported"
    assert state_of(export) == State.QUEUED


def test_a_click_that_is_undone_leaves_nothing(ada, mae, job):
    with transaction.atomic():
        exports.export(ada, mae, job)
        transaction.set_rollback(True)
    assert not CallbackDelivery.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_a_member_who_keeps_the_profile_is_not_exported(ada, mae, job):
    mae.shares_with_third_parties = False
    mae.save()
    with pytest.raises(exports.MemberKeepsProfile, match="does not allow exports"):
        exports.export(ada, mae, job)


@pytest.mark.parametrize("field", ["hidden_from_recruiters", "closed_at"])
def test_a_member_who_hides_or_left_does_not_exist(ada, mae, job, field):
    setattr(mae, field, timezone.now() if field == "closed_at" else True)
    mae.save()
    with pytest.raises(exports.MemberNotFound):
        exports.export(ada, mae, job)


def test_a_requisition_that_is_hidden_from_the_seat_does_not_exist(ada, mae, job):
    IntegrationSetting.objects.filter(key="JOB_POSTING_VIEWERS").delete()
    with pytest.raises(exports.RequisitionNotFound):
        exports.export(ada, mae, job)


def test_a_stranger_finds_neither_the_ats_nor_the_requisition(cy, mae, job):
    with pytest.raises(exports.NoAtsToExportTo):
        exports.export(cy, mae, job)
    other = factories.AtsFactory(company=cy.contract.company)
    factories.IntegrationFactory(ats=other, integration_type=Integration.Type.ONE_CLICK_EXPORT)
    with pytest.raises(exports.RequisitionNotFound):
        exports.export(cy, mae, job)


def test_nothing_is_exported_to_an_ats_that_is_switched_off(ada, mae, job, ats):
    ats.integrations.filter(integration_type=Integration.Type.ONE_CLICK_EXPORT).update(
        status=Integration.Status.DISABLED
    )
    with pytest.raises(exports.NoAtsToExportTo, match="administrator"):
        exports.export(ada, mae, job)


def test_a_closed_requisition_takes_exports_too(ada, mae, job):
    JobPosting.objects.update(state=JobPosting.State.CLOSED)
    assert exports.export(ada, mae, job)


def test_the_quota_is_per_seat_and_calendar_month(ada, bo, mae, job, settings):
    settings.EXPORTS_PER_MONTH = 1
    assert exports.exports_left(ada) == 1
    exports.export(ada, mae, job)
    assert (exports.exports_left(ada), exports.exports_left(bo)) == (0, 1)
    other = factories.MemberFactory()
    with pytest.raises(exports.QuotaUsedUp, match="all 1 exports of this month"):
        exports.export(ada, other, job)
    first = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    Export.objects.update(created_at=first - timedelta(microseconds=1))
    assert exports.export(ada, other, job)


def test_the_same_person_on_the_same_requisition_says_when_and_by_whom(ada, bo, mae, job):
    exports.export(ada, mae, job)
    with pytest.raises(exports.AlreadyExported, match=r"^Ada Recruiter exported this .* on "):
        exports.export(bo, mae, job)
    another = factories.JobPostingFactory(ats=job.ats)
    assert exports.export(bo, mae, another)


def test_an_export_that_came_to_nothing_stands_in_nobodys_way(ada, bo, mae, job):
    first = exports.export(ada, mae, job)
    CallbackDelivery.objects.update(expires_at=timezone.now())
    assert state_of(first) == State.EXPIRED
    second = exports.export(bo, mae, job)
    assert state_of(first) == State.FAILED
    CallbackDelivery.objects.filter(pk=second.delivery_id).update(
        state=CallbackDelivery.State.FAILED, last_error="The ATS answered 500"
    )
    assert exports.export(ada, mae, job)
    second.refresh_from_db()
    assert second.failure == "The ATS answered 500"


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_export(ada, bo, mae, job):
    outcomes = []

    def click(seat) -> None:
        try:
            exports.export(seat, mae, job)
            outcomes.append("made")
        except exports.AlreadyExported:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[seat]) for seat in (ada, bo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]
    assert (Export.objects.count(), CallbackDelivery.objects.count()) == (1, 1)


# ---------------------------------------------------------------------------- the ATS fetches it
@pytest.mark.parametrize("surface", ["v2", "rest"])
def test_the_ats_reads_a_stub_without_contact_details(ada, mae, job, ats, surface):
    export = exports.export(ada, mae, job)
    answer = read(ats, export, surface)
    assert answer.status_code == 200
    (element,) = answer.json()["elements"]
    candidate = element["candidate"]
    assert element["integrationContext"] == str(ats.company.urn)
    assert element["externalJobPostingId"] == "REQ-100"
    assert set(candidate) == {
        "firstName", "lastName", "headline", "location", "currentEmployerNames",
        "currentJobTitle", "profileUrl", "member", "exportedBy", "exportedAt",
    }  # fmt: skip
    assert candidate["currentEmployerNames"] == ["Freshing"]
    assert (candidate["member"], candidate["exportedBy"]) == (str(mae.urn), str(ada.urn))
    assert candidate["profileUrl"].endswith(f"/talent/profile/{mae.public_id}/")
    assert "mnorris" not in answer.content.decode()
    assert state_of(export) == State.FETCHED


def test_contact_details_come_along_while_the_member_shares_them(ada, mae, job, ats):
    MemberPhone.objects.create(member=mae, number="+13121234567")
    export = exports.export(ada, mae, job)
    thread = inmail.send(ada, mae, subject="Hello", body="Are you interested?")
    contact_sharing.share(mae, thread)
    candidate = read(ats, export).json()["elements"][0]["candidate"]
    assert candidate["emailAddress"] == "mnorris@gmail.com"
    assert candidate["phoneNumber"] == "+13121234567"
    contact_sharing.withdraw(mae, ats.company)
    assert "emailAddress" not in read(ats, export).json()["elements"][0]["candidate"]


def test_reading_consumes_nothing_and_ends_after_a_day(ada, mae, job, ats):
    export = exports.export(ada, mae, job)
    first = read(ats, export).content
    assert read(ats, export).content == first
    CallbackDelivery.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert read(ats, export).status_code == 404


def test_consent_withdrawn_between_click_and_fetch_stops_the_stub(ada, mae, job, ats):
    export = exports.export(ada, mae, job)
    mae.shares_with_third_parties = False
    mae.save()
    assert read(ats, export).status_code == 404
    assert state_of(export) == State.QUEUED


def test_another_application_reads_nothing(ada, mae, job):
    export = exports.export(ada, mae, job)
    other = factories.AtsFactory()
    assert read(other, export).status_code == 403
    factories.IntegrationFactory(ats=other, integration_type=Integration.Type.ONE_CLICK_EXPORT)
    assert read(other, export).status_code == 404


@pytest.mark.parametrize("text", ["", "0", "x", "-1", "9" * 30, "%00", "1.5"])
def test_an_odd_request_id_is_refused(ats, text):
    answer = get(ats, f"/v2/exportedCandidates?q=request&requestId={text}")
    assert answer.status_code in {400, 404}


def test_the_stub_names_the_candidate_whom_the_ats_has_already(ada, mae, job, ats):
    candidates.upsert(ats, [records.candidate("CAND-9", member=mae.public_id)])
    export = exports.export(ada, mae, job)
    assert read(ats, export).json()["elements"][0]["candidate"]["atsCandidateId"] == "CAND-9"


def test_fields_pick_what_is_told(ada, mae, job, ats):
    export = exports.export(ada, mae, job)
    path = f"/v2/exportedCandidates?q=request&requestId={export.delivery_id}"
    assert elements(ats, f"{path}&fields=candidate:(firstName)") == [
        {"candidate": {"firstName": "Mae"}}
    ]


# -------------------------------------------------------------------------- what becomes of it
def test_attaching_the_person_makes_it_linked(ada, mae, job, ats):
    export = exports.export(ada, mae, job)
    candidates.upsert(ats, [records.candidate()])
    assert state_of(export) == State.QUEUED
    candidates.attach_member(ats, {"CAND-1": mae.public_id})
    assert state_of(export) == State.LINKED


def test_who_was_in_the_ats_before_is_linked_by_an_application_on_that_job(ada, mae, job, ats):
    candidates.upsert(ats, [records.candidate(member=mae.public_id)])
    export = exports.export(ada, mae, job)
    candidates.upsert(ats, [records.candidate(member=mae.public_id)])
    applications.upsert(ats, [records.application("A-1", external_job_id="OTHER")])
    assert state_of(export) == State.QUEUED
    applications.upsert(ats, [records.application("A-2", external_job_id="REQ-100")])
    assert state_of(export) == State.LINKED


def test_a_link_by_hand_here_counts_as_well(ada, mae, job, ats):
    export = exports.export(ada, mae, job)
    candidates.upsert(ats, [records.candidate()])
    links.link(ada, Candidate.objects.get(), mae)
    assert state_of(export) == State.LINKED


def test_a_vendor_may_report_the_outcome(ada, mae, job, ats):
    export = exports.export(ada, mae, job)
    path = f"/v2/exportedCandidates/{export.delivery_id}"
    bad = call(ats, "POST", path, {"patch": {"$set": {"exportStatus": "MAYBE"}}})
    assert bad.status_code == 400
    failed = {"patch": {"$set": {"exportStatus": "FAILED", "message": "No such job"}}}
    assert call(ats, "POST", path, failed).status_code == 204
    export.refresh_from_db()
    assert (export.failure, state_of(export)) == ("No such job", State.FAILED)
    done = {"patch": {"$set": {"exportStatus": "SUCCEEDED"}}}
    assert call(ats, "POST", path, done).status_code == 409
    again = exports.export(ada, mae, job)
    answer = call(ats, "POST", f"/rest/exportedCandidates/{again.delivery_id}", done)
    assert answer.status_code == 204
    assert state_of(again) == State.LINKED


def test_resending_keeps_the_export_under_a_new_request_id(ada, mae, job, ats):
    export = exports.export(ada, mae, job)
    CallbackDelivery.objects.update(state=CallbackDelivery.State.FAILED, expires_at=timezone.now())
    new = outcomes.resend(export.delivery)
    export.refresh_from_db()
    assert export.delivery == new
    assert read(ats, export).status_code == 200


# ------------------------------------------------------------------------------- consent, stopped
def test_a_consent_that_goes_stops_what_is_on_its_way_and_the_row_says_so(
    ada, mae, job, ats, drain
):
    export = exports.export(ada, mae, job)
    drain()
    Member.objects.filter(pk=mae.pk).update(shares_with_third_parties=False)
    with transaction.atomic():
        members.tell_changed([mae.pk])
    drain()
    assert read(ats, export).status_code == 404
    row = Export.objects.with_state().get()
    assert (row.state, row.reason) == (State.FAILED, outcomes.CONSENT_GONE)
    row.delivery.refresh_from_db()
    assert row.delivery.state == CallbackDelivery.State.FAILED  # no notice goes out any more
    Member.objects.filter(pk=mae.pk).update(shares_with_third_parties=True)
    assert read(ats, export).status_code == 404  # what was stopped stays stopped
    assert exports.export(ada, mae, job)


def test_what_arrived_before_the_consent_went_is_left_as_it_is(ada, mae, job, ats):
    export = exports.export(ada, mae, job)
    assert read(ats, export).status_code == 200
    Member.objects.update(shares_with_third_parties=False)
    outcomes.stop_without_consent(mae.pk)
    assert state_of(export) == State.FETCHED
    assert read(ats, export).status_code == 404


def test_a_cancelled_export_is_not_told_even_if_its_notice_arrived(ada, mae, job, ats):
    export = exports.export(ada, mae, job)
    CallbackDelivery.objects.update(state=CallbackDelivery.State.DELIVERED)
    assert outcomes.cancel(ada, Export.objects.all()) == 1
    assert read(ats, export).status_code == 404
    assert outcomes.cancel(ada, Export.objects.all()) == 0
    assert exports.exports_left(ada) == 300


def test_every_way_out_asks_for_consent(ada, mae, job):
    export = exports.export(ada, mae, job)
    CallbackDelivery.objects.update(state=CallbackDelivery.State.FAILED)
    Member.objects.update(shares_with_third_parties=False)
    for automatic in (False, True):
        outcome = exports.export_many(ada, [mae], job, automatic=automatic)
        assert isinstance(outcome.refused[mae.pk], exports.MemberKeepsProfile)
    with pytest.raises(exports.MemberKeepsProfile):
        outcomes.retry(ada, export)
    assert isinstance(exports.why_not(ada, mae), exports.MemberKeepsProfile)
    assert Export.objects.count() == 1

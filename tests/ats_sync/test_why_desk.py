"""The “Why?” desk: what it recognises, each reason it gives, and who may ask."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from ats_sync import candidates, exports
from ats_sync.models import (
    ApiRequest,
    ApiUsage,
    Application,
    EntityAcl,
    EntityAclAssignee,
    Integration,
    IntegrationSetting,
    RejectedRecord,
)
from recruiter import inmail, notes
from recruiter.models import ProjectSeat, RecruiterNote
from rsc.models import AuditEntry, Seat
from tests import factories
from tests.ats_sync import records

pytestmark = pytest.mark.django_db
WHY = "/admin/ats_sync/why/"
JOB = EntityAcl.EntityType.JOB_POSTING


@pytest.fixture
def explain(root, browse):
    """The desk's answer as text, steps on lines of their own."""
    client = browse(root)

    def ask(text: str, seen_by: str = "", **more: str) -> str:
        response = client.post(WHY, {"text": text, "seen_by": seen_by, **more})
        assert response.status_code == 200
        return words_of(response)

    return ask


def words_of(response) -> str:
    page = response.content.decode().split('<div id="content"', 1)[1]
    return re.sub(r"\s+", " ", strip_tags(page)).replace("&#x27;", "'").replace("&amp;", "&")


@pytest.fixture
def known(ats, mae, drain):
    """Mae's record in the ATS, matched with her, on one requisition."""
    sent = records.candidate(
        "C-9", first_name="Mae", last_name="Norris", emails=["mnorris@gmail.com"]
    )
    candidates.upsert(ats, [sent])
    drain()
    candidate = ats.candidates.get()
    factories.ApplicationFactory(candidate=candidate, external_job_id="JX1")
    return candidate


@pytest.fixture
def job(ats):
    return factories.JobPostingFactory(ats=ats, external_id="JX1", title="Account Manager")


def hide(ats, key: str) -> None:
    IntegrationSetting.objects.filter(integration__ats=ats, key=key).delete()


# ------------------------------------------------------------------------------- what is meant
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mae norris", "Record of an ATS: Mae Norris · C-9"),
        ("mae norris", "Member: Mae Norris"),
        ("MNorris@gmail.com", "Record of an ATS: Mae Norris · C-9"),
        ("mnorris@gmail.com", "Member: Mae Norris"),
        ("C-9", "Record of an ATS: Mae Norris · C-9"),
        ("JX1", "Requisition: Account Manager · JX1"),
        ("ada recruiter", "Seat: Ada Recruiter on"),
        ("ada@people.test", "Seat: Ada Recruiter on"),
    ],
)
def test_the_box_says_what_it_recognises(known, job, ada, explain, text, kind):
    assert kind in explain(text)


def test_urns_uuids_and_numbers_are_recognised(known, job, mae, ada, explain):
    export = exports.export(ada, mae, job)
    thread = inmail.send(ada, mae, subject="A", body="B")
    note = notes.add(ada, mae, "Secret words")
    request = ApiRequest.objects.create(
        at=timezone.now(), resource="atsCandidates", method="PUT", status=200, took_ms=3
    )
    for text, kind in {
        str(mae.urn): "Member: Mae Norris",
        str(ada.urn): "Seat: Ada",
        str(job.urn): "Requisition: Account Manager",
        str(thread.urn): "InMail thread: number",
        str(request.uuid): "Request of an ATS: PUT atsCandidates",
        f"note {note.pk}": "Note: number",
        f"export {export.pk}": "Export: number",
        f"notice {export.delivery_id}": "Export: number",
        f"seat {ada.pk}": "Seat: Ada",
    }.items():
        assert kind in explain(text), text


def test_many_that_fit_are_listed_to_choose_from(explain):
    for _ in range(4):
        factories.MemberFactory(first_name="Kim", last_name="Lee")
    page = explain("Kim Lee")
    assert "4 things fit “Kim Lee”" in page
    assert "Can recruiters find" not in page


@pytest.mark.parametrize("text", ["x", "urn:li:seat:abc", "urn:x", "note 999999999999999999", "0"])
def test_odd_words_find_nothing_and_break_nothing(ats, explain, text):
    assert "Not received." in explain(text)


def test_what_is_typed_stands_in_no_address_and_looks_are_audited(known, mae, root, browse):
    client = browse(root)
    page = client.post(WHY, {"text": "mnorris@gmail.com", "seen_by": ""}).content.decode()
    assert not re.search(r'href="[^"]*mnorris', page)
    looked = AuditEntry.objects.filter(verb="why.looked", actor=root)
    assert {entry.subject for entry in looked} == {f"candidate:{known.pk}", f"member:{mae.pk}"}
    assert "mnorris" not in str(AuditEntry.objects.values_list("subject", "detail"))
    assert client.get(f"{WHY}candidate/{known.pk}/").status_code == 200
    for lost in ("candidate/0", "nonsense/1", "request/1", "seat/x"):
        assert client.get(f"{WHY}{lost}/").status_code == 404


def test_only_those_who_may_see_records_and_links_may_ask(ada, browse):
    ada.user.is_staff = True
    ada.user.save()
    assert browse(ada).get(WHY).status_code == 403
    assert browse(ada).get(f"{WHY}seat/{ada.pk}/").status_code == 403


def test_an_unclear_seat_is_asked_for(mae, ada, di, explain):
    twin = factories.SeatFactory(contract=di.contract, user=ada.user)
    page = explain("mnorris@gmail.com", "ada@people.test")
    assert "Several seats fit" in page
    assert "Does Ada" not in page
    assert "Does Ada" in explain("mnorris@gmail.com", "ada@people.test", seat=str(twin.pk))
    assert "No seat fits “nobody”" in explain("mnorris@gmail.com", "nobody")


# ------------------------------------------------------------------------------------ the badge
def test_a_badge_that_is_shown_has_a_whole_chain(known, ada, explain, drain):
    drain()
    page = explain("C-9", "ada@people.test")
    assert "Does Ada Recruiter see “In Acme ATS” beside the member? The badge is shown." in page
    assert "Matched with the record C-9" in page


def test_no_badge_where_the_feature_is_off(known, ada, explain):
    Integration.objects.filter(integration_type="IN_ATS_INDICATOR").update(status="DISABLED")
    page = explain("C-9", "ada@people.test")
    assert "The badge is not shown." in page
    assert "“In-ATS indicator and Past applicants” is disabled for Acme ATS." in page


def test_no_badge_where_the_feature_was_never_asked_for(mae, ada, explain):
    factories.AtsFactory(company=ada.contract.company)
    assert "was never asked for in Acme ATS" in explain("mnorris@gmail.com", f"seat {ada.pk}")


def test_no_badge_where_no_record_is_matched(ats, mae, ada, explain):
    page = explain("mnorris@gmail.com", "ada@people.test")
    assert "No record of Acme ATS is matched with Mae Norris." in page


def test_no_badge_on_jobs_that_are_not_open_to_the_seat(known, ats, ada, explain):
    hide(ats, "APPLICATION_VIEWERS")
    page = explain("C-9", "ada@people.test")
    assert "0 of 1 application open to Ada Recruiter" in page
    assert "The badge is not shown." in page


def test_no_badge_before_search_knows(known, mae, ada, explain):
    mae.footprints.all().delete()
    assert "Search does not know of it yet" in explain("C-9", "ada@people.test")


def test_no_badge_at_a_company_without_an_ats(mae, cy, explain):
    assert "has connected no ATS" in explain("mnorris@gmail.com", "cy@people.test")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hidden_from_recruiters": True}, "The member hides from recruiters."),
        ({"closed_at": timezone.now()}, "The member has closed the account."),
    ],
)
def test_no_badge_beside_members_whom_nobody_sees(ats, mae, ada, explain, change, words):
    type(mae).objects.filter(pk=mae.pk).update(**change)
    assert words in explain("mnorris@gmail.com", "ada@people.test")


def test_hiring_managers_see_only_whom_it_concerns(ats, mae, hal, explain):
    page = explain("mnorris@gmail.com", "hal@people.test")
    assert "A hiring manager sees only people of projects" in page
    assert "The seat's role is hiring manager" in page


# ----------------------------------------------------------------------------------- the export
def test_an_open_export_says_so(ats, mae, ada, explain):
    assert "Export is open." in explain("mnorris@gmail.com", "ada@people.test")


def test_no_export_without_consent_quota_or_feature(ats, mae, ada, explain, settings):
    type(mae).objects.filter(pk=mae.pk).update(shares_with_third_parties=False)
    settings.EXPORTS_PER_MONTH = 0
    Integration.objects.filter(integration_type="ONE_CLICK_EXPORT").update(status="DISABLED")
    page = explain("mnorris@gmail.com", "ada@people.test")
    for words in (
        "Export is greyed.",
        "“One-click export” is disabled for Acme ATS.",
        "The member does not allow exports to other systems.",
        "0 of 0 exports are left to the seat this month.",
    ):
        assert words in page


def test_earlier_exports_are_told_and_followed(ats, job, mae, ada, explain):
    export = exports.export(ada, mae, job)
    page = explain("mnorris@gmail.com", "ada@people.test")
    assert "Ada Recruiter exported the member to Account Manager (JX1): queued." in page
    page = explain(f"export {export.pk}")
    assert "It has not arrived." in page
    assert "Acme ATS has not yet: read the stub." in page


# ------------------------------------------------------------------------------- the requisition
def test_a_requisition_that_is_offered(job, ada, explain):
    assert "It is in the list." in explain("JX1", "ada@people.test")
    assert "Everyone at the company sees it." in explain("JX1")


def test_a_requisition_is_missing_because_it_is_closed(job, ada, explain):
    type(job).objects.update(state="CLOSED")
    assert "offered only behind “Include closed ones”" in explain("JX1", "ada@people.test")


def test_a_requisition_is_missing_because_it_belongs_to_others(job, cy, explain):
    page = explain("JX1", "cy@people.test")
    assert "Acme ATS belongs to another company than the seat's company." in page


def test_a_requisition_is_missing_because_of_its_lists(job, ats, ada, explain):
    hide(ats, "JOB_POSTING_VIEWERS")
    assert "no access list came for it" in explain("JX1")
    acl = {"ats": ats, "acl_id": "A", "entity_type": JOB}
    EntityAcl.objects.create(entity_id="JX1", **acl)
    page = explain("JX1", "ada@people.test")
    assert "does not name Ada Recruiter for it" in page
    assert "It is not in the list." in page
    assert "names nobody who works here" in explain("JX1")
    EntityAclAssignee.objects.create(person_id=ada.user.person_id, **acl)
    assert "It is in the list." in explain("JX1", "ada@people.test")
    assert "Its access list names Ada Recruiter." in explain("JX1")


def test_a_requisition_that_never_came(ats, ada, explain):
    EntityAcl.objects.create(ats=ats, acl_id="A", entity_type=JOB, entity_id="JX-77")
    factories.ApplicationFactory(candidate__ats=ats, external_job_id="JX-77")
    page = explain("JX-77")
    assert "sent an access list for it, but not the requisition itself" in page
    assert "which names it and waits for it" in page


# ---------------------------------------------------------------------------------- the messages
@pytest.fixture
def thread(known, ada, mae):
    return inmail.send(ada, mae, subject="Topsecret", body="Topsecret words")


def open_activity(ats, seat) -> None:
    factories.IntegrationFactory(
        ats=ats, integration_type=Integration.Type.CSA_API, contract=seat.contract
    )


def test_messages_do_not_leave_a_contract_that_is_closed(thread, ada, explain):
    page = explain("C-9", "ada@people.test")
    assert "The contract “Recruiting” does not open its recruiters' activity to Acme ATS." in page
    assert "Acme ATS has not got the newest." in page
    assert "Topsecret" not in page


def test_messages_wait_until_the_ats_asks_for_the_seat(thread, ats, ada, explain):
    open_activity(ats, ada)
    assert "has not asked for InMails of urn:li:seat" in explain(f"thread {thread.pk}")
    asked = {"application": ats.application, "resource": "conversationEvents"}
    ApiRequest.objects.create(at=timezone.now(), method="GET", status=200, took_ms=1, **asked)
    page = explain(f"thread {thread.pk}")
    assert "asked for InMails since; for which seat is not kept longer than two days" in page
    asked["resource"] = f"conversationEvents {ada.pk}"
    ApiUsage.objects.create(span="minute", started_at=timezone.now(), **asked)
    page = explain(f"thread {thread.pk}")
    assert "Acme ATS asked for the InMails of this seat since." in page
    assert "Acme ATS has asked since." in page


def test_messages_need_a_record_to_stand_at(ats, ada, explain):
    stranger = factories.MemberFactory()
    thread = inmail.send(ada, stranger, subject="A", body="B")
    assert "so messages stand nowhere" in explain(f"thread {thread.pk}")


def test_messages_of_a_seat_that_does_not_work(thread, ada, explain):
    Seat.objects.filter(pk=ada.pk).update(state=Seat.State.PARKED)
    page = explain(f"thread {thread.pk}")
    assert "is parked. Many ATSs ask only for active seats." in page
    assert "The seat is parked" in explain(f"seat {ada.pk}")


def test_who_can_be_written_to_follows_the_compose_window(ats, mae, ada, explain):
    type(mae).objects.filter(pk=mae.pk).update(accepts_inmail=False)
    assert "Mae takes no messages from recruiters." in explain(mae.public_id, "ada@people.test")


# ------------------------------------------------------------------------------------- the notes
def test_who_sees_a_note(mae, ada, bo, hal, ats, explain):
    project = factories.ProjectFactory(owner=ada, private=True)
    ProjectSeat.objects.create(project=project, seat=bo)
    private = notes.add(ada, mae, "Topsecret", visibility="private")
    shared = notes.add(ada, mae, "Topsecret", visibility="project", project=project)
    public = notes.add(ada, mae, "Topsecret")
    page = explain(f"note {private.pk}", "bo@people.test")
    assert "Active seats that see it now: Ada Recruiter." in page
    assert "The note is not shown." in page
    assert "Topsecret" not in page
    page = explain(f"note {shared.pk}", "bo@people.test")
    assert "Active seats that see it now: Bo Colleague, Ada Recruiter." in page
    assert "The note is shown." in page
    assert "No ATS may read it: only notes for the whole contract leave." in page
    assert "the contract opens its activity to none" in explain(f"note {public.pk}")
    open_activity(ats, ada)
    assert "Acme ATS may read it and has not asked for notes since" in explain(f"note {public.pk}")
    assert RecruiterNote.objects.visible_to(hal).count() == 1
    notes.delete(ada, public)
    assert "Ada Recruiter deleted it" in explain(f"note {public.pk}")


# ---------------------------------------------------------------------------------- the requests
def test_what_became_of_a_request_and_of_a_refused_record(ats, explain):
    refused = {"id": "C-404", "status": 400, "field": "firstName", "message": "is required"}
    request = ApiRequest.objects.create(
        at=timezone.now() - timedelta(days=1), application=ats.application, method="PUT",
        resource="atsCandidates", status=200, took_ms=5, records=2, failed=1,
        record_ids=["C-404"], errors=[refused], unknown_fields=["fristName"],
    )  # fmt: skip
    page = explain(str(request.uuid))
    assert "2 records came: 1 taken, 1 refused" in page
    assert "C-404: 400 /firstName: is required" in page
    assert "Fields that nobody knows here: fristName." in page
    assert "Received and refused: is required" in explain("C-404")
    assert "Not received." in explain(str(uuid.uuid4()))
    RejectedRecord.objects.create(
        ats=ats, resource="atsCandidates", record_id="C-405", field="lastName", status=400,
        reason="is too long", request_uuid=request.uuid, at=request.at,
    )  # fmt: skip
    assert "Refused as atsCandidates of Acme ATS: /lastName: is too long" in explain("C-405")


def test_a_requisition_that_was_refused(ats, explain):
    ats.job_posting_tasks.create(
        external_job_posting_id="JX-5", status="FAILED", error="title is missing",
        created_at=timezone.now(),
    )  # fmt: skip
    assert "was refused: title is missing" in explain("JX-5")


def test_a_candidate_that_applications_wait_for(ats, explain):
    Application.objects.create(
        ats=ats, external_id="A-1", external_job_id="J", job_name="J", first_name="A",
        external_candidate_id="C-77", external_created_at=factories.LONG_AGO,
        external_modified_at=factories.LONG_AGO, received_at=factories.LONG_AGO,
    )  # fmt: skip
    assert "sent the application A-1, which names it and waits for it" in explain("C-77")


# -------------------------------------------------------------------------------------- the cost
def test_more_rows_cost_no_more_queries(known, thread, job, mae, ada, ats, explain):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            explain("C-9", "ada@people.test")
        return len(queries)

    explain("C-9", "ada@people.test")
    before = cost()
    for number in range(3):
        factories.ApplicationFactory(candidate=known, external_job_id="JX1")
        exports.export(ada, mae, factories.JobPostingFactory(ats=ats, external_id=f"N{number}"))
        factories.AtsFactory(company=ats.company, name=f"ATS {number}")
        factories.MemberEmailFactory(member=mae, primary=False)
    assert cost() == before


def test_the_index_leads_there(root, browse):
    page = browse(root).get("/admin/").content.decode()
    assert f'href="{WHY}"' in page


# ------------------------------------------------------------------ the same, told to a recruiter
def test_a_recruiter_asks_why_messages_are_not_in_the_ats(thread, ats, ada, bo, browse):
    address = f"/ats/messages/{thread.pk}/why/"
    assert address in browse(ada).get(thread.get_absolute_url()).content.decode()
    page = browse(ada).get(address).content.decode()
    assert "does not open its recruiters&#x27; activity to Acme ATS" in page
    assert "matched with the record C-9" in page
    assert "/admin/" not in page
    assert browse(bo).get(address).status_code == 404


def test_a_recruiter_learns_of_no_hidden_record_by_asking(thread, ats, ada, browse):
    hide(ats, "APPLICATION_VIEWERS")
    page = browse(ada).get(f"/ats/messages/{thread.pk}/why/").content.decode()
    assert "C-9" not in page
    assert "No record of Acme ATS known here is matched with the member" in page


def test_who_is_in_no_ats_has_a_why_beside(ats, ada, browse):
    stranger = factories.MemberFactory()
    page = browse(ada).get(f"/ats/members/{stranger.public_id}/status/").content.decode()
    assert f'href="/ats/members/{stranger.public_id}/why/">why?</a>' in page

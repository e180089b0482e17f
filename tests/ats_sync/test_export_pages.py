"""The export dialog and the list of exports, as a recruiter uses them."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from ats_sync import applications, candidates, exports
from ats_sync.models import (
    CallbackDelivery,
    Export,
    Integration,
    IntegrationSetting,
    JobPosting,
    ProjectRequisition,
)
from recruiter import projects
from recruiter.models import Member, ProjectSeat
from tests import factories
from tests.ats_sync import records

pytestmark = pytest.mark.django_db

DIALOG = "/ats/people/export/"
LIST = "/ats/exports/"


@pytest.fixture
def job(ats) -> JobPosting:
    return factories.JobPostingFactory(
        ats=ats, external_id="REQ-100", title="Senior Account Manager", company_job_code="JX1200"
    )


def people(count: int, **fields) -> list[Member]:
    return [factories.MemberFactory(**fields) for _ in range(count)]


def named(members: list[Member]) -> dict[str, list[str]]:
    return {"person": [member.public_id for member in members]}


def text_of(response) -> str:
    page = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", response.content.decode())
    return re.sub(r"\s+", " ", page)


# ------------------------------------------------------------------------------------- the dialog
def test_the_dialog_shows_the_person_the_requisitions_and_the_quota(browse, ada, mae, job):
    page = text_of(browse(ada).get(DIALOG, named([mae])))
    for words in ("Mae Norris", "Account Manager at Freshing", "Senior Account Manager", "JX1200"):
        assert words in page
    assert "300 exports left this month" in page
    assert 'id="requisition-ats"' not in page  # there is only one ATS


def test_open_requisitions_come_first_and_closed_ones_when_asked(browse, ada, mae, ats, job):
    factories.JobPostingFactory(ats=ats, title="A closed one", state=JobPosting.State.CLOSED)
    client = browse(ada)
    assert "A closed one" not in text_of(client.get(DIALOG, named([mae])))
    page = text_of(client.get(DIALOG, {**named([mae]), "closed": "on"}))
    assert page.index("Senior Account Manager") < page.index("A closed one")


@pytest.mark.parametrize("words", ["senior", "manager account", "req-100", "JX1200"])
def test_requisitions_are_found_by_title_id_or_code(browse, ada, mae, ats, job, words):
    factories.JobPostingFactory(ats=ats, title="Data Engineer", external_id="ZZ9")
    page = text_of(browse(ada).get(DIALOG, {**named([mae]), "q": words}))
    assert "Senior Account Manager" in page
    assert "Data Engineer" not in page


def test_typing_brings_only_the_requisitions(browse, ada, mae, job):
    headers = {"HX-Request": "true", "HX-Target": "requisitions"}
    response = browse(ada).get(DIALOG, {**named([mae]), "q": "senior"}, headers=headers)
    assert response.content.decode().strip().startswith('<div id="requisitions"')
    assert "HX-Target" in response["Vary"]


def test_a_hidden_requisition_is_neither_listed_nor_taken(browse, ada, mae, job):
    IntegrationSetting.objects.filter(key="JOB_POSTING_VIEWERS").delete()
    client = browse(ada)
    assert "Senior Account Manager" not in text_of(client.get(DIALOG, named([mae])))
    client.post(DIALOG, {**named([mae]), "job": job.pk})
    assert not Export.objects.exists()


def test_where_a_member_is_already_is_told(browse, ada, mae, ats, job):
    candidates.upsert(ats, [records.candidate(member=mae.public_id)])
    applications.upsert(ats, [records.application("A-1", external_job_id="REQ-100")])
    page = text_of(browse(ada).get(DIALOG, named([mae])))
    assert "Already in Acme ATS on Senior Account Manager (REQ-100)" in page


def test_with_several_atss_one_is_chosen(browse, ada, mae, freshing, job):
    other = factories.AtsFactory(company=freshing, name="Beta ATS")
    factories.IntegrationFactory(ats=other, integration_type=Integration.Type.ONE_CLICK_EXPORT)
    factories.JobPostingFactory(ats=other, title="At Beta", access_restricted=False)
    client = browse(ada)
    page = text_of(client.get(DIALOG, named([mae])))
    assert "Beta ATS</option>" in page
    assert "At Beta" not in page
    page = text_of(client.get(DIALOG, {**named([mae]), "ats": other.pk}))
    assert "At Beta" in page
    assert "Senior Account Manager" not in page


def test_not_seeing_a_requisition_is_explained_without_betraying_hidden_ones(
    browse, ada, mae, ats, freshing, job
):
    factories.JobPostingFactory(ats=ats, title="Old one", state=JobPosting.State.CLOSED)
    off = factories.AtsFactory(company=freshing, name="Beta ATS")
    factories.IntegrationFactory(
        ats=off,
        integration_type=Integration.Type.ONE_CLICK_EXPORT,
        status=Integration.Status.DISABLED,
    )
    client = browse(ada)
    asked = {**named([mae]), "why": "yes", "q": "old"}
    page = text_of(client.get(DIALOG, asked))
    assert "1 open and 1 closed that you may see" in page
    assert "Found: Old one" in page
    assert "closed: tick" in page
    assert "has not been sent yet" in page
    assert "Export to it is not switched on" in page
    IntegrationSetting.objects.filter(key="JOB_POSTING_VIEWERS").delete()
    hidden = text_of(client.get(DIALOG, asked))
    JobPosting.objects.filter(title="Old one").delete()
    assert hidden.replace("old", "") == text_of(client.get(DIALOG, asked)).replace("old", "")
    assert "shows requisitions only to the people it names" in hidden


def test_who_cannot_be_exported_stays_behind_with_the_reason(browse, ada, mae, job):
    (shy,) = people(1, first_name="Shy", shares_with_third_parties=False)
    client = browse(ada)
    page = text_of(client.get(DIALOG, {**named([mae, shy]), "job": job.pk}))
    assert "Stays behind: Shy Ber." in page
    assert "This member does not allow exports to other systems." in page
    client.post(DIALOG, {**named([mae, shy]), "job": job.pk})
    assert [export.member for export in Export.objects.all()] == [mae]


def test_one_person_is_exported_and_the_recruiter_goes_back(browse, ada, mae, job):
    back = mae.get_absolute_url()
    answer = browse(ada).post(DIALOG, {**named([mae]), "job": job.pk, "next": back}, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert "Mae Norris is on the way to Senior Account Manager (REQ-100) in Acme ATS." in text_of(
        answer
    )


def test_two_clicks_are_one_export(browse, ada, mae, job):
    client = browse(ada)
    for _ in range(2):
        answer = client.post(DIALOG, {**named([mae]), "job": job.pk}, follow=True)
    assert "Ada Recruiter exported this member to" in text_of(answer)
    assert Export.objects.count() == 1


def test_without_a_requisition_nothing_is_sent(browse, ada, mae, job):
    answer = browse(ada).post(DIALOG, named([mae]))
    assert "Choose a requisition first." in text_of(answer)
    assert not Export.objects.exists()


@pytest.mark.parametrize("job_id", ["x", "-1", "9" * 30])
def test_an_odd_requisition_is_none(browse, ada, mae, job, job_id):
    answer = browse(ada).post(DIALOG, {**named([mae]), "job": job_id})
    assert "Choose a requisition first." in text_of(answer)


def test_the_301st_export_of_a_month_is_refused_with_the_reason(browse, ada, mae, job, settings):
    settings.EXPORTS_PER_MONTH = 2
    others = people(2)
    exports.export_many(ada, others, job)
    client = browse(ada)
    page = text_of(client.get(DIALOG, named([mae])))
    assert "0 exports left this month" in page
    assert "You have made all 2 exports of this month." in page
    answer = client.post(DIALOG, {**named([mae]), "job": job.pk}, follow=True)
    assert "Not exported: Mae Norris. You have made all 2 exports" in text_of(answer)


def test_a_bulk_export_goes_as_far_as_the_quota(ada, job, settings):
    settings.EXPORTS_PER_MONTH = 2
    outcome = exports.export_many(ada, people(3), job)
    assert (len(outcome.made), len(outcome.refused)) == (2, 1)


def test_without_an_ats_the_dialog_says_who_can_help(browse, cy, mae):
    assert "An administrator can switch it on." in text_of(browse(cy).get(DIALOG, named([mae])))


def test_a_project_proposes_the_requisition_that_it_fills(browse, ada, mae, ats, job):
    project = factories.ProjectFactory(owner=ada)
    factories.JobPostingFactory(ats=ats, title="Another")
    client = browse(ada)
    where = reverse("ats:project_requisition", args=[project.pk])
    assert "Senior Account Manager" in text_of(client.get(where))
    client.post(where, {"jobs": job.pk})
    page = text_of(client.get(DIALOG, {**named([mae]), "in": project.pk}))
    assert f'value="{job.pk}" required checked' in page
    client.post(where, {})
    assert not ProjectRequisition.objects.exists()


def test_of_several_requisitions_that_a_project_fills_the_recruiter_chooses(
    browse, ada, mae, ats, job
):
    project = factories.ProjectFactory(owner=ada)
    first = factories.JobPostingFactory(ats=ats, title="A job elsewhere")
    other = factories.JobPostingFactory(ats=ats, title="Zoo keeper")
    client = browse(ada)
    where = reverse("ats:project_requisition", args=[project.pk])
    client.post(where, {"jobs": [job.pk, other.pk]})
    fills = text_of(client.get(reverse("ats:project_fills", args=[project.pk])))
    assert fills.index("Senior Account Manager") < fills.index("Zoo keeper")
    page = text_of(client.get(DIALOG, {**named([mae]), "in": project.pk}))
    assert "required checked" not in page
    assert page.index(f'value="{other.pk}" required') < page.index(f'value="{first.pk}" required')
    client.post(where, {"jobs": [other.pk]})
    assert list(project.requisitions.values_list("job_posting", flat=True)) == [other.pk]


def test_a_requisition_that_a_seat_may_not_see_survives_its_choice(browse, ada, ats, job):
    project = factories.ProjectFactory(owner=ada)
    hidden = factories.JobPostingFactory()  # of another company's ATS
    ProjectRequisition.objects.create(project=project, job_posting=hidden)
    where = reverse("ats:project_requisition", args=[project.pk])
    browse(ada).post(where, {"jobs": [job.pk]})
    assert set(project.requisitions.values_list("job_posting", flat=True)) == {job.pk, hidden.pk}


def test_who_only_looks_in_a_project_does_not_choose_its_requisitions(browse, ada, bo, job):
    project = factories.ProjectFactory(owner=ada)
    projects.give_rights(project, bo, ProjectSeat.Rights.VIEW)
    where = reverse("ats:project_requisition", args=[project.pk])
    assert browse(bo).post(where, {"jobs": [job.pk]}).status_code == 403
    assert "Change" not in text_of(browse(bo).get(reverse("ats:project_fills", args=[project.pk])))


def test_a_hiring_manager_exports_nobody(browse, hal, mae, job):
    assert browse(hal).post(DIALOG, {**named([mae]), "job": job.pk}).status_code == 403
    assert not Export.objects.exists()


# --------------------------------------------------------------------------------------- the list
def test_many_people_lead_to_a_page_that_shows_how_far_they_are(browse, ada, job):
    client = browse(ada)
    answer = client.post(DIALOG, {**named(people(3)), "job": job.pk}, follow=True)
    page = text_of(answer)
    assert "3 people are on the way to" in page
    assert "0 of 3 done" in page
    assert 'hx-trigger="every 2s"' in page
    Export.objects.update(linked_at=timezone.now())
    page = text_of(client.get(answer.request["PATH_INFO"], {"batch": Export.objects.first().batch}))
    assert "All 3 done" in page
    assert "every 2s" not in page


def test_the_rest_of_a_bulk_export_can_be_cancelled(browse, ada, ats, job):
    outcome = exports.export_many(ada, people(4), job)
    first = outcome.made[0]
    Export.objects.filter(pk=first.pk).update(fetched_at=timezone.now())
    answer = browse(ada).post(
        "/ats/exports/cancel/", {"batch": str(outcome.batch), "next": LIST}, follow=True
    )
    assert "3 exports cancelled." in text_of(answer)
    assert "Cancelled by Ada Recruiter." in text_of(answer)
    waiting = CallbackDelivery.objects.filter(state=CallbackDelivery.State.WAITING)
    assert list(waiting) == [first.delivery]
    assert exports.exports_left(ada) == 299  # what nobody fetched costs nothing


def test_a_colleague_sees_an_export_but_does_not_cancel_it(browse, ada, bo, mae, job):
    export = exports.export(ada, mae, job)
    client = browse(bo)
    assert "Mae Norris" not in text_of(client.get(LIST))
    assert "Mae Norris" in text_of(client.get(LIST, {"team": "on"}))
    assert client.post("/ats/exports/cancel/", {"export": export.pk}).status_code == 404


def test_a_stranger_finds_no_export_of_ours(browse, ada, cy, mae, job):
    export = exports.export(ada, mae, job)
    client = browse(cy)
    assert "Mae Norris" not in text_of(client.get(LIST, {"team": "on"}))
    assert "Mae" not in text_of(client.get(LIST, {"batch": str(export.batch)}))
    assert client.post(f"/ats/exports/{export.pk}/retry/").status_code == 404
    assert client.post("/ats/exports/cancel/", {"batch": str(export.batch)}).status_code == 404


def test_the_list_is_narrowed_by_state_and_by_words(browse, ada, mae, ats, job):
    (other,) = people(1, first_name="Zoe")
    exports.export(ada, mae, job)
    done = exports.export(ada, other, job)
    Export.objects.filter(pk=done.pk).update(linked_at=timezone.now())
    client = browse(ada)
    linked = text_of(client.get(LIST, {"state": "LINKED"}))
    assert "Zoe" in linked
    assert "Mae Norris" not in linked
    found = text_of(client.get(LIST, {"words": "mae nor"}))
    assert "Mae Norris" in found
    assert "Zoe" not in found
    assert "No export fits." in text_of(client.get(LIST, {"words": "nobody"}))


def test_a_failed_export_tells_why_and_is_tried_again(browse, ada, mae, job):
    export = exports.export(ada, mae, job)
    CallbackDelivery.objects.update(
        state=CallbackDelivery.State.FAILED, last_error="The ATS answered 500"
    )
    client = browse(ada)
    assert "The ATS answered 500" in text_of(client.get(LIST))
    answer = client.post(f"/ats/exports/{export.pk}/retry/", {"next": LIST}, follow=True)
    assert "Mae Norris is on the way again." in text_of(answer)
    assert Export.objects.with_state().first().state == Export.State.QUEUED
    again = client.post(f"/ats/exports/{Export.objects.first().pk}/retry/", follow=True)
    assert "This export has not failed." in text_of(again)


def test_a_retry_asks_for_consent_anew(browse, ada, mae, job):
    export = exports.export(ada, mae, job)
    CallbackDelivery.objects.update(state=CallbackDelivery.State.FAILED)
    Member.objects.update(shares_with_third_parties=False)
    answer = browse(ada).post(f"/ats/exports/{export.pk}/retry/", follow=True)
    assert "This member does not allow exports" in text_of(answer)
    assert Export.objects.count() == 1


def test_a_member_who_hides_is_not_named_in_the_list(browse, ada, mae, job):
    exports.export(ada, mae, job)
    Member.objects.update(hidden_from_recruiters=True)
    client = browse(ada)
    page = text_of(client.get(LIST))
    assert "A member who is not here any more" in page
    assert "Norris" not in page
    assert "Norris" not in text_of(client.get("/ats/exports/news/"))


# ----------------------------------------------------------------------------------- other places
def test_below_the_header_of_the_profile_stands_what_became_of_it(browse, ada, mae, job):
    exports.export(ada, mae, job)
    client = browse(ada)
    where = reverse("ats:member_exports", args=[mae.public_id])
    assert "Export on its way \N{EN DASH} Senior Account Manager \N{EN DASH} JX1200" in text_of(
        client.get(where)
    )
    Export.objects.update(linked_at=timezone.now())
    page = text_of(client.get(where))
    assert "Export complete \N{EN DASH} Senior Account Manager \N{EN DASH} JX1200" in page
    assert "Ada Recruiter" in page


def test_rows_of_a_pipeline_show_the_newest_state(browse, ada, mae, ats, job):
    exports.export(ada, mae, job)
    Export.objects.update(linked_at=timezone.now())
    exports.export(ada, mae, factories.JobPostingFactory(ats=ats))
    page = text_of(browse(ada).get("/ats/people/exports/", named([mae])))
    assert f'id="export-of-{mae.public_id}"' in page
    assert "Export: Queued" in page
    assert "In the ATS" not in page


def test_the_recruiter_is_told_once_that_it_arrived(browse, ada, bo, mae, job):
    exports.export(ada, mae, job)
    client = browse(ada)
    assert "Mae Norris" not in text_of(client.get("/ats/exports/news/"))
    Export.objects.update(linked_at=timezone.now())
    assert "Mae Norris" in text_of(client.get("/ats/exports/news/"))
    assert "Mae Norris" not in text_of(browse(bo).get("/ats/exports/news/"))
    client.post("/ats/exports/news/read/")
    assert "Mae Norris" not in text_of(client.get("/ats/exports/news/"))


# ------------------------------------------------------------------------------------------ counts
@pytest.mark.parametrize("count", [1, 40])
def test_the_dialog_takes_as_many_queries_for_many_as_for_one(
    browse, ada, job, count, django_assert_num_queries
):
    client, members = browse(ada), people(count)
    with django_assert_num_queries(11):
        client.get(DIALOG, named(members))


@pytest.mark.parametrize("count", [1, 40])
def test_an_export_takes_as_many_statements_for_many_as_for_one(
    ada, job, count, django_assert_num_queries
):
    members = people(count)
    with django_assert_num_queries(17):
        exports.export_many(ada, members, job)


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_takes_a_fixed_number_of_queries(
    browse, ada, job, count, django_assert_num_queries
):
    outcome = exports.export_many(ada, people(count), job)
    client = browse(ada)
    with django_assert_num_queries(8):
        client.get(LIST, {"batch": str(outcome.batch)})

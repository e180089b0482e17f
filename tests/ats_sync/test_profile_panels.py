"""The ATS's part of the profile's header and tabs, and why an ATS is silent about somebody."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from ats_sync import exports
from ats_sync.models import (
    Application,
    Attachment,
    Export,
    Integration,
    IntegrationSetting,
)
from recruiter.models import Member, VisibilityToken
from rsc.models import Seat
from tests import factories, guide
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def candidate(ats, mae):
    return guide.mae_in(ats, mae)


@pytest.fixture
def panel(browse, mae):
    """A panel about Mae, as htmx gets it for a seat."""

    def get(seat, name: str, **parameters):
        address = reverse(f"ats:{name}", args=[mae.public_id])
        return browse(seat).get(address, parameters, **HTMX)

    return get


@pytest.fixture
def exported(ada, ats, mae, candidate) -> Export:
    IntegrationSetting.objects.create(
        integration=ats.integrations.get(integration_type=Integration.Type.ONE_CLICK_EXPORT),
        key=IntegrationSetting.Key.CALLBACK_URL,
        value="https://ats.test/callback",
    )
    job = factories.JobPostingFactory(ats=ats, title="Sales Lead", company_job_code="SL1")
    return exports.export(ada, mae, job)


def resume(application: Application, text: str) -> Attachment:
    return Attachment.objects.create(
        ats=application.ats,
        external_id="R1",
        parent=Attachment.Parent.APPLICATION,
        external_parent_id=application.external_id,
        application=application,
        name="Mae resume.pdf",
        file_type=Attachment.FileType.PDF,
        file=ContentFile(b"%PDF-1.7", "a.pdf"),
        size=8,
        text=text,
        text_read_at=timezone.now(),
        received_at=factories.LONG_AGO,
    )


def hide_jobs(ats) -> None:
    """From now on a job is shown only to the people of its ACLs."""
    IntegrationSetting.objects.filter(integration__ats=ats).delete()


# ------------------------------------------------------------------------------------ the header
def test_the_header_line_reads_like_the_guide_s(ada, ats, mae, exported, panel):
    Export.objects.update(created_at=guide.on(2018, 7, 12))
    text = text_of(panel(ada, "status"))
    assert parts_in_order(text, "In Acme ATS", "1 job", "ATS profile", "Exported July 12, 2018")


def test_the_header_counts_feedback_and_files_of_both_sides(ada, ats, candidate, panel):
    resume(Application.objects.filter(candidate=candidate).first(), "Sells.")
    answer = panel(ada, "status").content.decode()
    assert '<span id="feedback-count" hx-swap-oob="true">3</span>' in answer
    assert '<span id="file-count" hx-swap-oob="true">1</span>' in answer


def test_export_is_greyed_with_the_one_true_reason(ada, ats, candidate, mae, panel):
    assert "export-button" not in panel(ada, "status").content.decode()
    mae.shares_with_third_parties = False
    mae.save()
    assert "Export: not possible, why? This member does not allow exports" in text_of(
        panel(ada, "status")
    )


def test_when_all_atss_are_off_the_profile_says_so_and_who_can_change_it(
    ada, cy, ats, candidate, mae, browse
):
    VisibilityToken.objects.update(in_force=False)
    page = text_of(browse(ada).get(mae.get_absolute_url()))
    assert "Acme ATS is not switched on for PMM Middleware Test Company" in page
    assert "An administrator of your contract switches it on" in page
    assert "Acme" not in text_of(browse(cy).get(mae.get_absolute_url()))


# -------------------------------------------------------------------------------- export summary
def test_the_export_summary_tells_state_job_date_and_who(ada, exported, panel):
    Export.objects.update(created_at=guide.on(2018, 7, 12), linked_at=guide.on(2018, 7, 12))
    text = text_of(panel(ada, "history"))
    assert parts_in_order(
        text,
        "Export summary",
        "Not seeing profiles in your ATS?",
        "Export complete - Sales Lead - SL1",
        "July 12, 2018 • Ada Recruiter",
        "In Acme ATS",
    )


def test_an_export_to_a_hidden_requisition_leaves_no_trace(ada, di, ats, exported, panel):
    IntegrationSetting.objects.filter(key=IntegrationSetting.Key.JOB_POSTING_VIEWERS).delete()
    for seat in (ada, di):
        assert "Sales Lead" not in text_of(panel(seat, "history"))


# ------------------------------------------------------------------------- feedback and resumes
def test_the_feedback_tab_gathers_what_interviewers_wrote(ada, candidate, panel):
    text = text_of(panel(ada, "feedback"))
    assert parts_in_order(
        text, "Account Manager - JX2320", "Jordan Lee", "Samantha Watson", "Greg Jackson"
    )
    assert "SB220" not in text  # without feedback no heading


def test_resumes_are_previewed_and_handed_out_to_keep(ada, di, candidate, panel, browse):
    application = Application.objects.filter(candidate=candidate).first()
    file = resume(application, "Sold a lot in Chicago.")
    for seat in (ada, di):  # both contracts of the company
        text = text_of(panel(seat, "files"))
        assert parts_in_order(
            text, "Mae resume.pdf", application.job_name, "Sold a lot in Chicago."
        )
    assert "Mae resume.pdf" in text_of(panel(ada, "history"))
    answer = browse(ada).get(reverse("ats:file", args=[file.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_resume_of_a_hidden_job_or_an_unlinked_person_is_nobody_s(
    ada, hal, cy, ats, candidate, mae, panel, browse
):
    file = resume(Application.objects.filter(candidate=candidate).first(), "Sold a lot.")
    address = reverse("ats:file", args=[file.pk])
    assert browse(cy).get(address).status_code == 404
    assert browse(hal).get(address).status_code == 404  # Mae is in no project of his
    Member.objects.update(hidden_from_recruiters=True)
    assert browse(ada).get(address).status_code == 404
    Member.objects.update(hidden_from_recruiters=False)
    hide_jobs(ats)
    assert browse(ada).get(address).status_code == 404
    assert "Mae resume" not in text_of(panel(ada, "files"))


def test_no_feedback_and_no_resume_are_told_plainly(ada, ats, mae, panel):
    for name in ("feedback", "files"):
        assert "None that you may see." in text_of(panel(ada, name))


@pytest.mark.parametrize("name", ["feedback", "files", "history"])
def test_without_htmx_a_panel_is_a_page(ada, candidate, mae, browse, name):
    page = browse(ada).get(reverse(f"ats:{name}", args=[mae.public_id]))
    assert "<!doctype html>" in page.content.decode()


# --------------------------------------------------------------------------------------- why not
def test_why_says_how_a_record_was_joined_and_by_whom(ada, candidate, panel):
    text = text_of(panel(ada, "why"))
    assert "Acme ATS knows Mae" in text
    assert "Record 12345: matched by a rule, September 28, 2016." in text
    assert "shows its applications to everyone at your company" in text


def test_why_names_the_administrators_who_switch_an_ats_on(ada, bo, contract, ats, mae, panel):
    Integration.objects.update(status=Integration.Status.DISABLED)
    Seat.objects.filter(pk=bo.pk).update(role=Seat.Role.ADMINISTRATOR)
    text = text_of(panel(ada, "why"))
    assert "Acme ATS is not switched on" in text
    assert "is disabled" in text
    assert "Can be changed by Bo Colleague, in Admin settings." in text


def test_why_reads_the_same_whether_a_record_is_hidden_or_not_there(ada, ats, mae, panel):
    hide_jobs(ats)
    before = text_of(panel(ada, "why"))
    guide.mae_in(ats, mae)
    after = text_of(panel(ada, "why"))
    never_sent = "Acme ATS has never sent notes or interview feedback"
    assert never_sent in before
    assert never_sent not in after  # that is the vendor's habit, not about Mae
    assert before.split(never_sent)[0].strip() in after
    assert "No record of Acme ATS that you may see is joined with Mae" in after
    assert "It names you in 0 lists." in after


def test_why_answers_those_who_have_no_ats_too(cy, ats, candidate, panel):
    text = text_of(panel(cy, "why"))
    assert "No ATS is connected" in text
    assert "Acme" not in text


# ------------------------------------------------------------------------------------- the start
def test_the_start_page_shows_one_s_own_exports_on_their_way(ada, bo, exported, browse):
    address = reverse("ats:in_flight")
    assert "Mae Norris to" in text_of(browse(ada).get(address, **HTMX))
    assert "None on the way." in text_of(browse(bo).get(address, **HTMX))
    Export.objects.update(linked_at=timezone.now())
    assert "None on the way." in text_of(browse(ada).get(address, **HTMX))
    assert reverse("ats:in_flight") in browse(ada).get(reverse("recruiter:home")).content.decode()


def test_the_header_costs_the_same_with_two_hundred_applications(
    ada, ats, candidate, mae, browse, django_assert_num_queries
):
    client = browse(ada)
    address = reverse("ats:status", args=[mae.public_id])
    client.get(address)
    for number in range(200):
        guide.apply(candidate, f"N{number}", "Job", {"Applied": guide.on(2020, 1, 1)})
    with django_assert_num_queries(15):
        client.get(address)

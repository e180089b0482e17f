"""An administrator asks why, looks through a seat, and reads what the contract did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ats_sync import exports
from recruiter import activity, inmail, projects
from recruiter.models import Activity, Conversation
from rsc.models import AuditEntry, Seat
from tests import factories
from tests.journeys.test_matches import look_at, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def work(ats, ada, bo, catherine):
    """A few deeds of two recruiters."""
    project = projects.create_project(ada, name="Account managers, Chicago")
    projects.save_to_project(ada, catherine, project=project)
    exports.export(ada, catherine, factories.JobPostingFactory(ats=ats, title="Project Manager"))
    for number, seat in enumerate((ada, ada, bo, ada, bo)):
        member = factories.MemberFactory()
        thread = inmail.send(seat, member, subject="An opening", body="Shall we talk?")
        if number % 2 == 0:
            inmail.reply(member, thread, "", interested=True)
        begun = timezone.now() - timedelta(days=6 * number)
        answered = begun + timedelta(hours=5) if number % 2 == 0 else None
        Conversation.objects.filter(pk=thread.pk).update(started_at=begun, answered_at=answered)
    activity.record(bo, catherine, Activity.Verb.VIEWED)
    inmail.send(ada, catherine, subject="An opening", body="Only for you")


def test_an_administrator_asks_why_and_looks_through_a_seat(
    work, ada, root, browse, context, live_server
):
    page = signed_in(context.new_page(), browse(root), live_server)
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name="Why?", exact=True).first.click()
    page.get_by_label("What is it about?").fill("CAND-7")
    page.get_by_label("As seen by").fill("ada recruiter")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_text("Does Ada Recruiter see “In Acme ATS”")).to_be_visible()
    expect(page.get_by_text("Company-level features do not include").first).to_be_visible()
    look_at(page, "why-desk")

    page.get_by_role("link", name="About the seat").click()
    page.get_by_role("link", name="Look at: The seat is active").click()
    look_at(page, "preview-offer")
    page.get_by_role("button", name="Preview as this seat").click()
    banner = page.get_by_role("complementary", name="Preview")
    expect(banner.get_by_text("Preview as Ada Recruiter")).to_be_visible()
    page.get_by_role("link", name="Messages").first.click()
    expect(banner).to_be_visible()
    page.get_by_text("Catherine Silva").first.click()
    expect(page.get_by_role("heading", name="Messages with Catherine Silva")).to_be_visible()
    expect(page.get_by_text("Only for you")).to_have_count(0)
    look_at(page, "preview-thread")

    page.goto(f"{live_server.url}/talent/projects/")
    page.get_by_text("New project").click()
    page.get_by_label("Name:", exact=True).fill("Not mine")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Nothing was changed")).to_be_visible()
    look_at(page, "preview-refused")
    page.get_by_role("button", name="End the preview").click()
    expect(page.get_by_role("button", name="Preview as this seat")).to_be_visible()
    assert AuditEntry.objects.filter(verb="preview.stopped", actor=root).exists()


def test_an_administrator_of_the_contract_reads_its_figures(
    work, bo, root, browse, context, live_server
):
    Seat.objects.filter(pk=bo.pk).update(role=Seat.Role.ADMINISTRATOR)
    page = signed_in(context.new_page(), browse(bo), live_server)
    page.goto(f"{live_server.url}/talent/projects/")
    page.get_by_role("link", name="Reports").click()
    expect(page.get_by_role("heading", name="Past applicants contacted")).to_be_visible()
    page.get_by_text("What the figures mean").nth(2).click()
    look_at(page, "reports")
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV of Use by seat").click()
    assert file.value.suggested_filename.startswith("use-by-seat-")

    page.goto(f"{live_server.url}{bo.conversations.first().get_absolute_url()}")
    page.get_by_role("link", name="Not seeing these messages in your ATS?").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("does not open its recruiters' activity")).to_be_visible()
    look_at(page, "why-messages")

    page = signed_in(context.browser.new_context().new_page(), browse(root), live_server)
    page.goto(f"{live_server.url}/admin/ats_sync/reports/")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="InMail response")).to_be_visible()
    look_at(page, "admin-reports")
    page.context.close()

"""A recruiter reads in the profile what the ATS knows, and keeps what they know themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Page, expect

from recruiter import members
from recruiter.models import Member
from recruiter.tasks import write_pdfs
from tests import guide
from tests.journeys.conftest import shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(ada, ats, mae, browse, context, live_server) -> Page:
    """Ada's window, Mae's profile in it."""
    guide.mae_in(ats, mae)
    session = browse(ada).cookies["rsc_session"].value
    context.add_cookies([{"name": "rsc_session", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + mae.get_absolute_url())
    return page


def serious_faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")]


def test_the_ats_s_facts_arrive_in_the_header_and_in_their_tab(page):
    expect(page.get_by_text("mnorris@gmail.com")).to_be_visible()
    expect(page.get_by_role("link", name="ATS profile")).to_be_visible()
    assert serious_faults(page) == []
    page.get_by_role("link", name="Acme ATS (1)").click()
    expect(page.get_by_text("ATS ID: 12345")).to_be_visible()
    expect(page.get_by_text("Phone screen • January 8, 2018").last).to_be_visible()
    page.get_by_text("Account Manager - JX2320").click()
    page.get_by_text("View more").click()
    expect(page.get_by_text("She seems to have grown a lot since then.")).to_be_visible()
    assert serious_faults(page) == []
    shot(page, "profile-ats")
    page.go_back()
    expect(page.get_by_role("heading", name="Experience")).to_be_visible()


def test_the_numbers_on_the_tabs_stay_when_one_goes_from_tab_to_tab(page):
    expect(page.get_by_role("link", name="Feedback (3)")).to_be_visible()
    page.get_by_role("link", name="Feedback (3)").click()
    expect(page.get_by_text("Samantha Watson")).to_be_visible()
    page.get_by_role("link", name="Messages (0)").click()
    expect(page.get_by_text("Nobody on your contract has written to Mae Norris.")).to_be_visible()
    expect(page.get_by_role("link", name="Feedback (3)")).to_be_visible()
    assert serious_faults(page) == []


def test_not_seeing_profiles_is_answered_in_the_dialog(page):
    page.get_by_role("link", name="Acme ATS (1)").click()
    page.get_by_role("link", name="Not seeing profiles in your ATS?").click()
    expect(page.get_by_role("dialog")).to_contain_text("Acme ATS knows Mae")
    assert serious_faults(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Not seeing profiles in your ATS?")).to_be_focused()


def test_a_note_is_written_changed_and_deleted_without_leaving_the_profile(page):
    desk = page.get_by_label("Your desk")
    desk.get_by_role("link", name="Add note").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Note")).to_be_focused()
    dialog.get_by_role("button", name="Save note").click()
    dialog.get_by_label("Note").fill("Call in March")
    dialog.get_by_label("Only me").check()
    assert serious_faults(page) == []
    dialog.get_by_role("button", name="Save note").click()
    expect(page.get_by_text("The note is saved on Mae Norris.")).to_be_visible()
    expect(desk.get_by_text("Call in March")).to_be_visible()
    expect(desk.get_by_text("Only me")).to_be_visible()
    page.wait_for_load_state()  # before the scripts are there, a click opens a page of its own
    desk.get_by_role("link", name="Change this note").click()
    dialog.get_by_label("Note").fill("Call in April")
    dialog.get_by_role("button", name="Save note").click()
    expect(desk.get_by_text("Call in April")).to_be_visible()
    page.wait_for_load_state()
    desk.get_by_role("link", name="Delete this note").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The note is deleted.")).to_be_visible()
    expect(desk.get_by_text("Notes (0)")).to_be_visible()


def test_tags_reminders_and_update_me_wait_where_one_looks_for_them(page, mae, drain):
    desk = page.get_by_label("Your desk")
    desk.get_by_role("link", name="Add tag").click()
    page.get_by_role("dialog").get_by_label("Tags").fill("Sales, Chicago")
    page.get_by_role("dialog").get_by_role("button", name="Add tag").click()
    expect(desk.get_by_role("button", name="Take off Sales")).to_be_visible()
    desk.get_by_role("link", name="Remind me").click()
    page.get_by_label("What for").fill("Ask about the move")
    page.get_by_role("dialog").get_by_role("button", name="Remind me").click()
    expect(desk.get_by_text("Ask about the move")).to_be_visible()
    page.get_by_role("button", name="Update me").click()
    expect(page.get_by_role("button", name="Following")).to_be_visible()
    Member.objects.update(headline="Head of Sales")
    with transaction.atomic():
        members.tell_changed([mae.pk])
    drain()
    page.get_by_role("link", name="RSC").click()
    expect(page.get_by_text("Now: Head of Sales")).to_be_visible()
    expect(page.get_by_text("Ask about the move")).to_be_visible()
    assert serious_faults(page) == []
    shot(page, "home")


def test_a_profile_is_saved_to_pdf_while_one_watches(page):
    page.get_by_label("Actions for Mae Norris").click()
    page.get_by_role("link", name="Save to PDF").click()
    page.get_by_role("dialog").get_by_role("button", name="Save to PDF").click()
    expect(page.get_by_text("Writing: 0 of 1")).to_be_visible()
    assert serious_faults(page) == []
    assert write_pdfs() == 1
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    shot(page, "pdf")


def test_what_is_not_possible_says_why(page):
    Member.objects.update(shares_with_third_parties=False)
    page.reload()
    button = page.locator("#export-button")
    button.locator("summary").click()
    expect(button.get_by_text("This member does not allow exports")).to_be_visible()
    page.keyboard.press("Escape")
    expect(button.get_by_text("This member does not allow exports")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_tab_fits_and_can_be_read(page, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for tab in ("profile", "projects", "ats", "messages", "feedback", "attachments"):
        page.goto(page.url.split("?")[0] + f"?tab={tab}")
        page.wait_for_load_state("networkidle")
        assert serious_faults(page) == [], tab
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
        shot(page, f"profile-{tab}-{width}-{scheme}")

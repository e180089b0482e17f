"""A recruiter reads in the profile what the ATS knows, and saves the person to a project."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

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


def test_a_person_is_saved_moved_removed_and_brought_back(page):
    page.get_by_text("Save to project").click()
    page.get_by_label("Name of a new project").fill("Account Managers")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Account Managers").click()
    page.get_by_label("Move Mae Norris to").select_option("Contacted")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_text("Mae Norris is now in Contacted.")).to_be_visible()
    page.get_by_role("link", name="In Acme ATS").focus()
    expect(page.get_by_text("1 active, 3 past jobs")).to_be_visible()
    page.get_by_role("link", name="View all").click()
    expect(page.get_by_role("dialog").get_by_text("ATS ID: 12345")).to_be_visible()
    assert serious_faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_text("Remove Mae Norris", exact=True).click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Mae Norris is back in Contacted.")).to_be_visible()
    shot(page, "project")

"""The panels of the search page by keyboard, by mouse, and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from recruiter import tags
from tests.journeys.conftest import shot
from tests.journeys.test_search import heading, page, people, violations  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_panels_are_opened_typed_into_and_decided(page, people, ada):  # noqa: F811
    tags.add(ada, [people], ["hot"])
    page.set_viewport_size({"width": 1280, "height": 900})
    panel = page.locator("#facet-tag")
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("checkbox", name="hot")).to_be_visible()
    expect(panel.locator("summary")).to_be_focused()

    box = page.get_by_role("combobox", name="Current title: words")
    box.press_sequentially("pi")
    option = page.get_by_role("option", name="Pilot")
    expect(option).to_contain_text("15")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    shot(page, "typeahead")
    page.keyboard.press("Enter")
    expect(heading(page, "15 results")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?title=Pilot$"))
    expect(box).to_be_focused()
    expect(box).to_have_value("")

    page.get_by_role("button", name="Doesn\N{RIGHT SINGLE QUOTATION MARK}t have Pilot").click()
    expect(heading(page, "16 results")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?title.not=Pilot$"))
    expect(page.locator("#facet-title summary")).to_be_focused()
    expect(panel.get_by_role("checkbox", name="hot")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Remove Not Pilot").click()
    expect(heading(page, "31 results")).to_be_visible()


def test_without_javascript_panels_open_and_buttons_decide(chromium, live_server, page):  # noqa: F811
    plain = chromium.new_context(java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    still = plain.new_page()
    still.goto(f"{live_server.url}/talent/search/")
    still.get_by_text("Seniority", exact=True).click()
    still.get_by_role("link", name="Show the values of Seniority").click()
    expect(still.get_by_label("Manager 1", exact=True)).to_be_visible()
    still.get_by_role("button", name="Must have Clerk").click()
    expect(heading(still, "15 results")).to_be_visible()
    still.get_by_role("combobox", name="Current title: words").fill("pilot OR clerk")
    still.get_by_role("button", name="Search", exact=True).click()
    expect(still).to_have_url(re.compile(r"title.must=Clerk"))
    expect(heading(still, "15 results")).to_be_visible()
    plain.close()

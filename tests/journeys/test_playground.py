"""A vendor tries the widget on our own page."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.conftest import shot
from tests.journeys.widget_pages import sign_in, widget

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_tag_the_frame_and_its_messages_stand_on_one_page(
    context, live_server, ats, ada, catherine, width
):
    ats.application.script_origins = [live_server.url]
    ats.application.save()
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/widget/v1/playground")
    page.get_by_label("Client id").fill(ats.application.client_id)
    page.get_by_label("Integration context").fill(str(ats.context))
    page.get_by_label("Candidate id").fill("CAND-7")
    page.get_by_role("button", name="Show the widget").click()
    expect(page.get_by_text('data-ats-candidate-id="CAND-7"')).to_be_visible()
    sign_in(page)
    expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()
    expect(page.locator("#messages")).to_contain_text("rsc:resize")
    expect(page.locator("#messages")).not_to_contain_text("Catherine")
    shot(page, f"playground-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()

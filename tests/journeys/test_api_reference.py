"""The API's explorer in a real browser: under our strict policy, without anybody signed in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_call_can_be_tried_from_the_reference(live_server, context):
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(f"{live_server.url}/api/v2/")
    operation = page.locator(".opblock", has_text="/v2/jobPostingStatus").first
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    assert told == []  # neither refused by the policy nor broken
    with page.expect_response("**/v2/jobPostingStatus?**") as answer:
        operation.get_by_role("button", name="Execute").click()
    assert answer.value.status == 401
    expect(operation.get_by_text("Empty oauth2_access_token").first).to_be_visible()
    shot(page, "api-reference")


def test_without_scripts_the_reference_lists_the_operations(live_server, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/api/rest/")
    expect(page.get_by_text("PUT /rest/candidates", exact=True)).to_be_visible()
    context.close()

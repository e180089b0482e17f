"""Pages of an ATS that hold our widget, and how a recruiter gets in."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from ats_sync.models import Ats
from tests.journeys.conftest import shot
from tests.journeys.host_page import HostPages

PAGE = """<!doctype html><html lang="en"><title>Acme ATS</title>
<h1>Candidate</h1>
<script>
  window.heard = [];
  window.acme = {{ linked: (urn) => heard.push("linked " + urn),
                  unlinked: (urn) => heard.push("unlinked " + urn) }};
</script>
<div data-rsc-widget data-api-key="{key}" data-integration-context="{context}"
     data-ats-candidate-id="{candidate}" data-width="{width}"
     data-onlink="acme.linked" data-onunlink="acme.unlinked"></div>
<script src="{home}/widget/v1/loader.js"></script>
"""

PUBLISHED = """<!doctype html><html lang="en"><title>Old ATS page</title>
<h1>Candidate</h1>
<script>window.heard = []; function onLinked(urn) {{ heard.push("linked " + urn); }}</script>
<script type="text/javascript" src="{home}/xdoor/scripts/in.js">
  api_key: "{key}"
  extensions: HcmWidget@https://www.example.com/elsewhere/widget/hcm
</script>
<script type="IN/HcmWidget" data-widget-type="ATS" data-ats-candidate-id="{candidate}"
  data-integration-context="{context}" data-show-unlink-url="true" data-confirm-unlink="true"
  data-width="500px" data-onlink="onLinked"></script>
"""


def fill(page: str, ats: Ats, home: str, candidate: str = "CAND-7", width: str = "800") -> str:
    return page.format(
        key=ats.application.client_id,
        context=ats.context,
        candidate=candidate,
        width=width,
        home=home,
    )


def open_page(context: BrowserContext, host: HostPages, text: str) -> Page:
    host.pages["/candidate"] = text
    page = context.new_page()
    page.goto(f"{host.origin}/candidate")
    return page


def widget(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def sign_in(page: Page) -> None:
    """Press the frame's button and go through the pop-up, which closes by itself."""
    with page.expect_popup() as opened:
        widget(page).get_by_role("button", name="Sign in").click()
    popup = opened.value
    shot(popup, "popup-password")
    popup.get_by_label("User name or e-mail address").fill("ada")
    popup.locator("input[type=password]").fill("correct horse battery")
    popup.get_by_role("button", name="Sign in", exact=True).click()
    shot(popup, "popup-continue")
    expect(popup.get_by_text("signed in as Ada Recruiter")).to_be_visible()
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Continue on contract Recruiting").click()


def sign_in_again(page: Page) -> None:
    """Press the frame's button once more: who agreed before is asked nothing."""
    with page.expect_popup():
        widget(page).get_by_role("button", name="Sign in").click()

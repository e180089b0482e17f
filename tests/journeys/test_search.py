"""A recruiter searches, ticks Past applicants, and looks at what the ATS knows of somebody."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from ats_sync import footprints
from recruiter import search
from recruiter.models import Member
from tests import factories
from tests.journeys.conftest import shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(ats, mae, drain) -> Member:
    """Mae, who applied twice, among a few dozen who did not."""
    candidate = factories.CandidateFactory(ats=ats, emails=["mnorris@gmail.com"])
    factories.MatchFactory(candidate=candidate, member=mae)
    factories.JobPostingFactory(ats=ats, external_id="JX1200", title="Senior Account Manager")
    factories.ApplicationFactory(candidate=candidate)
    for number in range(30):
        member = factories.MemberFactory(
            first_name=f"Number{number}",
            openness="public" if number % 3 else "no",
            location="Greater Chicago Area",
            skills=["Negotiation"],
        )
        factories.PositionFactory(member=member, title="Pilot" if number % 2 else "Clerk")
    search.index().rebuild()
    footprints.refresh_ats(ats.pk)
    drain()
    return mae


@pytest.fixture
def page(context, live_server, ada, browse, people) -> Page:
    """The search page, signed in as Ada."""
    cookie = browse(ada).cookies["rsc_session"].value
    context.add_cookies([{"name": "rsc_session", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/talent/search/")
    return page


def heading(page: Page, text: str) -> Locator:
    return page.get_by_role("heading", name=text, exact=True)


def tick_past_applicants(page: Page) -> None:
    page.get_by_role("checkbox", name="Past applicants").check()
    expect(heading(page, "1 result")).to_be_visible()


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def test_ticking_a_spotlight_changes_results_address_and_nothing_else(page):
    expect(heading(page, "31 results")).to_be_visible()
    page.evaluate("window.stayed = true")
    box = page.get_by_role("checkbox", name="Past applicants")
    box.check()
    expect(heading(page, "1 result")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/talent/search/\?spotlight=past_applicants$"))
    expect(page.get_by_role("checkbox", name="Past applicants")).to_be_focused()
    assert page.evaluate("window.stayed")
    expect(page).to_have_title("Search")
    expect(page.locator("#status")).to_have_text("1 result")
    page.go_back()
    expect(heading(page, "31 results")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Past applicants")).not_to_be_checked()


def test_panels_stay_as_they_were_opened(page):
    page.get_by_text("School", exact=True).click()
    page.get_by_role("checkbox", name="Pilot").check()
    expect(heading(page, "15 results")).to_be_visible()
    expect(page.locator("#facet-school")).to_have_attribute("open", "")


def test_turning_a_page_puts_the_focus_on_the_results(page):
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("26 to 31")).to_be_visible()
    expect(heading(page, "31 results")).to_be_focused()


def test_removing_the_words_clears_the_field(page):
    page.get_by_label("Words in a profile").fill("pilot")
    page.keyboard.press("Enter")
    expect(heading(page, "15 results")).to_be_visible()
    page.get_by_role("link", name="Remove “pilot”").click()
    expect(heading(page, "31 results")).to_be_visible()
    expect(page.get_by_label("Words in a profile")).to_have_value("")


def badge(page: Page) -> Locator:
    return page.get_by_role("link", name="In Acme ATS")


def card(page: Page) -> Locator:
    return page.get_by_role("group", name="Mae Norris in Acme ATS")


def test_the_hovercard_opens_on_hover_and_stays_for_the_pointer(page):
    tick_past_applicants(page)
    badge(page).hover()
    expect(card(page)).to_contain_text("mnorris@gmail.com")
    expect(card(page)).to_contain_text("Senior Account Manager")
    shot(page, "hovercard")
    card(page).get_by_role("link", name="View all").hover()
    page.wait_for_timeout(400)
    expect(card(page)).to_be_visible()
    page.mouse.move(5, 5)
    expect(card(page)).to_be_hidden()


def test_the_hovercard_is_asked_for_once(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/ats/" in request.url else 0)
    tick_past_applicants(page)
    for _ in range(3):
        badge(page).hover()
        expect(card(page)).to_contain_text("mnorris@gmail.com")
        page.mouse.move(5, 5)
        expect(card(page)).to_be_hidden()
    assert len(asked) == 1


def test_view_all_opens_the_pane_and_focus_comes_back(page):
    tick_past_applicants(page)
    badge(page).focus()
    expect(card(page)).to_contain_text("View all")
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.matches('[data-pane]')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    pane = page.get_by_role("dialog", name="Mae Norris in Acme ATS")
    expect(pane).to_contain_text("Senior Account Manager")
    shot(page, "pane")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    expect(badge(page)).to_be_focused()
    expect(card(page)).to_be_hidden()


def test_escape_closes_the_hovercard_and_a_tap_opens_it(page):
    tick_past_applicants(page)
    badge(page).focus()
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    badge(page).dispatch_event("click")
    expect(card(page)).to_be_visible()
    expect(page).to_have_url(re.compile("/talent/search/"))


def test_a_card_that_cannot_be_loaded_says_so_and_tries_again(page, context):
    tick_past_applicants(page)
    page.route("**/ats/members/**", lambda route: route.abort())
    badge(page).hover()
    expect(card(page)).to_contain_text("could not be loaded")
    page.mouse.move(5, 5)
    expect(card(page)).to_be_hidden()
    page.unroute("**/ats/members/**")
    badge(page).hover()
    expect(card(page)).to_contain_text("mnorris@gmail.com")


def test_without_javascript_everything_is_a_link_or_a_form(chromium, live_server, page):
    plain = chromium.new_context(java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    still = plain.new_page()
    still.goto(f"{live_server.url}/talent/search/")
    still.get_by_role("checkbox", name="Past applicants").check()
    still.get_by_role("button", name="Search").click()
    expect(heading(still, "1 result")).to_be_visible()
    badge(still).click()
    expect(still).to_have_url(re.compile(r"\?tab=ats$"))
    plain.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_and_is_accessible(page, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(page.url + "?spotlight=open&skill=Negotiation&q=pilot")
    shot(page, f"search-{scheme}-{width}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    if width == 390:
        page.get_by_role("button", name="Filters").click()
        expect(page.get_by_role("checkbox", name="Have company connections")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Show results").click()
        expect(page.get_by_role("checkbox", name="Open to opportunities")).to_be_hidden()


def test_signed_out_meanwhile_asks_to_sign_in_on_a_whole_page(page, context):
    context.clear_cookies()
    # Not `check`: the box is gone then, and nobody can say whether it is checked.
    page.get_by_role("checkbox", name="Past applicants").click()
    expect(page.locator("input[type=password]")).to_be_visible()
    expect(page.locator("#results")).to_have_count(0)

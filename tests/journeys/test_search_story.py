"""The guide's story of a search, by mouse and by keyboard, with the alert of the next day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from ats_sync import footprints
from ats_sync.models import Export
from recruiter import saved_searches, search, search_alerts
from recruiter.models import InMail, Member, SavedSearch
from tests import factories
from tests.journeys.conftest import shot
from tests.journeys.test_search import badge, card, heading, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def make_manager(name: str) -> Member:
    member = factories.MemberFactory(first_name=name, last_name="Field", skills=["Negotiation"])
    factories.PositionFactory(member=member, title="Account Manager")
    search.index().put([member.pk])
    return member


@pytest.fixture
def people(ats, mae, drain) -> Member:
    """Mae, who applied, and four others with her title who did not."""
    candidate = factories.CandidateFactory(ats=ats, emails=["mnorris@gmail.com"])
    factories.MatchFactory(candidate=candidate, member=mae)
    factories.JobPostingFactory(ats=ats, external_id="JX1200", title="Senior Account Manager")
    factories.ApplicationFactory(candidate=candidate)
    for name in ("Kim", "Lee", "Max", "Noa"):
        make_manager(name)
    search.index().rebuild()
    footprints.refresh_ats(ats.pk)
    drain()
    return mae


@pytest.fixture
def page(context, live_server, ada, browse, people) -> Page:
    cookie = browse(ada).cookies["rsc_session"].value
    context.add_cookies([{"name": "rsc_session", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{live_server.url}/talent/search/")
    return page


def dialog(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)


def save_the_search(page: Page) -> None:
    page.get_by_role("link", name="Save search").click()
    asked = dialog(page, "Save search")
    asked.get_by_label("Name").fill("Managers we do not know")
    asked.get_by_label("Every day").check()
    assert violations(page) == []
    shot(page, "save-search")
    asked.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("is saved.")


def exclude_who_is_in_the_ats(page: Page) -> None:
    panel = page.locator("#facet-ats")
    panel.locator("summary").click()
    panel.get_by_role("button", name=re.compile("have Any ATS")).last.click()  # doesn't have
    expect(heading(page, "4 results")).to_be_visible()


def test_the_story_by_mouse(page, live_server, drain):
    page.get_by_label("Words in a profile").fill("manager")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(heading(page, "5 results")).to_be_visible()
    expect(page.locator(".result mark").first).to_have_text("Manager")
    page.get_by_role("checkbox", name="Past applicants").check()
    expect(heading(page, "1 result")).to_be_visible()
    badge(page).hover()
    card(page).get_by_role("link", name="View all").click()
    expect(dialog(page, "Mae Norris in Acme ATS")).to_contain_text("Senior Account Manager")
    page.keyboard.press("Escape")
    page.get_by_role("checkbox", name="Past applicants").uncheck()
    expect(heading(page, "5 results")).to_be_visible()
    exclude_who_is_in_the_ats(page)
    save_the_search(page)
    open_the_alert_of_tomorrow(page, live_server, drain)
    export_one(page)
    page.goto(f"{live_server.url}{SavedSearch.objects.get().address}")
    message_three(page)
    find_more_like_one(page)


def open_the_alert_of_tomorrow(page: Page, live_server, drain) -> None:
    make_manager("Zoe")
    search_alerts.run_due(timezone.now() + timedelta(days=1, minutes=1))
    drain()
    page.goto(f"{live_server.url}/talent/")
    page.get_by_role("link", name="1 new person").click()
    expect(page.get_by_role("link", name="Zoe Field", exact=True)).to_be_visible()
    expect(page.locator(".result")).to_have_count(1)
    assert violations(page) == []
    shot(page, "search-find")


def export_one(page: Page) -> None:
    page.get_by_label("Actions for Zoe Field").click()
    page.get_by_role("link", name="Export to ATS").click()
    page.get_by_label("Senior Account Manager").check()
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("is on the way")
    assert Export.objects.get().member.first_name == "Zoe"


def message_three(page: Page) -> None:
    for name in ("Kim", "Lee", "Max"):
        page.get_by_label(f"Choose {name} Field").check()
    page.locator(".chosen-bar").get_by_role("button", name="Message").click()
    page.get_by_label("Subject").fill("A talk")
    page.get_by_label("Message:").fill("Hello {{first name}}")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("3")
    assert InMail.objects.count() == 3


def find_more_like_one(page: Page) -> None:
    page.get_by_label("Actions for Kim Field").click()
    page.get_by_role("link", name="Find more people like").click()
    asked = dialog(page, "Find more people like Kim Field")
    expect(asked.get_by_label("Account Manager")).to_be_checked()
    assert violations(page) == []
    shot(page, "more-like")
    asked.get_by_role("button", name="Show people").click()
    expect(page.get_by_text("Made from the profile of Kim Field")).to_be_visible()
    expect(page.get_by_role("link", name="Kim Field", exact=True)).to_have_count(1)  # in the notice
    expect(page).to_have_url(re.compile("title=Account"))


def test_the_story_by_keyboard(page):
    page.locator("body").press("/")
    expect(page.get_by_label("Words in a profile")).to_be_focused()
    page.keyboard.type("manager j/x?")  # letters while somebody types
    expect(page.get_by_label("Words in a profile")).to_have_value("manager j/x?")
    page.get_by_label("Words in a profile").fill("manager")
    page.keyboard.press("Enter")
    expect(heading(page, "5 results")).to_be_visible()
    page.get_by_role("checkbox", name="Past applicants").focus()
    page.keyboard.press("Space")
    expect(heading(page, "1 result")).to_be_visible()
    page.keyboard.press("Space")
    expect(heading(page, "5 results")).to_be_visible()
    links = page.locator(".result h3 a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".result").nth(1).get_by_role("checkbox")).to_be_checked()
    expect(page.locator("#status")).to_contain_text("is chosen")
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    shot(page, "search-keys")
    links.nth(1).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/talent/profile/"))


# ------------------------------------------------------------- the whole of it without a mouse
def reach(page: Page, there: Locator, key: str = "Tab") -> None:
    """Press a key until something has the focus, as people do who have no mouse."""
    expect(there).to_be_visible()
    for _ in range(120):
        if there.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} never came to {there}")


def press(page: Page, there: Locator, key: str = "Enter", *, by: str = "Tab") -> None:
    reach(page, there, by)
    page.keyboard.press(key)


def type_into(page: Page, there: Locator, text: str) -> None:
    reach(page, there)
    page.keyboard.type(text)


def tick_past_applicants(page: Page, results: str) -> None:
    page.keyboard.press("/")
    press(page, page.get_by_role("checkbox", name="Past applicants"), "Space")
    expect(heading(page, results)).to_be_visible()


def look_at_the_badge(page: Page) -> None:
    page.keyboard.press("j")
    reach(page, badge(page))
    expect(card(page)).to_be_visible()
    press(page, card(page).get_by_role("link", name="View all"))
    expect(dialog(page, "Mae Norris in Acme ATS")).to_contain_text("Senior Account Manager")
    page.keyboard.press("Escape")
    expect(dialog(page, "Mae Norris in Acme ATS")).to_be_hidden()


def exclude_by_keyboard(page: Page) -> None:
    panel = page.locator("#facet-ats")
    page.keyboard.press("/")
    press(page, panel.locator("summary"))
    press(page, panel.get_by_role("button", name=re.compile("Doesn.t have Any ATS")))
    expect(heading(page, "4 results")).to_be_visible()
    expect(panel.locator("summary")).to_be_focused()


def save_by_keyboard(page: Page) -> None:
    press(page, page.get_by_role("link", name="Save search", exact=True))
    asked = dialog(page, "Save search")
    type_into(page, asked.get_by_label("Name"), "Managers we do not know")
    reach(page, asked.locator('input[type="radio"][name="frequency"]:checked'))
    daily = asked.get_by_label("Every day")
    while not daily.is_checked():
        page.keyboard.press("ArrowDown")
    press(page, asked.get_by_role("button", name="Save"))
    expect(page.get_by_role("status").first).to_contain_text("is saved.")


def export_by_keyboard(page: Page) -> None:
    page.keyboard.press("j")
    press(page, page.get_by_label("Actions for Zoe Field"))
    press(page, page.get_by_role("link", name="Export to ATS"))
    press(page, page.get_by_label("Senior Account Manager"), "Space")
    press(page, page.get_by_role("button", name="Export", exact=True))
    expect(page.get_by_role("status").first).to_contain_text("is on the way")
    assert Export.objects.get().member.first_name == "Zoe"


def message_by_keyboard(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    message = page.locator(".chosen-bar").get_by_role("button", name="Message")
    press(page, message, by="Shift+Tab")
    type_into(page, page.get_by_label("Subject"), "A talk")
    type_into(page, page.get_by_label("Message:"), "Hello")
    press(page, page.get_by_role("button", name="Send"))
    expect(page.get_by_role("status").first).to_contain_text("3")
    assert InMail.objects.count() == 3


def more_like_by_keyboard(page: Page) -> None:
    page.keyboard.press("j")
    name = page.locator(".result h3 a").first.text_content()
    press(page, page.get_by_label(f"Actions for {name}"))
    press(page, page.get_by_role("link", name="Find more people like"))
    press(page, page.get_by_role("button", name="Show people"))
    expect(page.get_by_text(f"Made from the profile of {name}")).to_be_visible()


def test_the_whole_story_without_a_mouse(page, live_server, drain):
    page.keyboard.press("/")
    page.keyboard.type("manager")
    page.keyboard.press("Enter")
    expect(heading(page, "5 results")).to_be_visible()
    tick_past_applicants(page, "1 result")
    look_at_the_badge(page)
    tick_past_applicants(page, "5 results")
    exclude_by_keyboard(page)
    save_by_keyboard(page)
    make_manager("Zoe")
    search_alerts.run_due(timezone.now() + timedelta(days=1, minutes=1))
    drain()
    page.goto(f"{live_server.url}/talent/")
    press(page, page.get_by_role("link", name="1 new person"))
    expect(page.locator(".result")).to_have_count(1)
    export_by_keyboard(page)
    page.goto(f"{live_server.url}{SavedSearch.objects.get().address}")
    message_by_keyboard(page)
    more_like_by_keyboard(page)


def test_dialogs_open_by_keyboard_and_give_the_focus_back(page, live_server):
    page.goto(f"{live_server.url}/talent/search/?q=manager")
    page.locator("body").press("Shift+?")
    expect(dialog(page, "Keys")).to_contain_text("to the next person")
    assert violations(page) == []
    page.keyboard.press("Escape")
    why = page.get_by_role("link", name="Why here?").first
    why.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("current title or name")
    assert violations(page) == []
    shot(page, "search-why")
    page.keyboard.press("Escape")
    expect(why).to_be_focused()


def test_who_is_ticked_stays_so_over_pages(page, live_server):
    for number in range(30):
        make_manager(f"N{number}")
    page.goto(f"{live_server.url}/talent/search/?q=manager")
    page.get_by_label("All on this page").check()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("26 to 35")).to_be_visible()
    page.locator(".result .tick input").first.check()
    expect(page.locator("[data-chosen-count]")).to_have_text("26 selected")
    page.get_by_role("link", name="Previous").click()
    expect(page.locator(".result .tick input:checked")).to_have_count(25)
    expect(page.locator("[data-chosen-count]")).to_have_text("26 selected")
    page.get_by_role("checkbox", name="Past applicants").check()
    expect(heading(page, "1 result")).to_be_visible()
    expect(page.locator("[data-chosen-count]")).to_have_text("")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_saved_searches_and_the_history_fit_and_are_accessible(
    page, live_server, ada, scheme, width
):
    saved = saved_searches.save(ada, name="Managers", query="q=manager&skill=Negotiation")
    saved_searches.be_alerted(ada, saved, "daily")
    page.goto(f"{live_server.url}/talent/search/?q=manager")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("", "history/"):
        page.goto(f"{live_server.url}/talent/searches/{name}")
        shot(page, f"searches-{name.strip('/')}-{scheme}-{width}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width

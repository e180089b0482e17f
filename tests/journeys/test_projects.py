"""A recruiter's day in a pipeline: with the mouse, with a finger, and with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from recruiter import pipeline, projects, search
from recruiter.models import Project, Prospect
from tests import factories
from tests.journeys.conftest import shot
from tests.journeys.test_search import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def project(ada) -> Project:
    return projects.create_project(ada, name="Director of Recruiting", description="Bay Area")


@pytest.fixture
def people(ada, mae, project):
    """Mae and two others; Mae stands in the pipeline."""
    for name in ("Blake", "Rebecca"):
        member = factories.MemberFactory(first_name=name, last_name="Best")
        factories.PositionFactory(member=member)
    search.index().rebuild()
    pipeline.save(ada, [mae], project=project)


@pytest.fixture
def page(context, live_server, ada, browse, people) -> Page:
    """Signed in as Ada."""
    cookie = browse(ada).cookies["rsc_session"].value
    context.add_cookies([{"name": "rsc_session", "value": cookie, "url": live_server.url}])
    return context.new_page()


@pytest.fixture
def finger(chromium, live_server, ada, browse, people, project) -> Iterator[Finger]:
    """On the board with a telephone."""
    phone = chromium.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    cookie = browse(ada).cookies["rsc_session"].value
    phone.add_cookies([{"name": "rsc_session", "value": cookie, "url": live_server.url}])
    page = phone.new_page()
    page.goto(f"{live_server.url}/talent/projects/{project.pk}/?view=board")
    page.locator(".prospect-card").scroll_into_view_if_needed()
    yield Finger(page)
    phone.close()


@pytest.fixture
def board(page, live_server, project) -> Page:
    page.goto(f"{live_server.url}/talent/projects/{project.pk}/?view=board")
    return page


class Finger:
    """One finger on a page; the browser makes of it what it makes of a real one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screen = page.context.new_cdp_session(page)

    def touches(self, kind: str, *points: tuple[float, float]) -> None:
        where = [{"x": x, "y": y} for x, y in points]
        self.screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    def presses(self, card: Locator) -> tuple[float, float]:
        """Puts the finger on a card's lower right part, where nothing is to be pressed."""
        box = card.bounding_box()
        at = box["x"] + box["width"] - 60, box["y"] + box["height"] - 8
        self.touches("touchStart", at)
        return at

    def lifts(self, card: Locator) -> tuple[float, float]:
        at = self.presses(card)
        expect(self.page.locator(".ghost")).to_be_visible()
        return at


def column(page: Page, name: str) -> Locator:
    return page.locator(f'.column[data-name="{name}"]')


def status(page: Page) -> Locator:
    return page.locator("main > .notice")


def drag(page: Page, card: Locator, target: Locator) -> None:
    start, end = card.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + start["width"] - 60, start["y"] + start["height"] - 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 90, steps=8)
    page.mouse.up()


def test_people_found_are_ticked_saved_and_put_back(page, live_server, project):
    page.goto(f"{live_server.url}/talent/search/?q=best")
    page.get_by_label("All on this page").check()
    expect(page.locator("[data-chosen-count]")).to_have_text("2 selected")
    shot(page, "search-chosen")
    page.get_by_role("button", name="Save to project").click()
    dialog = page.get_by_role("dialog", name="Save to project")
    expect(dialog).to_contain_text("Best")
    assert violations(page) == []
    dialog.get_by_label("Project:", exact=True).select_option("Director of Recruiting")
    dialog.get_by_role("button", name="Save").click()
    expect(status(page)).to_contain_text("2 people are saved to Director of Recruiting.")
    expect(page).to_have_url(re.compile(r"/talent/search/\?q=best$"))
    assert Prospect.objects.count() == 3
    page.get_by_role("button", name="Undo").click()
    expect(status(page)).to_contain_text("Undone for 2 people.")
    assert Prospect.objects.count() == 1


def test_a_card_is_dragged_to_another_stage_and_undone(board):
    card = column(board, "Uncontacted").locator(".prospect-card")
    drag(board, card, column(board, "Replied"))
    expect(status(board)).to_contain_text("Mae Norris is moved to Replied.")
    expect(column(board, "Replied")).to_contain_text("Mae Norris")
    assert violations(board) == []
    shot(board, "board")
    board.get_by_role("button", name="Undo").click()
    expect(column(board, "Uncontacted")).to_contain_text("Mae Norris")


def test_a_card_dropped_nowhere_stays(board):
    card = column(board, "Uncontacted").locator(".prospect-card")
    drag(board, card, board.locator("h1"))
    expect(column(board, "Uncontacted")).to_contain_text("Mae Norris")
    expect(board.locator(".ghost")).to_have_count(0)
    assert Prospect.objects.get().stage.name == "Uncontacted"


def test_a_finger_that_rests_lifts_a_card_and_carries_it_beyond_the_edge(finger):
    page = finger.page
    x, y = finger.lifts(column(page, "Uncontacted").locator(".prospect-card"))
    for step in range(1, 9):
        finger.touches("touchMove", (x + (365 - x) * step / 8, y + 20))
    expect(column(page, "Replied")).to_have_class(re.compile("over"))  # the board scrolls by itself
    shot(page, "board-finger")
    finger.touches("touchEnd")
    expect(status(page)).to_contain_text("Mae Norris is moved to Replied.")
    expect(page.locator(".ghost")).to_have_count(0)


def test_a_finger_that_moves_at_once_scrolls_and_lifts_nothing(finger):
    page = finger.page
    x, y = finger.presses(column(page, "Uncontacted").locator(".prospect-card"))
    for step in range(1, 9):
        finger.touches("touchMove", (x - 25 * step, y))
    finger.touches("touchEnd")
    page.wait_for_function("document.querySelector('.board').scrollLeft > 0")
    expect(page.locator(".ghost, .lifted")).to_have_count(0)
    assert Prospect.objects.get().stage.name == "Uncontacted"


def test_a_lifted_card_goes_back_by_escape_by_a_second_finger_and_by_a_cancelled_touch(finger):
    page = finger.page
    card = column(page, "Uncontacted").locator(".prospect-card")
    for give_up, end in (
        (lambda at: page.keyboard.press("Escape"), ["touchEnd"]),
        (lambda at: finger.touches("touchStart", at, (at[0], at[1] + 90)), ["touchEnd"]),
        (lambda at: finger.touches("touchCancel"), []),
    ):
        give_up(finger.lifts(card))
        expect(page.locator(".ghost, .lifted, .over")).to_have_count(0)
        for kind in end:
            finger.touches(kind)
    assert Prospect.objects.get().stage.name == "Uncontacted"


def test_the_keyboard_alone_moves_a_card(board):
    menu = board.get_by_label("Actions for Mae Norris")
    menu.focus()
    board.keyboard.press("Enter")
    board.keyboard.press("Tab")
    board.keyboard.press("Tab")
    expect(board.get_by_role("link", name="Move to…")).to_be_focused()
    board.keyboard.press("Enter")
    dialog = board.get_by_role("dialog", name="Move to")
    expect(dialog.get_by_role("radio", name="Contacted", exact=True)).to_be_visible()
    board.keyboard.press("Tab")
    board.keyboard.press("Tab")
    board.keyboard.press("ArrowDown")
    board.keyboard.press("Enter")
    expect(status(board)).to_contain_text("Mae Norris is moved to")
    assert Prospect.objects.get().stage.name != "Uncontacted"


def test_escape_closes_a_menu_and_a_dialog_and_gives_the_focus_back(board):
    menu = board.get_by_label("Actions for Mae Norris")
    menu.click()
    board.keyboard.press("Escape")
    expect(menu).to_be_focused()
    menu.click()
    board.get_by_role("link", name="Archive").click()
    expect(board.get_by_role("dialog", name="Archive")).to_be_visible()
    board.keyboard.press("Escape")
    expect(board.get_by_role("dialog")).to_have_count(0)
    expect(menu).to_be_focused()


def test_without_scripts_the_same_works_as_pages(chromium, live_server, ada, browse, people):
    cookie = browse(ada).cookies["rsc_session"].value
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "rsc_session", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/talent/search/?q=best")
    page.get_by_label("Choose Blake Best").check()
    page.get_by_role("button", name="Save to project").click()
    page.get_by_label("Or a new project named").fill("Nurses")
    page.get_by_role("button", name="Save").click()
    expect(status(page)).to_contain_text("Blake Best is saved to Nurses.")
    context.close()


@pytest.mark.parametrize("place", ["", "?view=board", "settings/", "pool/", "import/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_a_project_have_no_barriers(page, live_server, project, place, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}/talent/projects/{project.pk}/{place}")
    assert violations(page) == []
    shot(page, f"project-{place.strip('/?').replace('=', '-') or 'list'}-{scheme}")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

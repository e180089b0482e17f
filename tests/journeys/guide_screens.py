"""The screens of the customer guide, and a walk through their counterparts.

`guide_screens.toml` is the table: what the guide shows, where it is here, what one presses on the
way, and the guide's own words that must then be read.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

TABLE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Screen:
    """One screen of the guide.

    Attributes:
        guide: what it shows.
        opens: where ours is; `{Mae Norris}` stands for the address behind that name in a list.
        words: what the guide shows, and ours must.
        rests_on: where the pointer rests first.
        presses: links, buttons and summaries on the way, by their names.
        who: as which login of the demo.
        in_ats: whether it is a page of the ATS.
        differs: where ours says it otherwise, and why.
    """

    guide: str
    opens: str
    words: list[str]
    rests_on: str = ""
    presses: list[str] = field(default_factory=list)
    who: str = "recruiter"
    in_ats: bool = False
    differs: str = ""


def screens() -> list[Screen]:
    """The table, in the guide's order."""
    return [Screen(**row) for row in tomllib.loads(TABLE.read_text())["screen"]]


def missing(screen: Screen, page: Page, base: str) -> list[str]:
    """The words of a screen that ours does not show, once what loads late is there."""
    address = re.sub("{(.+)}", lambda name: _behind(page, base, name[1]), screen.opens)
    page.goto(f"{base}{address}")
    inside = page.frame_locator("iframe") if "vouch" in address else page
    if screen.rests_on:
        page.get_by_text(screen.rests_on).first.hover()
    for name in screen.presses:
        _named(inside, name).click()
    return [word for word in screen.words if not _shows(page, word, inside)]


def _behind(page: Page, base: str, name: str) -> str:
    """The path behind a person's or a project's name in a list."""
    for listing in (f"/talent/search/?q={name}", "/talent/projects/"):
        page.goto(f"{base}{listing}")
        link = page.locator("main").get_by_role("link", name=name, exact=True)
        if link.count():
            return link.first.get_attribute("href").partition("?")[0]
    raise AssertionError(f"nothing is called {name}")


def _named(page: Page, name: str) -> Locator:
    """A link, a button or a summary."""
    return (
        page.get_by_role("link", name=name, exact=True)
        .or_(page.get_by_role("button", name=name, exact=True))
        .or_(page.get_by_label(name, exact=True))
        .or_(page.locator("a, summary").filter(has_text=name))
        .filter(visible=True)
        .first
    )


def _shows(page: Page, word: str, inside: Page) -> bool:
    for place in dict.fromkeys((inside, page)):
        try:
            expect(place.get_by_text(word).filter(visible=True).first).to_be_visible(timeout=4_000)
        except AssertionError:
            continue
        return True
    return False

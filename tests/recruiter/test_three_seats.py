"""Three seats with different rights, one search: each counts, lists and marks what is its own."""

# ruff: noqa: F401, F811 - fixtures of other tests
from __future__ import annotations

import html
import re

import pytest

from tests.ats_sync.test_footprints import hidden_by_default
from tests.ats_sync.test_team_facets import applied, rights

pytestmark = pytest.mark.django_db
URL = "/talent/search/?panel=ats&panel=ats_job&panel=ats_stage&panel=ats_source&panel=applied"
LINE = re.compile(
    r'type="checkbox" id="[^"]*" name="([\w.]+)" value="([^"]*)".*?class="count">(\d+)', re.DOTALL
)
NAME = re.compile(r"<h3><a[^>]*>([^<]*)</a>")


def seen_by(browse, seat, query: str = "") -> dict[str, object]:
    """What a page says: who is there, with which badge, and each number on it."""
    page = html.unescape(browse(seat).get(f"{URL}&{query}").content.decode())
    cards = page.split('<li class="card result">')[1:]
    counts = {(kind, value): int(count) for kind, value, count in LINE.findall(page)}
    return {
        "badges": {NAME.search(card)[1].split()[0]: "In Acme ATS" in card for card in cards},
        "total": int(re.search(r'id="results-title"[^>]*>(\d+) result', page)[1]),
        "past": counts["spotlight", "past_applicants"],
        "ats": {
            key: count for key, count in counts.items() if key[0].startswith(("ats", "applied"))
        },
        "title": {key: count for key, count in counts.items() if key[0] == "title"},
    }


def test_each_seat_sees_its_own_numbers_and_marks(browse, rights, ada, bo, cy):
    held, company, stranger = (seen_by(browse, seat) for seat in (ada, bo, cy))
    assert held["badges"] == {"Ann": True, "Ben": True, "Cem": False}
    assert company["badges"] == {"Ann": True, "Ben": False, "Cem": False}
    assert stranger["badges"] == {"Ann": False, "Ben": False, "Cem": False}
    assert [each["past"] for each in (held, company, stranger)] == [2, 1, 0]
    assert held["ats"]["ats", "any"] == 2
    assert held["ats"]["ats_job", "Board member"] == 1
    assert company["ats"]["ats", "any"] == 1
    assert not [key for key in company["ats"] if "Board" in key[1] or "Headhunter" in key[1]]
    assert not stranger["ats"]
    assert held["title"] == company["title"] == stranger["title"]


@pytest.mark.parametrize(
    ("query", "totals"),
    [
        ("spotlight=past_applicants", (2, 1, 0)),
        ("ats=any", (2, 1, 0)),
        ("ats.not=any", (1, 2, 3)),
        ("ats_source=Headhunter", (1, 0, 0)),
        ("order=recent", (3, 3, 3)),
    ],
)
def test_one_shared_address_finds_for_each_what_it_may(browse, rights, ada, bo, cy, query, totals):
    pages = [seen_by(browse, seat, query) for seat in (ada, bo, cy)]
    assert tuple(page["total"] for page in pages) == totals
    assert tuple(len(page["badges"]) for page in pages) == totals

"""Each item of the contract's checklist is told somewhere as an example that runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The checklist, chapter by chapter (contract.md 23).
RANGES = (
    (1, 9), (10, 16), (20, 31), (40, 49), (60, 83), (90, 92), (95, 109), (120, 126), (140, 147),
    (160, 169), (180, 184), (190, 195),
)  # fmt: skip
CHECKLIST = {number for first, last in RANGES for number in range(first, last + 1)}
# What happens in a browser is told by a test that names the item.
IN_A_BROWSER = {180, 181, 182, 183}
_ITEM = re.compile(r"\bCF-(\d+)\b")


def told_in_stories() -> Iterator[int]:
    for path in (ROOT / "fixtures" / "wire").rglob("*.json"):
        for step in json.loads(path.read_text())["steps"]:
            yield from (int(number) for number in _ITEM.findall(step["name"]))


def told_in_browsers() -> Iterator[int]:
    for path in (ROOT / "tests" / "journeys").glob("*.py"):
        yield from (int(number) for number in _ITEM.findall(path.read_text()))


def test_every_item_of_the_checklist_is_told_as_a_story_or_in_a_browser():
    stories, browsers = set(told_in_stories()), set(told_in_browsers())
    assert CHECKLIST - IN_A_BROWSER - stories == set()
    assert IN_A_BROWSER - browsers == set()


def test_no_story_names_an_item_that_does_not_exist():
    assert {*told_in_stories(), *told_in_browsers()} <= CHECKLIST

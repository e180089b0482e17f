"""No published rule is forgotten (certification.md 1 to 6)."""

from __future__ import annotations

from tests.certification.conftest import RULES

PUBLISHED = {
    *range(101, 107), *range(201, 207), *range(301, 310), *range(401, 405), *range(501, 506),
}  # fmt: skip


def test_every_rule_that_we_know_is_played():
    assert {int(number.removeprefix("RSC-")) for number in RULES} >= PUBLISHED

"""Lists travel to PostgreSQL as one text each, and arrive as they were sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from rsc.statements import array_of, run

pytestmark = pytest.mark.django_db
TEXTS = some.text(some.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def arrived(values: list, kind: str) -> list:
    ((found,),) = run(f"SELECT %(sent)s::{kind}[]", sent=array_of(values))
    return found


@settings(max_examples=60, deadline=None)
@given(some.lists(some.none() | TEXTS | some.sampled_from(['"', "\\", "\t\\n", "{a,b}", "NULL"])))
def test_every_text_arrives_as_it_was_sent(values: list[str | None]) -> None:
    assert arrived(values, "text") == values


def test_numbers_truths_and_times_arrive_as_well() -> None:
    assert arrived([1, None, -(2**62)], "bigint") == [1, None, -(2**62)]
    assert arrived([True, None, False], "boolean") == [True, None, False]
    assert arrived([moment := datetime(2026, 3, 9, 9, 0, 0, 250, UTC)], "timestamptz") == [moment]

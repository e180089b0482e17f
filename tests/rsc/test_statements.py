"""Lists travel to PostgreSQL as one text each, and arrive as they were sent."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import OperationalError, close_old_connections, connection
from hypothesis import given, settings
from hypothesis import strategies as some

from rsc.statements import array_of, array_of_arrays, run, run_kept

pytestmark = pytest.mark.django_db
TEXTS = some.text(some.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def arrived(values: list, kind: str) -> list:
    ((found,),) = run(f"SELECT %(sent)s::{kind}[]", sent=array_of(values))
    return found


@settings(max_examples=60, deadline=None)
@given(some.lists(some.none() | TEXTS | some.sampled_from(['"', "\\", "\t\\n", "{a,b}", "NULL"])))
def test_every_text_arrives_as_it_was_sent(values: list[str | None]) -> None:
    assert arrived(values, "text") == values


ODD = TEXTS | some.sampled_from(
    ["mae@acme.test", "[", "]", "null", "{}", '"', "\\", "a,b", "\t", ""]
)


@settings(max_examples=60, deadline=None)
@given(some.lists(some.none() | some.lists(ODD, max_size=3), max_size=4))
def test_lists_of_any_length_arrive_as_they_were_sent(values: list[list[str] | None]) -> None:
    found = run(
        "SELECT one::text[] FROM unnest(%(sent)s::text[]) AS one", sent=array_of_arrays(values)
    )
    assert [one for (one,) in found] == values


def test_numbers_truths_and_times_arrive_as_well() -> None:
    assert arrived([1, None, -(2**62)], "bigint") == [1, None, -(2**62)]
    assert arrived([True, None, False], "boolean") == [True, None, False]
    assert arrived([moment := datetime(2026, 3, 9, 9, 0, 0, 250, UTC)], "timestamptz") == [moment]


def backend() -> int:
    ((pid,),) = run_kept("SELECT pg_backend_pid()")
    return pid


def end_backend() -> None:
    """As a restart of the server does, while nobody asks anything."""
    ended = backend()
    known = connection.get_connection_params()
    names = {
        key: known[key] for key in ("dbname", "user", "password", "host", "port") if key in known
    }
    with psycopg.connect(**names, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])


@pytest.mark.django_db(transaction=True)
def test_the_first_statement_of_a_request_finds_the_server_again_after_a_restart() -> None:
    before = backend()
    end_backend()
    close_old_connections()  # a request begins
    assert backend() != before


@pytest.mark.django_db(transaction=True)
def test_within_a_request_nothing_is_tried_again() -> None:
    end_backend()
    with pytest.raises(OperationalError):
        backend()
    connection.close()

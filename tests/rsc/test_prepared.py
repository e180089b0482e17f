"""Statements that a connection keeps: as right as any other, and planned for what is there now."""

from __future__ import annotations

import time

import pytest
from django.db import IntegrityError, transaction

from rsc.prepared import numbered
from rsc.statements import run, run_kept

pytestmark = pytest.mark.django_db

SHELF = """
CREATE TEMPORARY TABLE shelf (owner bigint, place bigint, name text);
CREATE UNIQUE INDEX shelf_name ON shelf (owner, name);
CREATE INDEX shelf_place ON shelf (owner, place);  -- as good as the other for no rows
ANALYZE shelf;
SET LOCAL enable_seqscan = off;
SET LOCAL plan_cache_mode = force_generic_plan;
"""
LOOK_UP = """
SELECT found.place FROM unnest(%(names)s::text[]) AS asked(name) CROSS JOIN LATERAL (
    SELECT place FROM shelf AS s WHERE s.owner = %(owner)s AND s.name = asked.name OFFSET 0
) AS found
"""


@pytest.fixture
def shelf():
    with transaction.atomic():
        run(SHELF)
        yield
        run("DROP TABLE shelf")


def fill(count: int) -> None:
    run(
        "INSERT INTO shelf SELECT 1, n, 'name ' || n FROM generate_series(1, %(count)s) AS n",
        count=count,
    )


def rows_read() -> int:
    ((read,),) = run("SELECT idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'shelf'")
    return read


def test_a_plan_made_for_an_empty_table_does_not_stay_when_it_has_filled(shelf):
    names = [f"name {n}" for n in range(1, 101)]
    assert run_kept(LOOK_UP, owner=1, names=names) == []
    fill(2_000)
    time.sleep(0.1)  # longer than the first plans of a connection are kept
    before = rows_read()
    assert len(run_kept(LOOK_UP, owner=1, names=names)) == 100
    assert rows_read() - before <= 200, "each name by its own key, not all rows for each name"


def test_what_the_server_refuses_is_the_same_error_as_anywhere(shelf):
    put = "INSERT INTO shelf VALUES (%(owner)s, 1, %(name)s)"
    run_kept(put, owner=1, name="one")
    with pytest.raises(IntegrityError), transaction.atomic():
        run_kept(put, owner=1, name="one")
    assert run_kept("SELECT name FROM shelf") == [("one",)], "the transaction goes on"


@pytest.mark.django_db(transaction=True)
def test_the_first_statement_of_a_transaction_is_part_of_it():
    made = "CREATE TABLE only_tried (id int)"
    with transaction.atomic():
        run_kept(made)
        transaction.set_rollback(True)
    assert run_kept("SELECT to_regclass('only_tried') IS NULL") == [(True,)]


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_outlives_a_transaction_that_was_undone():
    kept = "SELECT %(number)s::int + 1"
    with transaction.atomic():
        run_kept(kept, number=1)
        transaction.set_rollback(True)
    assert run_kept(kept, number=1) == [(2,)]


def test_behind_a_pooler_that_cannot_carry_them_nothing_is_prepared(settings):
    settings.PREPARE_STATEMENTS = False
    kept = "SELECT count(*) FROM pg_prepared_statements"
    (before,) = run(kept)
    assert run_kept("SELECT %(text)s::text || '%%', 4711", text="5") == [("5%", 4711)]
    assert run(kept) == [before]


def test_each_name_has_one_number():
    assert numbered("%(b)s + %(a)s + %(b)s %% 2") == (b"$1 + $2 + $1 % 2", ("b", "a"))

"""Answers made while PostgreSQL looks for news: right at once, whoever changed what, and how."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from recruiter import search
from recruiter.models import Member
from recruiter.search import MemberQuery, SearchUnavailable, Viewer
from recruiter.search.bitmap.build import build
from recruiter.search.bitmap.looking import Look
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
VIEWER = Viewer(company_id=1)


@pytest.fixture
def index(transactional_db):
    """An engine that has answered without news before, so that it looks while it answers."""
    engine = search.engine("bitmap")
    some = [factories.MemberFactory(headline="Pilot", skills=["chess"]) for _ in range(3)]
    engine.put([member.pk for member in some])
    build()
    for _ in range(2):
        assert pilots(engine) == 3
    return engine


def pilots(engine):
    return engine.search(MemberQuery(viewer=VIEWER, text="pilot")).total


def elsewhere(work):
    """Do something on a connection of its own, as another process would."""

    def done():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(done).result()


def test_what_another_connection_committed_is_in_the_next_answer(index):
    def edit():
        member = Member.objects.order_by("pk").first()
        member.headline = "Sailor"
        member.save()
        index.put([member.pk])

    elsewhere(edit)
    assert pilots(index) == 2
    assert pilots(index) == 2


def test_a_transaction_sees_its_own_changes_and_leaves_none_behind(index):
    member = factories.MemberFactory(headline="Pilot")
    with transaction.atomic():
        index.put([member.pk])
        assert pilots(index) == 4
        transaction.set_rollback(True)
    # What is prepared outlives a transaction that was undone.
    index.forget()
    assert [pilots(index) for _ in range(4)] == [3, 3, 3, 3]


def test_a_chosen_value_that_comes_to_be_is_found_at_once(index):
    question = MemberQuery(viewer=VIEWER, skill=("Yodelling",))
    for _ in range(3):
        assert index.search(question).total == 0
    member = factories.MemberFactory(skills=["yodelling"])
    index.put([member.pk])
    assert index.search(question).total == 1


def test_a_look_that_fails_says_so_and_leaves_the_connection_usable(index):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE recruiter_indexchange RENAME TO away")
    try:
        with pytest.raises(SearchUnavailable):
            pilots(index)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO recruiter_indexchange")
    assert pilots(index) == 3


def test_the_answer_of_a_look_is_read_though_its_block_fails(index):
    position = index.live().position
    with pytest.raises(RuntimeError), Look(position, (), (), ()) as look:
        raise RuntimeError
    assert look.position.last == position.last
    assert pilots(index) == 3

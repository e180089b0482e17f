"""Questions whose SQL is written once answer as the query set that they were written from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from recruiter.models import Member, Project, Prospect
from rsc.models import Seat
from rsc.written import NotWritable, written_once
from tests import factories


@written_once
def seats_of(seat, *, state):
    return Seat.objects.visible_to(seat).filter(state=state).select_related("user")


@written_once
def workable(seat, member):
    placed = Prospect.objects.filter(project=OuterRef("pk"), member=member)
    projects = Project.objects.workable_by(seat).order_by("name")
    return projects.values_list("name", Exists(placed))


@written_once
def named(first_name, since):
    return Member.objects.filter(first_name=first_name, created_at__gte=since)[:2]


def test_each_seat_gets_its_own_rows_by_the_same_sql(ada, bo, di, cy):
    active = Seat.State.ACTIVE
    with CaptureQueriesContext(connection) as statements:
        found = [{seat.user.first_name for seat in seats_of(who, state=active)}
                 for who in (ada, di, cy)]  # fmt: skip
    assert found == [{"Ada", "Bo"}, {"Di"}, {"Cy"}]
    assert len(statements) == 3  # one each, the users with it
    assert seats_of(ada, state=Seat.State.PARKED) == []


def test_a_role_decides_how_the_sql_reads(ada, bo, hal):
    mae = factories.MemberFactory()
    shared = factories.ProjectFactory(contract=ada.contract, owner=ada, name="Shared")
    factories.ProjectFactory(contract=ada.contract, owner=ada, name="Secret", private=True)
    factories.ProspectFactory(project=shared, member=mae)
    for _ in range(2):
        assert workable(ada, mae) == [("Secret", False), ("Shared", True)]
        assert workable(bo, mae) == [("Shared", True)]
        assert workable(hal, mae) == []
        assert workable(ada, factories.MemberFactory())[1] == ("Shared", False)


def test_texts_and_times_are_values_whatever_they_hold(db):
    quoted = factories.MemberFactory(first_name="O'Hara %s \N{OBJECT REPLACEMENT CHARACTER}0")
    long_ago, tomorrow = datetime(1999, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
    assert named(quoted.first_name, long_ago) == [quoted]
    assert named(quoted.first_name, tomorrow) == []
    assert named("'; DROP TABLE recruiter_member; --", long_ago) == []


def test_what_cannot_be_found_again_in_the_sql_is_refused(db):
    holding = written_once(lambda text: Member.objects.filter(first_name__contains=text))
    with pytest.raises(NotWritable):
        holding("a")


def test_a_question_may_not_look_at_more_than_the_ids(ada):
    def like(seat):
        return Seat.objects.filter(user__email__endswith=seat.user.email)

    with pytest.raises(ObjectDoesNotExist):
        written_once(like)(ada)

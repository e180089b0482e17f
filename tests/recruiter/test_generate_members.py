"""manage.py generate_members: many believable people, the same for the same seed."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from recruiter.models import Connection, Member, MemberDocument, Position
from recruiter.population.people import Population, day
from tests import factories

pytestmark = pytest.mark.django_db
NEW_YEAR = day("2026-01-01")


def generate(*options: object) -> str:
    out = StringIO()
    call_command("generate_members", *map(str, options), "--as-of", "2026-01-01", stdout=out)
    return out.getvalue()


def everyone() -> list[tuple]:
    return list(
        Member.objects.order_by("slug").values_list(
            "public_id", "slug", "headline", "skills", "openness", "last_seen_at"
        )
    )


def test_the_same_seed_and_day_give_the_same_people():
    assert "300 members in" in generate(300, "--seed", 5)
    once = everyone()
    generate(300, "--seed", 5, "--clear")
    assert everyone() == once
    generate(300, "--seed", 6)
    assert Member.objects.count() == 600


def test_a_seed_is_not_used_twice_by_accident():
    generate(10)
    with pytest.raises(CommandError, match="members of seed 1 are there already"):
        generate(10)


@pytest.mark.parametrize("count", ["0", "-3", "many"])
def test_a_senseless_number_is_refused(count):
    with pytest.raises(CommandError, match="is not a positive whole number"):
        generate(count)


def test_people_hang_together():
    people = list(Population(3, NEW_YEAR, []).people(2000))
    assert len({person.place.country_code for person in people}) > 30
    assert len({(person.first_name, person.last_name) for person in people}) > 1500
    for person in people:
        assert len(person.skills) == len(set(person.skills)) >= 4
        starts = [job.started_on for job in person.jobs]
        assert starts == sorted(starts, reverse=True)
        assert all(job.ended_on == "" or job.started_on <= job.ended_on for job in person.jobs)
        assert all(job.ended_on for job in person.jobs[1:]), "only the newest job may be current"
        assert person.last_seen_at <= NEW_YEAR
    assert any(not person.first_name.isascii() for person in people)


def test_companies_of_this_server_employ_some_of_them():
    company = factories.CompanyFactory(name="Freshing")
    generate(2500)
    assert Position.objects.filter(company=company, employer="Freshing").exists()


def test_the_worker_lets_search_know_of_them(drain):
    generate(40)
    assert not MemberDocument.objects.exists()
    drain()
    shown = Member.objects.filter(hidden_from_recruiters=False).count()
    assert MemberDocument.objects.count() == shown


def test_their_search_documents_can_be_built_at_once():
    assert "search documents in" in generate(40, "--index")
    assert MemberDocument.objects.exists()


def test_acquaintances_are_mutual():
    generate(200, "--connections", 4)
    pairs = set(Connection.objects.values_list("member_id", "other_id"))
    assert pairs
    assert {(other, one) for one, other in pairs} == pairs


def test_members_who_join_later_get_ids_of_their_own():
    generate(50)
    newcomer = factories.MemberFactory()
    assert newcomer.pk > Member.objects.filter(source_key__startswith="generated:").last().pk

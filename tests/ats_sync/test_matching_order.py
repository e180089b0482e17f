"""What must not change a link: order, size of batches, restarts, and how things are spelled.

The checks of matching.md section 8 that need no labels, over the real tables.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from ats_sync import candidates, matching, rematching
from ats_sync.models import Candidate, IdentityEvent, Match, RematchRun
from recruiter import members
from recruiter.models import Member
from rsc import outbox
from tests import factories
from tests.ats_sync import records

pytestmark = pytest.mark.django_db

Links = set[tuple[str, str, str]]  # the ATS's id, the member's last name, the state

PEOPLE = [
    ("Amara", "Abbott", "amara@post.test", "Leeds", "Acme Rail"),
    ("Björn", "Castellano", "bjorn.c@post.test", "York", "Northwind"),
    ("Chiara", "Dubois", "chiara@post.test", "Leeds", "Acme Rail"),
    ("Daniel", "Eriksen", "daniel@post.test", "Hull", "Globex"),
    ("Daniela", "Eriksen", "daniela@post.test", "Hull", "Globex"),
]

SENT = {
    "C-1": {"first_name": "Amara", "last_name": "Abbott", "emails": ["amara@post.test"]},
    "C-2": {"first_name": "Bjorn", "last_name": "Castellano", "emails": ["bjorn.c@post.test"]},
    # The address of Chiara's agency stands on three records of differently named people.
    "C-3": {"first_name": "Chiara", "last_name": "Dubois", "emails": ["chiara@post.test"]},
    "C-4": {"first_name": "Olu", "last_name": "Tremblay", "emails": ["chiara@post.test"]},
    "C-5": {"first_name": "Hana", "last_name": "Novak", "emails": ["chiara@post.test"]},
    "C-6": {"first_name": "Dan", "last_name": "Eriksen", "emails": ["daniel@post.test"]},
    # No address of hers: the exact name, the employer at the time and the town.
    "C-7": {
        "first_name": "Amara",
        "last_name": "Abbott",
        "emails": ["new@else.test"],
        "current_company": "Acme Rail Ltd",
        "addresses": [{"city": "Leeds", "country": "gb"}],
    },
    # A slip of the pen, which three differently named people made: of an agency again.
    "C-9": {
        "first_name": "Björn",
        "last_name": "Castellano",
        "emails": ["bjorn.c@posst.test"],
        "current_company": "Northwind",
    },
    "C-10": {"first_name": "Ute", "last_name": "Vogel", "emails": ["bjorn.c@posst.test"]},
    "C-11": {"first_name": "Ivo", "last_name": "Marek", "emails": ["bjorn.c@posst.test"]},
    "C-8": {"first_name": "Someone", "last_name": "Else", "emails": ["else@post.test"]},
}


@pytest.fixture
def people() -> None:
    made = []
    for first, last, address, city, employer in PEOPLE:
        member = factories.MemberFactory(
            first_name=first, last_name=last, city=city, country_code="gb"
        )
        factories.MemberEmailFactory(member=member, address=address)
        factories.PositionFactory(member=member, employer=employer)
        made.append(member.pk)
    matching.rematch_members(made)


def push(ats, names: Iterable[str], size: int = 100) -> None:
    """Send records in batches; the worker comes after each."""
    waiting = list(names)
    for start in range(0, len(waiting), size):
        batch = waiting[start : start + size]
        candidates.upsert(ats, [records.candidate(name, **SENT[name]) for name in batch])
        outbox.drain()


def links(ats) -> Links:
    found = Match.objects.filter(candidate__ats=ats).exclude(state=Match.State.SUPERSEDED)
    return set(found.values_list("candidate__external_id", "member__first_name", "state"))


def test_the_order_and_the_size_of_batches_change_nothing(ats, people):
    push(ats, SENT)
    expected = links(ats)
    assert {("C-1", "Amara", "automatic"), ("C-7", "Amara", "automatic")} <= expected
    assert ("C-3", "Chiara", "automatic") not in expected
    for seed in range(6):
        order, size = random.Random(seed).sample(sorted(SENT), len(SENT)), 1 + seed % 4
        candidates.delete(ats, SENT)
        push(ats, order, size)
        assert links(ats) == expected, (order, size)


def test_a_rematch_gives_what_the_sync_gave_wherever_it_was_interrupted(ats, people, monkeypatch):
    push(ats, SENT)
    expected, events = links(ats), IdentityEvent.objects.count()
    monkeypatch.setattr(rematching, "CHUNK", 3)
    for stop_after in range(3):
        run = RematchRun.objects.create()
        proceeding = rematching.proceed(run)
        for _ in range(stop_after):
            next(proceeding)
        proceeding.close()
        list(rematching.proceed(RematchRun.objects.get(pk=run.pk)))
        assert links(ats) == expected
    assert IdentityEvent.objects.count() == events


@pytest.mark.parametrize(
    "noise",
    [
        {"emails": ["  Mailto:AMARA@Post.TEST "]},
        {"first_name": "AMARA", "last_name": "abbott"},
        {"first_name": " Amara ", "last_name": "Abbott, MBA"},
        {"emails": ["amara@post.test", "noreply@example.com"]},
    ],
)
def test_noise_in_the_spelling_changes_nothing(ats, people, noise):
    push(ats, ["C-1"])
    expected = links(ats)
    candidates.upsert(ats, [records.candidate("C-1", **SENT["C-1"] | noise)])
    outbox.drain()
    assert links(ats) == expected == {("C-1", "Amara", "automatic")}


@pytest.mark.parametrize(
    "contradiction",
    [
        {"phones": [{"number": "+44 113 496 0001"}]},
        {"member_profile_url": "https://people.test/in/somebody-else"},
        {"addresses": [{"city": "Oslo", "country": "no"}]},
        {"current_company": "Initech"},
        {"suffix": "Jr."},
    ],
)
def test_one_more_field_that_contradicts_never_makes_a_link(ats, people, contradiction):
    for name in SENT:
        candidates.upsert(ats, [records.candidate(name, **SENT[name])])
    outbox.drain()
    before = {each for each in links(ats) if each[2] == Match.State.AUTOMATIC}
    for name in SENT:
        candidates.upsert(ats, [records.candidate(name, **SENT[name] | contradiction)])
    outbox.drain()
    assert {each for each in links(ats) if each[2] == Match.State.AUTOMATIC} <= before


def test_an_address_that_comes_late_equals_one_that_was_always_there(ats, people):
    push(ats, SENT)
    expected = links(ats)
    amara = Member.objects.get(first_name="Amara")
    members.remove_email(amara, "amara@post.test")
    outbox.drain()
    assert ("C-1", "Amara", "automatic") not in links(ats)
    members.add_email(amara, "amara@post.test", verified_at=factories.LONG_AGO)
    outbox.drain()
    assert links(ats) == expected


def test_an_address_that_the_record_gains_late_equals_one_that_it_always_had(ats, people):
    push(ats, SENT)
    expected = links(ats)
    candidates.upsert(ats, [records.candidate("C-1", **SENT["C-1"] | {"emails": []})])
    outbox.drain()
    assert ("C-1", "Amara", "automatic") not in links(ats)
    push(ats, ["C-1"])
    assert links(ats) == expected


def test_customers_see_nothing_of_each_other(ats, people):
    other_ats = factories.AtsFactory()
    assert other_ats.company != ats.company
    push(ats, ["C-3"])
    assert links(ats) == {("C-3", "Chiara", "automatic")}
    # At another company the same address stands on many records: that is none of our business.
    push(other_ats, ["C-4", "C-5", "C-6"])
    push(ats, ["C-3"])
    assert links(ats) == {("C-3", "Chiara", "automatic")}
    assert not Candidate.objects.filter(ats=ats).exclude(external_id="C-3").exists()

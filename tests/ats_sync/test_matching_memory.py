"""Whatever happens to records, what a person undid is never done again by a rule."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ats_sync import candidates, links, match_models, rematching
from ats_sync.identity.weights import shipped_weights
from ats_sync.models import Candidate, Match, MatchModel, RematchRun
from recruiter import members
from rsc import outbox
from tests import factories
from tests.ats_sync import records

PEOPLE = (("Amara", "Abbott"), ("Björn", "Castellano"))
MACHINE_MADE = (Match.State.AUTOMATIC, Match.State.SUGGESTED)

person = st.integers(0, len(PEOPLE) - 1)
steps = st.one_of(
    st.tuples(st.just("sync"), person, st.sampled_from(["", "-again", "-twin"])),
    st.tuples(st.just("delete"), person, st.sampled_from(["", "-again", "-twin"])),
    st.tuples(st.just("unlink"), person, st.just("")),
    st.tuples(st.just("drop address"), person, st.just("")),
    st.tuples(st.just("add address"), person, st.just("")),
    st.tuples(st.just("merge"), person, st.just("")),
    st.tuples(st.just("rematch"), person, st.just("")),
    st.tuples(st.just("restart"), person, st.just("")),
    st.tuples(st.just("edit"), person, st.sampled_from(["phone", "initial", "second address"])),
    st.tuples(st.just("replace id"), person, st.just("-moved")),
    st.tuples(st.just("model change"), person, st.just("")),
)
EDITS = {
    "phone": {"phones": [{"number": "+44 113 496 0001"}]},
    "initial": {"middle_initial": "Q"},
    "second address": {"emails": ["also@else.test"]},
}


def address(number: int) -> str:
    return f"{PEOPLE[number][0].lower()}@post.test"


class World:
    """Two members, an ATS that syncs records of them, and a person who undoes links."""

    def __init__(self, ats, ada) -> None:
        self.ats, self.ada = ats, ada
        self.undone: set[tuple[int, int]] = set()  # (number of the person, member id)
        self.members = []
        for number, (first, last) in enumerate(PEOPLE):
            member = factories.MemberFactory(first_name=first, last_name=last)
            factories.MemberEmailFactory(member=member, address=address(number))
            self.members.append(member)

    def step(self, name: str, number: int, suffix: str) -> None:
        getattr(self, name.replace(" ", "_"))(number, suffix)
        outbox.drain()

    def sync(self, number: int, suffix: str = "", **edits: Any) -> None:
        first, last = PEOPLE[number]
        sent = {"first_name": first, "last_name": last, **edits}
        sent["emails"] = [address(number), *edits.get("emails", [])]
        candidates.upsert(self.ats, [records.candidate(f"C-{number}{suffix}", **sent)])

    def edit(self, number: int, what: str) -> None:
        self.sync(number, **EDITS[what])

    def delete(self, number: int, suffix: str) -> None:
        candidates.delete(self.ats, [f"C-{number}{suffix}"])

    def merge(self, number: int, suffix: str) -> None:
        """The ATS keeps one record and deletes the other."""
        self.sync(number)
        self.delete(number, "-twin")

    def replace_id(self, number: int, suffix: str) -> None:
        """The ATS numbers its records anew."""
        candidates.delete(self.ats, [f"C-{number}", f"C-{number}-twin"])
        self.sync(number, suffix)

    def drop_address(self, number: int, suffix: str) -> None:
        members.remove_email(self.members[number], address(number))

    def add_address(self, number: int, suffix: str) -> None:
        members.add_email(self.members[number], address(number), verified_at=factories.LONG_AGO)

    def rematch(self, number: int, suffix: str) -> None:
        list(rematching.proceed(RematchRun.objects.create()))

    def restart(self, number: int, suffix: str) -> None:
        """A re-match is killed, and another process takes it up."""
        abandoned = rematching.proceed(RematchRun.objects.create())
        next(abandoned, None)
        abandoned.close()
        call_command("rematch_candidates", stdout=StringIO())

    def model_change(self, number: int, suffix: str) -> None:
        version = f"v{MatchModel.objects.count() + 1}"
        looser = replace(shipped_weights(), version=version, prior=900)
        rematching.put_in_force(match_models.of_weights(looser))
        self.rematch(number, suffix)

    def unlink(self, number: int, suffix: str) -> None:
        member = self.members[number]
        live = Match.objects.live().filter(member=member).select_related("candidate__ats").first()
        if live:
            links.unlink(self.ada, live.candidate, member)
            self.undone.add((number, member.pk))

    def check(self) -> None:
        for number, member in self.undone:
            of_them = Candidate.objects.filter(external_id__startswith=f"C-{number}")
            remade = Match.objects.filter(
                candidate__in=of_them, member=member, state__in=MACHINE_MADE
            )
            assert not remade.exists()


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(steps, min_size=2, max_size=9))
def test_a_pair_that_was_undone_stays_undone_through_any_history(ats, ada, history):
    with transaction.atomic():
        world = World(ats, ada)
        for step in history:
            world.step(*step)
            world.check()
        transaction.set_rollback(True)

"""Made-up worlds for figures of matching: repeatable, and whole."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from ats_sync.bench import mistakes, worlds
from ats_sync.management.commands import bench_matching


@pytest.mark.parametrize("kind", mistakes.KINDS)
def test_a_world_is_the_same_again_and_another_with_another_seed(kind):
    rates = mistakes.KINDS[kind]()
    size = {"members": 300, "candidates": 200}
    made = worlds.make(3, rates, **size)
    assert made == worlds.make(3, rates, **size)
    assert made.members != worlds.make(4, rates, **size).members
    members = {one["id"] for one in made.members}
    assert len(members) == len(made.members) >= 300
    assert set(made.truth) == {one["id"] for one in made.candidates}
    assert set().union(*made.truth.values()) <= members
    tags = set().union(*made.classes.values())
    assert {"member", "nonmember", "em_exact", "em_other", "ph_own", "url_ok", "case"} <= tags


def test_the_figures_of_a_world_have_intervals_and_cases(monkeypatch):
    monkeypatch.setattr(bench_matching, "_MEMBERS", 400)
    monkeypatch.setattr(bench_matching, "_CANDIDATES", 150)
    out = StringIO()
    call_command("bench_matching", "--world", "5", "--mistakes", "harsh", stdout=out)
    said = out.getvalue()
    assert "wrong among automatic links  0.00000 (0 of" in said
    assert "class em_agency" in said
    assert "label Strong" in said

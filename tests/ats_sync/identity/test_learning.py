"""Weights without labels: what is learnt from records whose truth we know is near the truth."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ats_sync.identity.evaluate import Report, Share
from ats_sync.identity.keys import hashed, joint_name
from ats_sync.identity.learn import fit_groups, fit_pairs, label_shift, learn
from ats_sync.identity.pairing import match
from ats_sync.identity.weights import Weights, shipped_weights
from tests.ats_sync.identity.people import NOTHING, a_candidate, a_member

SIZES = [3, 3, 3]


def _levels(dice: random.Random, agree: float) -> tuple[int, ...]:
    return tuple(2 if dice.random() < agree else 1 for _ in SIZES)


def test_pairs_alone_tell_how_often_true_ones_agree() -> None:
    dice = random.Random(1)
    true = Counter(_levels(dice, 0.9) for _ in range(1000))
    other = Counter(_levels(dice, 0.05) for _ in range(9000))
    fit = fit_pairs(true + other, SIZES, share=0.3)
    assert fit.share == pytest.approx(0.1, abs=0.02)
    for m, u in zip(fit.m, fit.u, strict=True):
        assert m[2] == pytest.approx(0.9, abs=0.04)
        assert u[2] == pytest.approx(0.05, abs=0.02)


def test_groups_of_namesakes_tell_how_many_candidates_are_members() -> None:
    dice = random.Random(2)
    groups = []
    for number in range(2000):
        group = Counter(_levels(dice, 0.05) for _ in range(3))
        if number % 5 < 3:
            group[_levels(dice, 0.9)] += 1
        groups.append(group)
    assert fit_groups(groups, SIZES).share == pytest.approx(0.6, abs=0.05)


def test_a_level_never_seen_decides_nothing() -> None:
    fit = fit_pairs(Counter({(0, 0, 0): 5}), SIZES, share=0.3)
    assert fit.bits((0, 0, 0)) == 0
    assert abs(fit.bits((2, 1, 0))) < 1


def test_labels_shift_down_where_strangers_are_many() -> None:
    weights = shipped_weights()
    few_strangers = [[900]] * 900 + [[]] * 100
    many_strangers = [[900]] * 100 + [[]] * 900
    assert label_shift(many_strangers, weights) < 0 < label_shift(few_strangers, weights)
    assert label_shift([[900]] * 10, weights) == 0


def test_weights_survive_being_written_and_read() -> None:
    weights = shipped_weights()
    assert Weights.from_json(weights.as_json()) == weights


def test_the_shipped_weights_point_the_right_way() -> None:
    fields = shipped_weights().fields
    for field in ("email", "phone", "profile", "employer", "title", "place"):
        assert fields[field][0] == 0
        assert fields[field][1] < -100
        assert fields[field][-1] > 400


def test_learning_is_repeatable() -> None:
    members = [a_member(n, familyName=f"Prado{'abcdefgh'[n % 8]}") for n in range(40)]
    world = match(members, [a_candidate(n, lastName=f"Prado{'abcdefgh'[n]}") for n in range(8)])

    def once() -> Weights:
        return learn(
            ((each, world.compared(place)) for place, each in enumerate(world.candidates)),
            members,
            lambda name: world.population.holders(hashed(joint_name(name))),
            "test",
        )

    assert once() == once()


# --------------------------------------------------------------------------------------- figures
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # From R: binom.test(part, whole)$conf.int
    [
        (6, 34829, 6.32e-5, 3.749e-4),
        (0, 100, 0.0, 0.03622),
        (100, 100, 0.96378, 1.0),
        (5, 10, 0.18709, 0.81291),
    ],
)
def test_intervals_are_those_of_clopper_and_pearson(
    part: int, whole: int, low: float, high: float
) -> None:
    assert Share(part, whole).interval == pytest.approx((low, high), rel=2e-3, abs=1e-5)


def test_the_report_counts_links_lists_and_strangers() -> None:
    members = [a_member(1), a_member(2, givenName="Olaf", familyName="Berg", emails=[], phone="")]
    people = [
        a_candidate(1),
        a_candidate(2, **NOTHING | {"firstName": "Olaf", "lastName": "Berg"}),
        a_candidate(3, **NOTHING | {"firstName": "Zoe", "lastName": "Quist"}),
    ]
    report = Report()
    truth = {"1": {"1"}, "2": {"2"}}
    for candidate, decision in match(members, people).decisions():
        report.add(candidate, decision, truth.get(candidate.id, set()), ["all"])
    assert (report.candidates, report.matchable, report.linked, report.right) == (3, 2, 1, 1)
    assert report.strangers_linked == 0
    assert report.shares()["automatic or among five"] == Share(2, 2)
    assert report.classes["all"] == [2, 1, 0]

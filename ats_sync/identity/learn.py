"""Weights from records alone, without labels: expectation and maximisation.

The fields beside the name are learnt inside pairs whose names are the same: whoever shares a name
shares country, employers and the look of addresses more often than two people at random, and
weights learnt on random pairs would count all that twice (matching.md sections 1 and 4.2).
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log2

from ats_sync.identity.features import Email, Evidence, Middle, Phone, Profile
from ats_sync.identity.keys import HEAVY
from ats_sync.identity.names import Agreement, PersonName, family_agreement, given_agreement
from ats_sync.identity.records import CandidateRecord, MemberRecord
from ats_sync.identity.score import PLAIN_FIELDS
from ats_sync.identity.weights import Weights, clipped

_ROUNDS = 25
# So many imaginary pairs at each level keep a level that was never seen from deciding alone.
_SMOOTHING = 0.5
# A name part with so many bearers shows how names differ by chance: true pairs drown in them.
_COMMON = 50

# Set by hand, in hundredths of a bit.
_OTHER_GENERATION = -300
# The share of members among candidates is not guessed from fewer candidates than this.
_ENOUGH = 1000

Levels = tuple[int, ...]


@dataclass
class TwoClasses:
    """How often each level of each field occurs among true pairs (m) and others (u)."""

    share: float
    m: list[list[float]]
    u: list[list[float]]

    def bits(self, levels: Levels) -> float:
        """What the levels say for a true pair, in bits, without the share of true pairs."""
        return sum(
            log2(self.m[field][level] / self.u[field][level])
            for field, level in enumerate(levels)
            if level
        )


def fit_groups(groups: Sequence[Counter[Levels]], sizes: Sequence[int]) -> TwoClasses:
    """Learn two classes from groups of pairs of which at most one each is true.

    A group holds the pairs of one record with its namesakes: if it has `n` of them and the
    record is one of the population with probability `share`, each starts at `share / n`.

    Args:
        groups: level tuples with how often each occurs in the group; level 0 says nothing.
        sizes: how many levels each field has.
    """
    fit = _first_guess(sizes)
    for _ in range(_ROUNDS):
        true, other = _empty(sizes), _empty(sizes)
        expected = 0.0
        for group in groups:
            number = group.total()
            odds = {levels: fit.share / number * 2.0 ** fit.bits(levels) for levels in group}
            whole = 1 - fit.share + sum(odds[levels] * times for levels, times in group.items())
            for levels, times in group.items():
                chance = odds[levels] / whole
                expected += chance * times
                _add(true, levels, chance * times)
                _add(other, levels, (1 - chance) * times)
        share = min(max(expected / len(groups), 0.001), 0.999)
        fit = TwoClasses(share, _shares(true), _shares(other))
    return fit


def fit_pairs(pairs: Counter[Levels], sizes: Sequence[int], share: float) -> TwoClasses:
    """Learn two classes from pairs that know nothing of each other.

    Args:
        pairs: level tuples with how often each occurs.
        sizes: how many levels each field has.
        share: a first guess of the share of true pairs.
    """
    fit = _first_guess(sizes, share)
    for _ in range(_ROUNDS * 2):
        true, other = _empty(sizes), _empty(sizes)
        expected = 0.0
        for levels, times in pairs.items():
            odds = fit.share / (1 - fit.share) * 2.0 ** fit.bits(levels)
            chance = odds / (1 + odds)
            expected += chance * times
            _add(true, levels, chance * times)
            _add(other, levels, (1 - chance) * times)
        share = min(max(expected / pairs.total(), 1e-6), 1 - 1e-6)
        fit = TwoClasses(share, _shares(true), _shares(other))
    return fit


def _first_guess(sizes: Sequence[int], share: float = 0.5) -> TwoClasses:
    """True pairs agree nine times in ten, others one time in ten; levels run from worst to best."""
    m, u = [], []
    for size in sizes:
        rising = [0.0, 0.1, *[0.9 / (size - 2)] * (size - 2)]
        m.append(rising)
        u.append([0.0, 0.9, *[0.1 / (size - 2)] * (size - 2)])
    return TwoClasses(share, m, u)


def _empty(sizes: Sequence[int]) -> list[list[float]]:
    return [[0.0, *[_SMOOTHING] * (size - 1)] for size in sizes]


def _add(sums: list[list[float]], levels: Levels, weight: float) -> None:
    for field, level in enumerate(levels):
        if level:
            sums[field][level] += weight


def _shares(sums: list[list[float]]) -> list[list[float]]:
    return [[count / sum(field) for count in field] for field in sums]


def label_shift(scores: Sequence[Sequence[int]], weights: Weights) -> int:
    """What to add to scores before labels, from how many candidates seem to be members at all.

    Args:
        scores: for each candidate, the scores of its best pairs (hundredths of a bit); candidates
            without pairs count as well. Fewer than `_ENOUGH` candidates give no shift.
    """
    if len(scores) < _ENOUGH:
        return 0
    odds = [sum(2.0 ** ((points - weights.prior) / 100) for points in each) for each in scores]
    share = 0.5
    for _ in range(_ROUNDS * 2):
        share = sum(share * each / (1 - share + share * each) for each in odds) / len(odds)
        share = min(max(share, 0.001), 0.999)
    return round(100 * log2(share / (1 - share))) - weights.prior


# --------------------------------------------------------------------------------- our records
_SIZES = {
    "middle": 4, "email": 6, "phone": 4, "profile": 3, "employer": 4, "title": 4, "place": 6,
}  # fmt: skip
Pairs = Iterable[tuple[CandidateRecord, Sequence[tuple[MemberRecord, Evidence]]]]


def learn(
    pairs: Pairs,
    members: Sequence[MemberRecord],
    namesakes: Callable[[PersonName], int],
    version: str,
    seed: int = 1,
) -> Weights:
    """Learn weights from blocked pairs.

    Args:
        pairs: each candidate with the members that share a key, and the evidence.
        members: all of them, or a fair sample.
        namesakes: how many members bear a name.
        version: of the weights, for the audit.
        seed: of the sampling; the same input and seed give the same weights.
    """
    groups: list[Counter[Levels]] = []
    sure: list[Evidence] = []
    names: list[PersonName] = []
    for candidate, found in pairs:
        names.append(candidate.name)
        sure.extend(evidence for _, evidence in found if _shares_two_identifiers(evidence))
        same_name = [e for _, e in found if e.given == e.family == Agreement.SAME]
        # Bearers of a very common name only meet where something else agrees already: no sample.
        if same_name and namesakes(candidate.name) <= HEAVY:
            groups.append(Counter(_plain_levels(evidence) for evidence in same_name))
    fit = fit_groups(groups, [_SIZES[field] for field in PLAIN_FIELDS])
    m_given, m_family = _name_shares(sure)
    u_given, u_family = _chance_agreement(names, members, random.Random(seed))  # noqa: S311
    same_share = m_given[Agreement.SAME] * m_family[Agreement.SAME]
    share = min(fit.share * len(groups) / len(names) / same_share, 0.95)
    return Weights(
        version=version,
        prior=round(100 * log2(share / (1 - share))),
        given_same=clipped(log2(m_given[Agreement.SAME])),
        family_same=clipped(log2(m_family[Agreement.SAME])),
        given=_bits(m_given, u_given),
        family=_bits(m_family, u_family),
        fields=_field_bits(fit),
    )


def _field_bits(fit: TwoClasses) -> dict[str, tuple[int, ...]]:
    bits = {field: _bits(fit.m[number], fit.u[number]) for number, field in enumerate(PLAIN_FIELDS)}
    # Too rare to learn: nothing in most feeds says Jr. on one side and Sr. on the other.
    bits["middle"] = (*bits["middle"][: Middle.OTHER_GENERATION], _OTHER_GENERATION)
    return bits


def _bits(m: Sequence[float], u: Sequence[float]) -> tuple[int, ...]:
    return (0, *(clipped(log2(yes / no)) for yes, no in zip(m[1:], u[1:], strict=True)))


def _plain_levels(evidence: Evidence) -> Levels:
    return tuple(int(getattr(evidence, field)) for field in PLAIN_FIELDS)


def _shares_two_identifiers(evidence: Evidence) -> bool:
    """Such a pair is one person nearly always, whatever the names say: a fair look at names."""
    shared = (
        evidence.email == Email.SAME, evidence.phone == Phone.SAME,
        evidence.profile == Profile.SAME,
    )  # fmt: skip
    return sum(shared) >= 2


def _name_shares(sure: Sequence[Evidence]) -> tuple[list[float], list[float]]:
    sums = _empty([len(Agreement), len(Agreement)])
    for evidence in sure:
        _add(sums, (evidence.given, evidence.family), 1)
    given, family = _shares(sums)
    return given, family


def _chance_agreement(
    names: Sequence[PersonName], members: Sequence[MemberRecord], dice: random.Random
) -> tuple[list[float], list[float]]:
    """How given names agree among strangers with one family name, and the other way round."""
    by_family: dict[tuple[str, ...], list[PersonName]] = defaultdict(list)
    by_given: dict[tuple[str, ...], list[PersonName]] = defaultdict(list)
    for member in members:
        by_family[member.name.family].append(member.name)
        by_given[member.name.given].append(member.name)
    sums = _empty([len(Agreement), len(Agreement)])
    for name in names:
        for other in _some(by_family.get(name.family, ()), dice):
            sums[0][given_agreement(name.given, other.given)] += 1
        for other in _some(by_given.get(name.given, ()), dice):
            sums[1][family_agreement(name.family, other.family, other.former)] += 1
    for field in sums:
        field[Agreement.MISSING] = 0
    given, family = _shares(sums)
    return given, family


def _some(bearers: Sequence[PersonName], dice: random.Random) -> Sequence[PersonName]:
    return dice.sample(bearers, 10) if len(bearers) >= _COMMON else ()

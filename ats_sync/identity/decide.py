"""From scores to a decision: link, propose to a person, or leave alone (matching.md section 5).

The score says how likely a pair is; the gates say what a machine may do by itself. A wrong link
shows one person's applications on another's profile, a missing one costs a recruiter a click, so
every gate prefers the click.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from enum import StrEnum

import msgspec

from ats_sync.identity.features import Evidence
from ats_sync.identity.gates import (
    LEAST_LEAD,
    Doubt,
    Rule,
    asks_whole_name_only,
    basis_of,
    doubt_about,
)
from ats_sync.identity.keys import name_counts_of
from ats_sync.identity.population import Population
from ats_sync.identity.records import CandidateRecord, MemberRecord
from ats_sync.identity.score import score, shared_name_key
from ats_sync.identity.weights import Weights, shipped_weights

MOST_SUGGESTIONS = 5


class Label(StrEnum):
    """How a suggestion is announced."""

    STRONG = "Strong"
    POSSIBLE = "Possible"
    WEAK = "Weak"
    SLIGHT = "Slight"


# From which score (hundredths of a bit) a label is given, and how often such a suggestion is right:
# the middle of what was measured on world A and on made-up worlds, mild, harsh and calibrated. With
# these bounds no world is off by more than four points; between -10 and 2 bits worlds differ by
# twenty points at one score, so that is one label.
LABELS = ((350, Label.STRONG), (200, Label.POSSIBLE), (-1000, Label.WEAK))
RATES = {Label.STRONG: 0.953, Label.POSSIBLE: 0.863, Label.WEAK: 0.112, Label.SLIGHT: 0.001}
AUTOMATIC_RATE = 0.9998


class Proposal(msgspec.Struct, frozen=True, gc=False):
    """A member proposed for a candidate.

    Attributes:
        score: hundredths of a bit.
        rule: of an automatic link, else None.
        label: of a suggestion, else None.
        confidence: how often such a proposal is right.
        doubt: what kept the best suggestion from being linked by itself, else None.
    """

    member: MemberRecord
    evidence: Evidence
    score: int
    confidence: float
    rule: Rule | None = None
    label: Label | None = None
    doubt: Doubt | None = None


class Decision(msgspec.Struct, frozen=True, gc=False):
    """At most one automatic link; without one, up to five suggestions, best first."""

    automatic: Proposal | None
    suggestions: tuple[Proposal, ...] = ()


def decide(
    candidate: CandidateRecord,
    compared: Sequence[tuple[MemberRecord, Evidence]],
    population: Population,
    *,
    weights: Weights | None = None,
    blocked: Collection[str] = (),
    label_shift: int = 0,
    secret: bytes = b"",
) -> Decision:
    """Decide who a candidate is.

    Args:
        candidate: with shared addresses and phones taken out (`shared.without_shared`).
        compared: the members that share a key with the candidate, each with `compare`'s evidence;
            a member whose id the candidate carries must be among them to be linked by it.
        population: the counts of all members.
        weights: learnt ones instead of the shipped.
        blocked: ids of members that may not be proposed: unlinked by a person, restricted, or
            without consent.
        label_shift: hundredths of a bit that `learn.label_shift` found for this body of
            candidates: where strangers are many, the same score promises less. It moves labels
            only, so that links never depend on which other candidates come along.
        secret: of the keys.
    """
    weights = weights or shipped_weights()
    open_pairs = [(member, evidence) for member, evidence in compared if member.id not in blocked]
    for member, evidence in open_pairs:
        if candidate.asserted and member.id == candidate.asserted:
            return Decision(Proposal(member, evidence, 0, 1.0, rule=Rule.ASSERTED))
    ranked = sorted(
        (
            (score(evidence, member.name, population, weights, secret), member, evidence)
            for member, evidence in open_pairs
        ),
        key=lambda scored: (-scored[0], scored[1].id),
    )
    if not ranked:
        return Decision(None)
    best, member, evidence = ranked[0]
    lead = best - ranked[1][0] if len(ranked) > 1 else LEAST_LEAD
    doubt = doubt_about(
        member, evidence, points=best, lead=lead, population=population, secret=secret
    )
    if doubt is None:
        return Decision(Proposal(member, evidence, best, AUTOMATIC_RATE, rule=basis_of(evidence)))
    return Decision(
        None,
        tuple(
            _suggestion(
                other, found, points, points + label_shift, doubt if other is member else None
            )
            for points, other, found in ranked[:MOST_SUGGESTIONS]
        ),
    )


def counts_asked(
    compared: Sequence[tuple[MemberRecord, Evidence]],
    secret: bytes = b"",
    *,
    counted: Container[str] = (),
) -> set[int]:
    """The keys whose counts `decide` will ask the population for: most pairs need one at most.

    Args:
        counted: ids of members of whose whole names, anywhere and in their town, the counts are
            there already.
    """
    asked = set()
    for member, evidence in compared:
        if member.id in counted and asks_whole_name_only(evidence):
            continue
        shared = shared_name_key(evidence, member.name, secret)
        if shared is not None:
            asked.add(shared)
        if basis_of(evidence):
            asked.update(name_counts_of(member.name, member.place.city, secret))
    return asked


def _suggestion(
    member: MemberRecord, evidence: Evidence, points: int, likely: int, doubt: Doubt | None
) -> Proposal:
    label = next((label for least, label in LABELS if likely >= least), Label.SLIGHT)
    return Proposal(member, evidence, points, RATES[label], label=label, doubt=doubt)

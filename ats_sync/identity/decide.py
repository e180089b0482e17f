"""From scores to a decision: link, propose to a person, or leave alone (matching.md section 5).

The score says how likely a pair is; the gates say what a machine may do by itself. A wrong link
shows one person's applications on another's profile, a missing one costs a recruiter a click, so
every gate prefers the click.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ats_sync.identity.features import Email, Employer, Evidence, Location, Middle, Phone, Profile
from ats_sync.identity.keys import name_counts_of
from ats_sync.identity.names import Agreement
from ats_sync.identity.population import Population
from ats_sync.identity.records import CandidateRecord, MemberRecord
from ats_sync.identity.score import score
from ats_sync.identity.weights import Weights, shipped_weights

# Hundredths of a bit.
LEAST_SCORE = 200
LEAST_LEAD = 600
MOST_SUGGESTIONS = 5


class Rule(StrEnum):
    """What made an automatic link."""

    ASSERTED = "asserted"
    EMAIL = "email"
    PHONE = "phone"
    PROFILE = "profile"
    WORK_AND_TOWN = "work and town"
    LOOSE_EMAIL = "near e-mail"


class Label(StrEnum):
    """How a suggestion is announced."""

    STRONG = "Strong"
    POSSIBLE = "Possible"
    WEAK = "Weak"
    SLIGHT = "Slight"


# From which score a label is given, and how often such a suggestion was right (matching.md 5).
LABELS = ((-200, Label.STRONG), (-400, Label.POSSIBLE), (-600, Label.WEAK))
RATES = {Label.STRONG: 0.94, Label.POSSIBLE: 0.48, Label.WEAK: 0.18, Label.SLIGHT: 0.02}
AUTOMATIC_RATE = 0.9998


class Doubt(StrEnum):
    """Why a pair that looks right is left to a person."""

    SCORE = "the evidence is thin"
    RIVAL = "another member fits nearly as well"
    NAMES = "the names do not both agree"
    BASIS = "no e-mail address, phone or profile is the same"
    CONTRADICTION = "something on file is different"
    NAMESAKE = "another member of this name lives in the same town"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A member proposed for a candidate.

    Attributes:
        score: hundredths of a bit.
        rule: of an automatic link, else None.
        label: of a suggestion, else None.
        confidence: how often such a proposal is right.
        doubt: what kept the best suggestion from being linked by itself, else None.
    """

    member: MemberRecord
    evidence: Evidence | None
    score: int
    confidence: float
    rule: Rule | None = None
    label: Label | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Decision:
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
    lead = best - ranked[1][0] if len(ranked) > 1 else best + LEAST_LEAD
    basis = basis_of(evidence)
    doubt = _doubt(evidence, basis, best, lead) or _namesake_doubt(
        member, evidence, population, secret
    )
    if doubt is None and basis is not None:
        return Decision(Proposal(member, evidence, best, AUTOMATIC_RATE, rule=basis))
    return Decision(
        None,
        tuple(
            _suggestion(other, found, points, doubt if other is member else None)
            for points, other, found in ranked[:MOST_SUGGESTIONS]
        ),
    )


def _suggestion(
    member: MemberRecord, evidence: Evidence, points: int, doubt: Doubt | None
) -> Proposal:
    label = next((label for least, label in LABELS if points >= least), Label.SLIGHT)
    return Proposal(member, evidence, points, RATES[label], label=label, doubt=doubt)


# ------------------------------------------------------------------------------------ the gates
def _doubt(evidence: Evidence, basis: Rule | None, points: int, lead: int) -> Doubt | None:
    if not _names_agree(evidence):
        return Doubt.NAMES
    if basis is None:
        return Doubt.BASIS
    if contradicted(evidence):
        return Doubt.CONTRADICTION
    if points < LEAST_SCORE:
        return Doubt.SCORE
    return Doubt.RIVAL if lead < LEAST_LEAD else None


def _names_agree(evidence: Evidence) -> bool:
    """Gate 2: both parts at least by an initial, one of them well."""
    worse, better = sorted((evidence.given, evidence.family))
    return worse >= Agreement.INITIAL and better >= Agreement.OTHER_FORM


def basis_of(evidence: Evidence) -> Rule | None:
    """Gate 3: what a link may rest on."""
    if evidence.email == Email.SAME:
        return Rule.EMAIL
    if evidence.phone == Phone.SAME:
        return Rule.PHONE
    agrees = evidence.employer >= Employer.ANOTHER_TIME or evidence.place == Location.SAME_CITY
    if evidence.profile == Profile.SAME and (agrees or evidence.email == Email.LOOSE):
        return Rule.PROFILE
    if evidence.email == Email.LOOSE and agrees:
        return Rule.LOOSE_EMAIL
    if (
        evidence.given == evidence.family == Agreement.SAME
        and evidence.employer == Employer.AT_THE_TIME
        and evidence.place == Location.SAME_CITY
    ):
        return Rule.WORK_AND_TOWN
    return None


def contradicted(evidence: Evidence) -> bool:
    """Gate 4: another phone or profile on file, unless the e-mail agrees; or Jr. against Sr."""
    if evidence.middle == Middle.OTHER_GENERATION:
        return True
    if evidence.email == Email.SAME:
        return False
    return evidence.phone == Phone.DIFFERENT or evidence.profile == Profile.DIFFERENT


def _namesake_doubt(
    member: MemberRecord, evidence: Evidence, population: Population, secret: bytes
) -> Doubt | None:
    """Gate 5: with one strong identifier only, father and son must not share a town."""
    strong = (
        evidence.email == Email.SAME, evidence.phone == Phone.SAME,
        evidence.profile == Profile.SAME,
    )  # fmt: skip
    town = name_counts_of(member.name, member.place.city, secret)[-1]
    if sum(strong) >= 2 or not town or population.holders(town) < 2:
        return None
    return Doubt.NAMESAKE

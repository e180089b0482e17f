"""The score of a pair: bits for or against, of which half a chance is zero."""

from __future__ import annotations

from math import log2

from ats_sync.identity.features import Evidence
from ats_sync.identity.keys import family_name_key, given_name_key, joint_name_key
from ats_sync.identity.names import Agreement, PersonName
from ats_sync.identity.population import Population
from ats_sync.identity.weights import Weights

# The fields that count one by one; the two names and their order count together.
PLAIN_FIELDS = ("middle", "email", "phone", "profile", "employer", "title", "place")
# Set by hand: about one record in thirty has its names in the wrong fields.
_SWAPPED = -400


def score(
    evidence: Evidence, name: PersonName, population: Population, weights: Weights, secret: bytes
) -> int:
    """The score of a pair in hundredths of a bit (Fellegi and Sunter; matching.md section 5).

    Args:
        evidence: of the pair.
        name: the member's.
        secret: the one of the keys, to ask the population for its counts.
    """
    total = weights.prior + name_score(evidence, name, population, weights, secret)
    for field in PLAIN_FIELDS:
        total += weights.fields[field][getattr(evidence, field)]
    return total


def name_score(
    evidence: Evidence, name: PersonName, population: Population, weights: Weights, secret: bytes
) -> int:
    """What the two names say, less the bits that it takes to pick one member of them all.

    For the same whole name that is the number of namesakes: two parts of a name are not
    independent (Wei goes with Wang), so their joint frequency counts.
    """
    total = _SWAPPED if evidence.order else 0
    given_same = evidence.given == Agreement.SAME
    family_same = evidence.family == Agreement.SAME
    total += weights.given_same if given_same else weights.given[evidence.given]
    total += weights.family_same if family_same else weights.family[evidence.family]
    shared = shared_name_key(evidence, name, secret)
    holders = population.size if shared is None else population.holders(shared)
    return total - round(100 * log2(max(holders, 1)))


def shared_name_key(evidence: Evidence, name: PersonName, secret: bytes) -> int | None:
    """The key of that part of the name which is the same; None when neither part is."""
    given_same = evidence.given == Agreement.SAME
    if evidence.family == Agreement.SAME:
        if given_same:
            return joint_name_key(name, secret)
        return family_name_key(name.family_joined, secret)
    return given_name_key(name.given_joined, secret) if given_same else None

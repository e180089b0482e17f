"""Addresses and phones that many people share say nothing: agencies, switchboards, families.

The gates carry the safety; this list saves time and keeps junk out of suggestions (matching.md 5).
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from ats_sync.identity.keys import joint_name
from ats_sync.identity.records import Addresses, CandidateRecord

# A value is shared when candidates of so many different names have it, within one organisation.
DIFFERENT_NAMES = 3


def shared_values(candidates: Iterable[CandidateRecord]) -> frozenset[str]:
    """The strict e-mail addresses and phone tails that belong to no single candidate."""
    names: dict[str, set[str]] = {}
    shared: set[str] = set()
    for candidate in candidates:
        for value in (*candidate.emails.strict, *candidate.phones):
            bearers = names.setdefault(value, set())
            bearers.add(joint_name(candidate.name))
            if len(bearers) >= DIFFERENT_NAMES:
                shared.add(value)
    return frozenset(shared)


def without_shared(candidate: CandidateRecord, shared: frozenset[str]) -> CandidateRecord:
    """The candidate without shared addresses and phones."""
    if shared.isdisjoint(candidate.emails.strict) and shared.isdisjoint(candidate.phones):
        return candidate
    strict = candidate.emails.strict - shared
    return replace(
        candidate,
        # Loose forms and local parts cannot be told apart any more, so they go with the last one.
        emails=candidate.emails if strict else Addresses(strict, frozenset(), frozenset()),
        phones=candidate.phones - shared,
    )

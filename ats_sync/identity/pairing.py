"""The engine in memory: two lists of records, their keys, and every pair that shares one."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ats_sync.identity.decide import Decision, decide
from ats_sync.identity.features import Evidence, compare
from ats_sync.identity.keys import keys_of_candidate, keys_of_member
from ats_sync.identity.learn import label_shift
from ats_sync.identity.near import MOST_COMPARED, nearest
from ats_sync.identity.population import CountedPopulation
from ats_sync.identity.records import CandidateRecord, MemberRecord
from ats_sync.identity.score import score
from ats_sync.identity.shared import shared_values, without_shared
from ats_sync.identity.weights import Weights, shipped_weights

Compared = list[tuple[MemberRecord, Evidence]]


@dataclass
class Matching:
    """Members and candidates side by side, with every pair that shares a key compared."""

    members: list[MemberRecord]
    candidates: list[CandidateRecord]
    population: CountedPopulation
    pairs: list[list[tuple[int, Evidence]]]

    def compared(self, number: int) -> Compared:
        """The members compared with a candidate, by the candidate's place in the file."""
        return [(self.members[place], evidence) for place, evidence in self.pairs[number]]

    def decisions(
        self, weights: Weights | None = None
    ) -> Iterator[tuple[CandidateRecord, Decision]]:
        """What is decided for each candidate, in order."""
        weights = weights or shipped_weights()
        shift = label_shift([self._scores(each, weights) for each in self.pairs], weights)
        for number, candidate in enumerate(self.candidates):
            yield (
                candidate,
                decide(
                    candidate,
                    self.compared(number),
                    self.population,
                    weights=weights,
                    label_shift=shift,
                ),
            )

    def _scores(self, pairs: list[tuple[int, Evidence]], weights: Weights) -> list[int]:
        return [
            score(evidence, self.members[place].name, self.population, weights, b"")
            for place, evidence in pairs
        ]


def match(
    members: list[MemberRecord],
    candidates: list[CandidateRecord],
    step: Callable[[], object] = int,
    most: int = MOST_COMPARED,
) -> Matching:
    """Find and compare the pairs that share a key.

    Args:
        step: called once per member and once per candidate, for a progress bar.
        most: how many members to compare with one candidate.
    """
    shared = shared_values(candidates)
    candidates = [without_shared(candidate, shared) for candidate in candidates]
    # Millions of small objects that all live to the end: the collector would only look for rubbish.
    with _no_rubbish():
        keys = [keys_of_candidate(candidate) for candidate in candidates]
        holders = _holders(members, frozenset().union(*keys), step)
        places = {member.id: place for place, member in enumerate(members)}
        pairs = []
        for candidate, own in zip(candidates, keys, strict=True):
            found = nearest((holders[key] for key in own if key in holders), most)
            asserted = places.get(candidate.asserted)
            if asserted is not None and asserted not in found:
                found.append(asserted)
            pairs.append([(place, compare(members[place], candidate)) for place in found])
            step()
        return Matching(members, candidates, CountedPopulation().count(members), pairs)


@contextmanager
def _no_rubbish() -> Iterator[None]:
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _holders(
    members: Iterable[MemberRecord], wanted: frozenset[int], step: Callable[[], object]
) -> dict[int, list[int]]:
    """Which members hold each wanted key, by their place in the list."""
    holders: dict[int, list[int]] = defaultdict(list)
    for place, member in enumerate(members):
        for key in keys_of_member(member) & wanted:
            holders[key].append(place)
        step()
    return holders

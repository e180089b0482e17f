"""Who is this candidate? Asks the identity engine, for some candidates of one ATS at once.

Two phases (matching.md 5): the quick one looks only at addresses, phones and profiles, and runs
inside the sync; whom it cannot settle, the thorough one looks at again in the worker.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from ats_sync import candidate_keys, match_models, member_keys
from ats_sync.against import Against
from ats_sync.batches import run
from ats_sync.candidate_keys import Known
from ats_sync.identity import keys
from ats_sync.identity.decide import Decision, counts_asked, decide
from ats_sync.identity.features import Evidence, compare
from ats_sync.identity.gates import LEAST_SCORE
from ats_sync.identity.near import nearest
from ats_sync.identity.population import CountedPopulation
from ats_sync.identity.records import CandidateRecord, MemberRecord
from ats_sync.identity.score import score
from ats_sync.identity.weights import Weights
from ats_sync.models import Ats, MatchModel


@dataclass(frozen=True)
class Decided:
    """What the engine says of some candidates.

    Attributes:
        decisions: by candidate id.
        model: by which they were made.
        overtaken: other candidates of the ATS, linked over an address or a phone that turns out
            to be shared: they must be decided anew, or the order of arrival would matter.
    """

    decisions: Mapping[int, Decision]
    model: MatchModel
    overtaken: Collection[int] = ()

    @property
    def unsettled(self) -> set[int]:
        """Candidates without an automatic link: the thorough phase may find one."""
        return {pk for pk, decision in self.decisions.items() if decision.automatic is None}


def decide_candidates(
    ats: Ats, found: Mapping[int, Known], *, thorough: bool, model: MatchModel | None = None
) -> Decided:
    """Ask the engine about some candidates.

    Args:
        ats: the ATS that they belong to.
        found: the candidates, from `candidate_keys.known`.
        thorough: look at all keys of those whom addresses, phones and profiles leave open. The
            others are settled by the quick phase in any case, so that a candidate gets the same
            link in a sync and in a re-match.
        model: one to try instead of the one in force.

    Returns:
        A decision for each. The number of statements does not grow with the candidates.
    """
    model = model or match_models.in_force()
    shared = candidate_keys.shared_keys(ats, found.values())
    records = candidate_keys.without_shared(found.values(), shared)
    against = Against.read(ats, found)
    decisions = {}
    # Addresses are not among the keys of the quick phase: the members' own table has them all.
    for keys_of in (keys.phone_and_profile_keys, keys.keys_of_candidate)[: 1 + thorough]:
        still_open = {
            pk: record
            for pk, record in records.items()
            if pk not in decisions or decisions[pk].automatic is None
        }
        for pk, decision in _decide(still_open, keys_of, against, model).items():
            decisions[pk] = against.cautious(found[pk], decision)
    return Decided(decisions, model, candidate_keys.linked_over(shared, ats) - found.keys())


def _decide(
    records: Mapping[int, CandidateRecord],
    keys_of: Callable[[CandidateRecord, bytes], frozenset[int]],
    against: Against,
    model: MatchModel,
) -> dict[int, Decision]:
    """One phase: the decisions over the members that share one of some keys."""
    secret = member_keys.secret()
    near = _members_near({pk: keys_of(each, secret) for pk, each in records.items()}, records)
    members = _records_of({member for ids in near.values() for member in ids})
    compared = {
        pk: [
            (members[each], compare(members[each], record)) for each in near[pk] if each in members
        ]
        for pk, record in records.items()
    }
    weights = match_models.weights_of(model)
    if keys_of is keys.phone_and_profile_keys:
        # Only links count here, so nobody is weighed whom no count of names could have linked.
        compared = {
            pk: pairs if _may_link(pairs, weights) else [] for pk, pairs in compared.items()
        }
    population = _population(compared, records)
    return {
        pk: decide(
            record,
            compared[pk],
            population,
            weights=weights,
            blocked=against.blocked[pk],
            label_shift=model.label_shift,
            secret=secret,
        )
        for pk, record in records.items()
    }


def _may_link(pairs: Sequence[tuple[MemberRecord, Evidence]], weights: Weights) -> bool:
    """Whether one of the pairs would be linked if nobody else bore the member's name."""
    nobody, secret = CountedPopulation(), member_keys.secret()
    least = min(LEAST_SCORE.values())
    return any(
        score(evidence, member.name, nobody, weights, secret) >= least for member, evidence in pairs
    )


def _members_near(
    wanted: Mapping[int, frozenset[int]], records: Mapping[int, CandidateRecord]
) -> dict[int, list[int]]:
    """Members that share a key or a verified address with each candidate."""
    by_key: dict[int, list[int]] = defaultdict(list)
    asked = {key for held in wanted.values() for key in held}
    for key, member in run(_BY_KEY, keys=list(asked)):
        by_key[key].append(member)
    # Addresses are asked for in the members' own table as well: a member whose keys the worker
    # has not written yet is found all the same.
    by_address: dict[str, list[int]] = defaultdict(list)
    addresses = {address for record in records.values() for address in record.emails.strict}
    for address, member in run(_BY_ADDRESS, addresses=list(addresses)):
        by_address[address].append(member)
    return {
        pk: nearest(
            [
                *(by_key[key] for key in wanted[pk] if key in by_key),
                *(by_address[each] for each in record.emails.strict if each in by_address),
            ]
        )
        for pk, record in records.items()
    }


def _records_of(member_ids: Collection[int]) -> dict[int, MemberRecord]:
    members = member_keys.stored(member_ids)
    if missing := set(member_ids) - members.keys():
        member_keys.rewrite(missing)
        members |= member_keys.stored(missing)
    return members


def _population(
    compared: Mapping[int, Sequence[tuple[MemberRecord, Evidence]]],
    records: Mapping[int, CandidateRecord],
) -> CountedPopulation:
    """The counts that weighing these pairs asks for."""
    secret = member_keys.secret()
    asked = {
        key for pk, pairs in compared.items() for key in counts_asked(records[pk], pairs, secret)
    }
    counts = member_keys.holders(asked)
    population = CountedPopulation(size=counts.pop(member_keys.ALL_MEMBERS, 0))
    population.counts.update(counts)
    return population


# Heavy keys go first: their members are read by nobody.
_BY_KEY = """
WITH light AS MATERIALIZED (
    SELECT asked.key FROM unnest(%(keys)s::bigint[]) AS asked(key)
    WHERE NOT EXISTS (SELECT FROM ats_sync_heavykey AS h WHERE h.key = asked.key)
)
SELECT k.key, k.member_id FROM light JOIN ats_sync_memberkey AS k USING (key)
"""

_BY_ADDRESS = """
SELECT e.normal_form, e.member_id FROM recruiter_memberemail AS e
JOIN recruiter_member AS m ON m.id = e.member_id
    AND m.closed_at IS NULL AND NOT m.hidden_from_recruiters
WHERE e.normal_form = ANY(%(addresses)s) AND e.verified_at IS NOT NULL
"""

"""Who is this candidate? Asks the identity engine, for some candidates of one ATS at once.

Two phases (matching.md 5): the quick one looks only at addresses, phones and profiles, and runs
inside the sync; whom it cannot settle, the thorough one looks at again in the worker.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ats_sync import candidate_keys, match_models, member_keys
from ats_sync.against import Against
from ats_sync.batches import run_kept
from ats_sync.candidate_keys import Known
from ats_sync.identity import keys
from ats_sync.identity.decide import Decision, counts_asked, decide
from ats_sync.identity.features import Evidence, compare
from ats_sync.identity.gates import basis_of
from ats_sync.identity.near import nearest
from ats_sync.identity.population import CountedPopulation
from ats_sync.identity.records import CandidateRecord, MemberRecord
from ats_sync.models import Ats, MatchModel
from rsc.statements import Asked, Rows, run_together


@dataclass
class Near:
    """What was read of members so far.

    Attributes:
        by_address: members by their verified addresses, for all that candidates have.
        members: by id.
        counts: how many members share a name, by its key.
        counted: ids of members of whose whole names the counts are there, anywhere and in their
            town; as the engine spells ids.
        bearers: members by the keys that were asked about; nobody where too many share one.
    """

    by_address: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    members: dict[int, MemberRecord] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    bearers: dict[int, Sequence[int]] = field(default_factory=dict)

    def add(self, form: str, member: int, packed: bytes | None) -> None:
        """Take down who bears an address, with the packed identity if there is one."""
        self.by_address[form].append(member)
        if packed and member not in self.members:
            self.members[member] = member_keys.unpacked(packed)
            self.counted.add(str(member))

    def add_bearers(self, asked: Iterable[int], found: Rows) -> None:
        """Take down who bears keys, as `_BY_KEY` tells."""
        self.bearers |= dict.fromkeys(asked, ())
        self.bearers |= dict(found)


@dataclass(frozen=True)
class Decided:
    """What the engine says of some candidates.

    Attributes:
        decisions: by candidate id.
        model: by which they were made.
        overtaken: other candidates of the ATS, linked over an address or a phone that turns out
            to be shared: they must be decided anew, or the order of arrival would matter.
        old: those candidates about whom something may have been decided before.
    """

    decisions: Mapping[int, Decision]
    model: MatchModel
    overtaken: Collection[int]
    old: Collection[int]

    @property
    def unsettled(self) -> set[int]:
        """Candidates without an automatic link: the thorough phase may find one."""
        return {pk for pk, decision in self.decisions.items() if decision.automatic is None}


def decide_candidates(
    ats: Ats,
    found: Mapping[int, Known],
    *,
    thorough: bool,
    model: MatchModel | None = None,
    near: Near | None = None,
    first: Sequence[Asked] = (),
) -> Decided:
    """Ask the engine about some candidates.

    Args:
        ats: the ATS that they belong to.
        found: the candidates, from `candidate_keys.known`.
        thorough: look at all keys of those whom addresses, phones and profiles leave open. The
            others are settled by the quick phase in any case, so that a candidate gets the same
            link in a sync and in a re-match.
        model: one to try instead of the one in force.
        near: who has the candidates' addresses, if that was read already.
        first: statements to run before, whose rows nobody asks for.

    Returns:
        A decision for each. The number of statements does not grow with the candidates.
    """
    model = model or match_models.in_force()
    quick = {key for each in found.values() for key in each.phone_and_profile}
    questions = [*first, Against.question(ats, found), Asked(_BY_KEY, {"keys": sorted(quick)})]
    if near is None:
        questions.append(_addresses_of(found))
    answers = run_together(*questions)[len(first) :]
    against = Against.read(answers[0], ats, found)
    if near is None:
        near = Near()
        for form, member in answers[2]:
            near.add(form, member, None)
    near.add_bearers(quick, answers[1])
    records = candidate_keys.without_shared(found.values(), against.shared)
    decisions = {}
    # Addresses are not among the keys of the quick phase: the members' own table has them all.
    for keys_of in (_quick_keys, _all_keys)[: 1 + thorough]:
        still_open = {
            pk: record
            for pk, record in records.items()
            if pk not in decisions or decisions[pk].automatic is None
        }
        asked = {pk: keys_of(found[pk], record) for pk, record in still_open.items()}
        links_only = keys_of is _quick_keys
        made = _decide(still_open, asked, against, model, near, links_only=links_only)
        for pk, decision in made.items():
            decisions[pk] = against.cautious(found[pk], decision)
    overtaken = candidate_keys.linked_over(against.shared, ats) - found.keys()
    old = [pk for pk, each in found.items() if not each.new]
    return Decided(decisions, model, overtaken, old)


def _quick_keys(known: Known, record: CandidateRecord) -> frozenset[int]:
    if record is known.record:
        return known.phone_and_profile
    return keys.phone_and_profile_keys(record, member_keys.secret())


def _all_keys(known: Known, record: CandidateRecord) -> frozenset[int]:
    if record is known.record:
        return known.keys
    return keys.keys_of_candidate(record, member_keys.secret())  # without what many share


def _decide(
    records: Mapping[int, CandidateRecord],
    asked: Mapping[int, frozenset[int]],
    against: Against,
    model: MatchModel,
    near: Near,
    *,
    links_only: bool,
) -> dict[int, Decision]:
    """One phase: the decisions over the members that share one of the keys asked for."""
    secret = member_keys.secret()
    nearest_ones = _members_near(asked, records, near)
    members = _records_of({member for ids in nearest_ones.values() for member in ids}, near)
    compared = {
        pk: [
            (members[each], compare(members[each], record))
            for each in nearest_ones[pk]
            if each in members
        ]
        for pk, record in records.items()
    }
    if links_only:
        # So nobody is weighed without a pair that one may rest on.
        compared = {pk: pairs if _may_link(pairs) else [] for pk, pairs in compared.items()}
    weights = match_models.weights_of(model)
    population = _population(compared, near)
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


def _may_link(pairs: Sequence[tuple[MemberRecord, Evidence]]) -> bool:
    return any(basis_of(evidence) for _, evidence in pairs)


def _addresses_of(found: Mapping[int, Known]) -> Asked:
    """Who has the candidates' addresses, by the members' own table.

    So a member whose keys the worker has not written yet is found all the same.
    """
    forms = {form for each in found.values() for form in each.record.emails.strict}
    return Asked(_BY_ADDRESS, {"addresses": sorted(forms)})


def _members_near(
    wanted: Mapping[int, frozenset[int]], records: Mapping[int, CandidateRecord], near: Near
) -> dict[int, list[int]]:
    """Members that share a key or a verified address with each candidate."""
    asked = {key for held in wanted.values() for key in held} - near.bearers.keys()
    if asked:
        near.add_bearers(asked, run_kept(_BY_KEY, keys=sorted(asked)))
    by_key, by_address = near.bearers, near.by_address
    return {
        pk: nearest(
            [
                *(by_key[key] for key in wanted[pk]),
                *(by_address[each] for each in record.emails.strict if each in by_address),
            ]
        )
        for pk, record in records.items()
    }


def _records_of(member_ids: Collection[int], near: Near) -> dict[int, MemberRecord]:
    members = near.members
    if missing := set(member_ids) - members.keys():
        members |= member_keys.stored(missing)
    if missing := set(member_ids) - members.keys():
        member_keys.rewrite(missing)
        members |= member_keys.stored(missing)
    return members


def _population(
    compared: Mapping[int, Sequence[tuple[MemberRecord, Evidence]]], near: Near
) -> CountedPopulation:
    """The counts that weighing these pairs asks for."""
    secret, counts = member_keys.secret(), near.counts
    asked = {member_keys.ALL_MEMBERS} if compared else set()
    for pairs in compared.values():
        asked |= counts_asked(pairs, secret, counted=near.counted)
    if unread := asked - counts.keys():
        counts |= member_keys.holders(unread)
    return CountedPopulation(counts.get(member_keys.ALL_MEMBERS, 0), Counter(counts))


# Heavy keys go first: their members are read by nobody. A row a key, as seven hold one.
_BY_KEY = """
WITH light AS MATERIALIZED (
    SELECT asked.key FROM unnest(%(keys)s::bigint[]) AS asked(key)
    WHERE NOT EXISTS (SELECT FROM ats_sync_heavykey AS h WHERE h.key = asked.key)
)
SELECT key, ARRAY(SELECT k.member_id FROM ats_sync_memberkey AS k WHERE k.key = light.key)
FROM light
"""

_BY_ADDRESS = """
SELECT e.normal_form, e.member_id FROM recruiter_memberemail AS e
JOIN recruiter_member AS m ON m.id = e.member_id
    AND m.closed_at IS NULL AND NOT m.hidden_from_recruiters
WHERE e.normal_form = ANY(%(addresses)s::varchar[]) AND e.verified_at IS NOT NULL
"""

"""What people decided against some candidates, and what the engine may do in its light."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from ats_sync.candidate_keys import SHARED_BY, SHARED_KEYS, Known
from ats_sync.identity.decide import RATES, Decision, Label, Proposal
from ats_sync.identity.gates import Doubt, Rule
from ats_sync.models import Ats, IdentityBlock, Match
from rsc.statements import Asked, Rows

DECIDED_AGAINST = (Match.State.UNLINKED, Match.State.REJECTED)


@dataclass(frozen=True)
class Against:
    """What stands in the way: identifiers that many share, and decisions of people.

    Attributes:
        shared: identifiers that belong to no one person.
        blocked: by candidate id, the members (ids as the engine spells them) that it is not.
        burnt: identifiers over which a person undid a link, with the member that was wrong:
            they no longer link anybody to that member by themselves.
    """

    shared: set[int]
    blocked: Mapping[int, set[str]]
    burnt: Mapping[str, frozenset[int]]

    @staticmethod
    def question(ats: Ats, found: Mapping[int, Known]) -> Asked:
        """What to ask PostgreSQL about some candidates of an ATS, for `read`."""
        return Asked(
            _AGAINST,
            {
                "ats": ats.pk,
                "company": ats.company_id,
                "candidates": [pk for pk, each in found.items() if not each.new],
                "states": [state.value for state in DECIDED_AGAINST],
                "names": [each.external_id for each in found.values()],
                "keys": sorted({key for each in found.values() for key in each.identifiers}),
                "least": SHARED_BY,
            },
        )

    @classmethod
    def read(cls, rows: Rows, ats: Ats, found: Mapping[int, Known]) -> Against:
        """From the answer to `question`, and one query more where people decided something."""
        shared, near = set(), []
        blocked: dict[int, set[str]] = defaultdict(set)
        for key, candidate, member, block in rows:
            if candidate:
                blocked[candidate].add(str(member))
            elif block:
                near.append(block)
            else:
                shared.add(key)
        burnt: dict[str, frozenset[int]] = defaultdict(frozenset)
        # Most companies have no blocks, and then the models are not asked.
        for block in IdentityBlock.objects.filter(pk__in=near) if near else ():
            burnt[str(block.member_id)] |= frozenset(block.identifier_keys)
            for pk, each in found.items():
                if _is_about(block, ats, each):
                    blocked[pk].add(str(block.member_id))
        return cls(shared, blocked, burnt)

    def cautious(self, candidate: Known, decision: Decision) -> Decision:
        """The decision, where an identifier is burnt: nothing is linked, nor called likely."""
        if not self.burnt:
            return decision
        link = decision.automatic
        if link and link.rule is Rule.ASSERTED:
            return decision
        proposed = (link,) if link else decision.suggestions
        told = tuple(self._doubted(candidate, each) for each in proposed)
        return decision if told == proposed else Decision(None, told)

    def _doubted(self, candidate: Known, proposal: Proposal) -> Proposal:
        burnt = self.burnt.get(proposal.member.id, frozenset())
        if candidate.identifiers.isdisjoint(burnt):
            return proposal
        # How often such a one is right was never measured: what a person said weighs more.
        likely = proposal.label in {None, Label.STRONG}
        label = Label.POSSIBLE if likely else proposal.label
        confidence = min(proposal.confidence, RATES[Label.POSSIBLE])
        return replace(
            proposal, rule=None, label=label, confidence=confidence, doubt=Doubt.UNLINKED
        )


def _is_about(block: IdentityBlock, ats: Ats, candidate: Known) -> bool:
    """Whether a block means this record: the same one, or the same person made again."""
    if block.ats_id == ats.pk and block.external_candidate_id == candidate.external_id:
        return True
    return block.name_key == candidate.name_key and not candidate.identifiers.isdisjoint(
        block.identifier_keys
    )


# The overlap of identifiers has an index of its own, so each way of being near is asked apart.
_AGAINST = f"""
SELECT shared.key, NULL::bigint, NULL::bigint, NULL::bigint FROM ({SHARED_KEYS}) AS shared
UNION ALL
SELECT NULL, m.candidate_id, m.member_id, NULL
FROM unnest(%(candidates)s::bigint[]) AS c(id) CROSS JOIN LATERAL (
    SELECT m.candidate_id, m.member_id, m.state FROM ats_sync_match AS m
    WHERE m.candidate_id = c.id OFFSET 0
) AS m
WHERE m.state = ANY(%(states)s)
UNION ALL
SELECT NULL, NULL, NULL, near.id FROM (
    SELECT b.id FROM ats_sync_identityblock AS b
    WHERE b.lifted_at IS NULL AND b.ats_id = %(ats)s
        AND b.external_candidate_id = ANY(%(names)s::varchar[])
    UNION
    SELECT b.id FROM ats_sync_identityblock AS b
    JOIN ats_sync_ats AS a ON a.id = b.ats_id AND a.company_id = %(company)s
    WHERE b.lifted_at IS NULL AND b.identifier_keys && %(keys)s::bigint[]
) AS near
"""  # noqa: S608 - a statement of ours

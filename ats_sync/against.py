"""What people decided against some candidates, and what the engine may do in its light."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ats_sync.batches import run_kept
from ats_sync.candidate_keys import Known
from ats_sync.identity.decide import RATES, Decision, Label
from ats_sync.identity.gates import Rule
from ats_sync.models import Ats, IdentityBlock, Match

DECIDED_AGAINST = (Match.State.UNLINKED, Match.State.REJECTED)


@dataclass(frozen=True)
class Against:
    """Decisions of people that stand in the way.

    Attributes:
        blocked: by candidate id, the members (ids as the engine spells them) that it is not.
        burnt: identifiers over which a person undid a link, with the member that was wrong:
            they no longer link anybody to that member by themselves.
    """

    blocked: Mapping[int, set[str]]
    burnt: Mapping[str, frozenset[int]]

    @classmethod
    def read(cls, ats: Ats, found: Mapping[int, Known]) -> Against:
        """Collect them for some candidates of an ATS. Three queries at most."""
        blocked: dict[int, set[str]] = defaultdict(set)
        states = [state.value for state in DECIDED_AGAINST]
        for candidate, member in run_kept(_DECIDED, candidates=list(found), states=states):
            blocked[candidate].add(str(member))
        blocks = _blocks_near(ats, found)
        burnt: dict[str, frozenset[int]] = defaultdict(frozenset)
        for block in blocks:
            burnt[str(block.member_id)] |= frozenset(block.identifier_keys)
            for pk, each in found.items():
                if _is_about(block, ats, each):
                    blocked[pk].add(str(block.member_id))
        return cls(blocked, burnt)

    def cautious(self, candidate: Known, decision: Decision) -> Decision:
        """The decision, its automatic link made a suggestion where an identifier is burnt."""
        link = decision.automatic
        if link is None or link.rule is Rule.ASSERTED:
            return decision
        if not candidate.identifiers & self.burnt.get(link.member.id, frozenset()):
            return decision
        strong = Label.STRONG
        return Decision(None, (replace(link, rule=None, label=strong, confidence=RATES[strong]),))


def _blocks_near(ats: Ats, found: Mapping[int, Known]) -> list[IdentityBlock]:
    """Standing blocks of the company that name these candidates or share an identifier."""
    near = run_kept(
        _BLOCKS_NEAR,
        ats=ats.pk,
        company=ats.company_id,
        names=[each.external_id for each in found.values()],
        identifiers=sorted({key for each in found.values() for key in each.identifiers}),
    )
    # Most companies have none, and then the models are not asked.
    return list(IdentityBlock.objects.filter(pk__in=[pk for (pk,) in near])) if near else []


def _is_about(block: IdentityBlock, ats: Ats, candidate: Known) -> bool:
    """Whether a block means this record: the same one, or the same person made again."""
    if block.ats_id == ats.pk and block.external_candidate_id == candidate.external_id:
        return True
    return block.name_key == candidate.name_key and not candidate.identifiers.isdisjoint(
        block.identifier_keys
    )


_DECIDED = """
SELECT candidate_id, member_id FROM ats_sync_match
WHERE candidate_id = ANY(%(candidates)s) AND state = ANY(%(states)s)
"""

# The overlap of identifiers has an index of its own, so each way of being near is asked apart.
_BLOCKS_NEAR = """
SELECT b.id FROM ats_sync_identityblock AS b
WHERE b.lifted_at IS NULL AND b.ats_id = %(ats)s
    AND b.external_candidate_id = ANY(%(names)s::varchar[])
UNION
SELECT b.id FROM ats_sync_identityblock AS b
JOIN ats_sync_ats AS a ON a.id = b.ats_id AND a.company_id = %(company)s
WHERE b.lifted_at IS NULL AND b.identifier_keys && %(identifiers)s::bigint[]
"""

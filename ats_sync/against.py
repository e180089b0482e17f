"""What people decided against some candidates, and what the engine may do in its light."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from ats_sync.candidate_keys import Known
from ats_sync.identity import keys
from ats_sync.identity.decide import RATES, Decision, Label
from ats_sync.identity.gates import Rule
from ats_sync.member_keys import secret
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
        """Collect them for some candidates of an ATS. Two queries."""
        blocked: dict[int, set[str]] = defaultdict(set)
        decided = Match.objects.filter(candidate__in=found, state__in=DECIDED_AGAINST)
        for candidate, member in decided.values_list("candidate_id", "member_id"):
            blocked[candidate].add(str(member))
        held = {pk: keys.identifier_keys(each.record, secret()) for pk, each in found.items()}
        blocks = _blocks_near(ats, found, held)
        burnt: dict[str, frozenset[int]] = defaultdict(frozenset)
        for block in blocks:
            burnt[str(block.member_id)] |= frozenset(block.identifier_keys)
            for pk, each in found.items():
                if _is_about(block, ats, each, held[pk]):
                    blocked[pk].add(str(block.member_id))
        return cls(blocked, burnt)

    def cautious(self, candidate: Known, decision: Decision) -> Decision:
        """The decision, its automatic link made a suggestion where an identifier is burnt."""
        link = decision.automatic
        if link is None or link.rule is Rule.ASSERTED:
            return decision
        own = keys.identifier_keys(candidate.record, secret())
        if not own & self.burnt.get(link.member.id, frozenset()):
            return decision
        strong = Label.STRONG
        return Decision(None, (replace(link, rule=None, label=strong, confidence=RATES[strong]),))


def _blocks_near(
    ats: Ats, found: Mapping[int, Known], held: Mapping[int, frozenset[int]]
) -> list[IdentityBlock]:
    """Standing blocks of the company that name these candidates or share an identifier."""
    identifiers = sorted({key for own in held.values() for key in own})
    return list(
        IdentityBlock.objects.standing().filter(
            Q(ats=ats, external_candidate_id__in=[each.row.external_id for each in found.values()])
            | Q(identifier_keys__overlap=identifiers),
            ats__company=ats.company_id,
        )
    )


def _is_about(block: IdentityBlock, ats: Ats, candidate: Known, held: frozenset[int]) -> bool:
    """Whether a block means this record: the same one, or the same person made again."""
    if block.ats_id == ats.pk and block.external_candidate_id == candidate.row.external_id:
        return True
    return block.name_key == candidate.name_key and not held.isdisjoint(block.identifier_keys)

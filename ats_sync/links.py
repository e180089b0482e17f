"""Links that people make and undo, here or in the ATS, and who is linked to whom.

A person's word is final: it beats and outlives what any rule says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import F
from django.utils import timezone

from ats_sync import blocks, decision_log, matching
from ats_sync.batches import batch, run
from ats_sync.models import Candidate, Match
from recruiter.models import Member
from rsc import audit
from rsc.models import AuditEntry, Seat, User

RULE_HAND = "hand"  # a person here
RULE_ATS = "ats"  # the ATS said so, by a person there or after an export


BY_A_PERSON = (
    Match.State.MANUAL,
    Match.State.CONFIRMED,
    Match.State.UNLINKED,
    Match.State.REJECTED,
)


class NotLinked(LookupError):
    """There is no live link between this candidate and this member."""


def link(actor: Seat | User, candidate: Candidate, member: Member) -> Match:
    """Link a candidate to a member by hand; it beats and outlives every automatic link.

    Another link of the candidate is superseded. Linking a pair that was unlinked before is
    allowed: only a person can lift what a person decided.
    """
    with batch(candidate.ats_id):
        blocks.lift(candidate, member)
        due = set_by_hand({candidate.pk: member.pk}, rule=RULE_HAND, user=_user_of(actor))
        matching.rematch(candidate.ats, [candidate.pk], also=due)
        _record("match.linked", actor, candidate, member)
        return Match.objects.get(candidate=candidate, member=member)


def unlink(actor: Seat | User, candidate: Candidate, member: Member) -> None:
    """Undo a link for good: this pair is never linked or suggested again by a rule.

    Raises:
        NotLinked: they are not linked.
    """
    with batch(candidate.ats_id):
        _decide_against(Match.State.UNLINKED, Match.LIVE, _user_of(actor), candidate, member)
        _record("match.unlinked", actor, candidate, member)


def confirm(actor: Seat | User, candidate: Candidate, member: Member) -> None:
    """Say that a suggestion is right; from then on no rule takes the link away.

    Raises:
        NotLinked: it is not suggested.
    """
    with batch(candidate.ats_id):
        user = _user_of(actor)
        pair = Match.objects.filter(candidate=candidate, member=member, state=Match.State.SUGGESTED)
        if not pair.update(state=Match.State.CONFIRMED, decided_by=user, decided_at=timezone.now()):
            raise NotLinked(f"member {member.pk} is not suggested for candidate {candidate.pk}")
        decision_log.tell(
            {candidate.pk: member.pk}, to=Match.State.CONFIRMED, rule=RULE_HAND, user=user
        )
        matching.rematch(candidate.ats, [candidate.pk], also=[member.pk])
        _record("match.confirmed", actor, candidate, member)


def reject(actor: Seat | User, candidate: Candidate, member: Member) -> None:
    """Say that a suggestion is wrong: this pair is never suggested again.

    Raises:
        NotLinked: it is not suggested.
    """
    with batch(candidate.ats_id):
        suggested = (Match.State.SUGGESTED,)
        _decide_against(Match.State.REJECTED, suggested, _user_of(actor), candidate, member)
        _record("match.rejected", actor, candidate, member)


def take_back(actor: Seat | User, candidate: Candidate, member: Member) -> None:
    """Undo what a person decided about a pair, either way: the rule judges it again.

    Raises:
        NotLinked: no person decided about it.
    """
    with batch(candidate.ats_id):
        pair = Match.objects.filter(candidate=candidate, member=member, state__in=BY_A_PERSON)
        user = _user_of(actor)
        if not pair.update(
            state=Match.State.SUPERSEDED, decided_by=user, decided_at=timezone.now()
        ):
            raise NotLinked(f"nobody decided about {candidate.pk} and {member.pk}")
        blocks.lift(candidate, member)
        decision_log.tell(
            {candidate.pk: member.pk}, to=Match.State.SUPERSEDED, rule=RULE_HAND, user=user
        )
        matching.rematch_alike(candidate.ats, [candidate.pk], also=[member.pk])
        matching.leave_open(candidate.ats_id, [candidate.pk])
        _record("match.taken_back", actor, candidate, member)


def _decide_against(
    state: Match.State, states: Collection[str], user: User, candidate: Candidate, member: Member
) -> None:
    pair = Match.objects.filter(candidate=candidate, member=member, state__in=states)
    if not pair.update(state=state, decided_by=user, decided_at=timezone.now()):
        raise NotLinked(f"candidate {candidate.pk} is not linked to member {member.pk}")
    blocks.set_for({candidate.pk: member.pk}, user=user, reason=state.value)
    decision_log.tell({candidate.pk: member.pk}, to=state, rule=RULE_HAND, user=user)
    matching.rematch_alike(candidate.ats, [candidate.pk], also=[member.pk])


def set_by_hand(
    pairs: Mapping[int, int], *, rule: str, user: User | None = None, lift: bool = True
) -> set[int]:
    """Make manual links, one per candidate; three statements. Call it inside `batch`.

    Args:
        pairs: candidate id to member id.
        rule: RULE_HAND or RULE_ATS.
        user: who decided, if that is one of our users.
        lift: whether pairs that a person unlinked or rejected are linked again; a routine
            re-sync must not do that.

    Returns:
        Ids of the members concerned: their footprints are due.
    """
    arguments = {
        "candidates": list(pairs),
        "members": list(pairs.values()),
        "rule": rule,
        "user": user.pk if user else None,
        "keep": [] if lift else [Match.State.UNLINKED.value, Match.State.REJECTED.value],
    }
    # Two statements, because a unique index allows one manual link per candidate at any moment.
    superseded = run(_SUPERSEDE_OTHERS, **arguments)
    made = run(_LINK_BY_HAND, **arguments)
    decision_log.tell(dict(made), to=Match.State.MANUAL, rule=rule, user=user)
    AuditEntry.objects.bulk_create(
        AuditEntry(verb="match.linked", subject=f"candidate:{candidate}", detail={"member": member})
        for candidate, member in made
        if rule == RULE_ATS
    )
    return {member for (member,) in superseded} | {member for _, member in made}


def unset_by_hand(candidate_ids: Collection[int]) -> set[int]:
    """Undo manual links for good, at the ATS's word. Call it inside `batch`.

    Returns:
        Ids of the members concerned: their footprints are due.
    """
    undone = run(_UNLINK_BY_HAND, candidates=list(candidate_ids))
    decision_log.tell(dict(undone), to=Match.State.UNLINKED, rule=RULE_ATS, user=None)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            verb="match.unlinked", subject=f"candidate:{candidate}", detail={"member": member}
        )
        for candidate, member in undone
    )
    blocks.set_for(dict(undone), reason="unlinked in the ATS")
    return {member for _, member in undone}


def _user_of(actor: Seat | User) -> User:
    return actor.user if isinstance(actor, Seat) else actor


def _record(verb: str, actor: Seat | User, candidate: Candidate, member: Member) -> None:
    seat = actor if isinstance(actor, Seat) else None
    audit.record(
        verb, f"candidate:{candidate.pk}", seat=seat, actor=_user_of(actor), member=member.pk
    )


# -------------------------------------------------------------------------------------- reading
@dataclass
class Matched:
    """The members of one candidate, by public id.

    Attributes:
        by_rule: those that a rule found or a person confirmed, the surest first.
        by_hand: the one that a person chose, or an empty text.
    """

    by_rule: list[str] = field(default_factory=list)
    by_hand: str = ""


def members_of(candidate_ids: Collection[int]) -> dict[int, Matched]:
    """The live links of some candidates, without members who hide or have left. One query."""
    found: dict[int, Matched] = defaultdict(Matched)
    links = (
        Match.objects.live()
        .filter(
            candidate__in=candidate_ids,
            member__closed_at=None,
            member__hidden_from_recruiters=False,
        )
        .order_by("candidate_id", F("score").desc(nulls_last=True), "decided_at", "id")
        .values_list("candidate_id", "state", "member__public_id")
    )
    for candidate_id, state, public_id in links:
        if state == Match.State.MANUAL:
            found[candidate_id].by_hand = public_id
        else:
            found[candidate_id].by_rule.append(public_id)
    return found


_WANTED = """
WITH wanted AS MATERIALIZED (
    SELECT w.candidate_id, w.member_id
    FROM unnest(%(candidates)s::bigint[], %(members)s::bigint[]) AS w(candidate_id, member_id)
    WHERE NOT EXISTS (
        SELECT FROM ats_sync_match AS m
        WHERE m.candidate_id = w.candidate_id AND m.member_id = w.member_id
            AND m.state = ANY(%(keep)s::varchar[])
    )
)
"""

_SUPERSEDE_OTHERS = (
    _WANTED
    + """
UPDATE ats_sync_match AS m SET state = 'superseded', decided_at = now()
FROM wanted AS w
WHERE m.candidate_id = w.candidate_id AND m.member_id <> w.member_id
    AND m.state IN ('automatic', 'suggested', 'confirmed', 'manual')
RETURNING m.member_id
"""
)

_LINK_BY_HAND = (
    _WANTED
    + """
INSERT INTO ats_sync_match AS m
    (candidate_id, member_id, state, rule, evidence, decided_by_id, decided_at)
SELECT candidate_id, member_id, 'manual', %(rule)s, '{}', %(user)s, now()
FROM wanted ORDER BY candidate_id, member_id
ON CONFLICT (candidate_id, member_id) DO UPDATE
SET state = 'manual', rule = EXCLUDED.rule, evidence = m.evidence,
    decided_by_id = EXCLUDED.decided_by_id, decided_at = EXCLUDED.decided_at
WHERE m.state <> 'manual'
RETURNING m.candidate_id, m.member_id
"""
)

_UNLINK_BY_HAND = """
UPDATE ats_sync_match AS m SET state = 'unlinked', decided_at = now()
WHERE m.candidate_id = ANY(%(candidates)s) AND m.state = 'manual'
RETURNING m.candidate_id, m.member_id
"""

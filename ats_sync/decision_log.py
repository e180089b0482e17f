"""Write what the engine decided: links, suggestions, and an event for every change.

What a person decided stands in the way inside the same statement, on every path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from django.utils import timezone

from ats_sync import match_models
from ats_sync.batches import run_kept
from ats_sync.deciding import Decided
from ats_sync.identity.decide import Label, Proposal
from ats_sync.identity.features import FIELDS, Evidence
from ats_sync.identity.gates import Doubt, Rule
from ats_sync.identity.reasons import told
from ats_sync.identity.weights import Weights
from ats_sync.models import IdentityEvent, Match
from rsc.models import User
from rsc.statements import array_of

# Links that only the thorough phase can find: the quick one must not judge them.
THOROUGH_RULES = (Rule.SLIP.value, Rule.WORK_AND_TOWN.value, Rule.WORK_AND_TITLE.value)
# Suggestions below this label are kept only on request (matching.md 5).
LEAST_SUGGESTED = -400


def write(decided: Decided, *, thorough: bool) -> set[int]:
    """Bring the machine's links of some candidates in line with the decisions. One statement.

    Args:
        decided: the decisions.
        thorough: whether they come from the thorough phase; the quick one neither drops
            suggestions nor judges the links that it cannot see.

    Returns:
        Ids of the members of whom a link came, changed or went: their footprints are due.
    """
    weights = match_models.weights_of(decided.model)
    rows = sorted(_rows(decided, thorough, weights))  # by candidate, then member
    wanted = zip(_WANTED, zip(*rows, strict=True) if rows else [()] * len(_WANTED), strict=True)
    found = run_kept(
        _WRITE,
        **{name: array_of(column) for name, column in wanted},
        candidates=sorted(decided.old),
        thorough=thorough,
        thorough_rules=list(THOROUGH_RULES),
        live=list(Match.LIVE),
        version=decided.model.version,
    )
    return {member for (member,) in found}


# What a link wanted is told by: a column of `_WRITE` each.
_WANTED = ("bearers", "members", "states", "rules", "scores", "evidences")


def _rows(decided: Decided, thorough: bool, weights: Weights) -> Iterator[tuple[Any, ...]]:
    for pk, decision in decided.decisions.items():
        if decision.automatic:
            yield _row(pk, decision.automatic, Match.State.AUTOMATIC, weights)
        elif thorough:
            for proposal in decision.suggestions:
                if proposal.score >= LEAST_SUGGESTED:
                    yield _row(pk, proposal, Match.State.SUGGESTED, weights)


def _row(
    candidate: int, proposal: Proposal, state: Match.State, weights: Weights
) -> tuple[Any, ...]:
    return (
        candidate,
        int(proposal.member.id),
        state.value,
        proposal.rule.value if proposal.rule else "",
        proposal.score,
        _told(
            proposal.evidence,
            proposal.rule,
            proposal.label,
            proposal.doubt,
            proposal.confidence,
            weights,
        ),
    )


# Pairs agree in a few hundred ways: most of a push were told of before.
@lru_cache(maxsize=10_000)
def _told(
    evidence: Evidence,
    rule: Rule | None,
    label: Label | None,
    doubt: Doubt | None,
    confidence: float,
    weights: Weights,
) -> str:
    """The evidence of a link, in JSON."""
    reasons = told(evidence, rule, doubt, weights)  # they name fields, never values
    kept: dict[str, Any] = {"confidence": confidence, "reasons": reasons}
    if evidence:
        kept["levels"] = dict(zip(FIELDS, evidence.levels, strict=True))
    if label:
        kept["label"] = label.value
    if doubt:
        kept["doubt"] = doubt.value
    return msgspec.json.encode(kept).decode()


def tell(pairs: Mapping[int, int], *, to: Match.State, rule: str, user: User | None) -> None:
    """Record that a person decided about pairs of candidate id and member id."""
    now = timezone.now()
    IdentityEvent.objects.bulk_create(
        IdentityEvent(
            candidate_id=candidate, member_id=member, to_state=to, rule=rule, actor=user, at=now
        )
        for candidate, member in pairs.items()
    )


# "OFFSET 0" has the planner look each candidate up by its key, also while the table looks empty.
_WRITE = """
WITH before AS MATERIALIZED (
    SELECT m.* FROM unnest(%(candidates)s::bigint[]) AS c(id) CROSS JOIN LATERAL (
        SELECT m.id, m.candidate_id, m.member_id, m.state, m.rule, m.score, m.evidence
        FROM ats_sync_match AS m WHERE m.candidate_id = c.id OFFSET 0
    ) AS m
),
wanted AS MATERIALIZED (
    SELECT candidate, member, state, rule, score, evidence::jsonb FROM unnest(
        %(bearers)s::bigint[], %(members)s::bigint[], %(states)s::text[], %(rules)s::text[],
        %(scores)s::int[], %(evidences)s::text[]
    ) AS w(candidate, member, state, rule, score, evidence)
    WHERE NOT EXISTS (
        SELECT FROM before AS b
        WHERE b.candidate_id = w.candidate AND b.state IN ('manual', 'confirmed')
    ) AND NOT EXISTS (
        SELECT FROM before AS b
        WHERE b.candidate_id = w.candidate AND b.member_id = w.member
            AND b.state IN ('unlinked', 'rejected')
    )
),
dropped AS (
    UPDATE ats_sync_match AS m
    SET state = CASE WHEN m.state = 'automatic' AND NOT %(thorough)s
            THEN 'suggested' ELSE 'superseded' END,
        decided_at = now()
    WHERE m.id = ANY(ARRAY(SELECT id FROM before))
        AND (m.state = 'automatic' AND (%(thorough)s OR m.rule <> ALL(%(thorough_rules)s))
            OR m.state = 'suggested' AND %(thorough)s)
        AND NOT EXISTS (
            SELECT FROM wanted AS w
            WHERE w.candidate = m.candidate_id AND w.member = m.member_id)
    RETURNING m.candidate_id, m.member_id, m.state, m.rule, m.score, m.evidence
),
made AS (
    INSERT INTO ats_sync_match AS m
        (candidate_id, member_id, state, rule, score, evidence, decided_at)
    SELECT candidate, member, state, rule, score, evidence, now() FROM wanted AS w
    -- A conflict locks the row, which is written as a change is: what stays is not even tried.
    WHERE NOT EXISTS (
        SELECT FROM before AS b
        WHERE (b.candidate_id, b.member_id, b.state, b.rule, b.score, b.evidence) =
            (w.candidate, w.member, w.state, w.rule, w.score, w.evidence)
    )
    ON CONFLICT (candidate_id, member_id) DO UPDATE
    SET state = EXCLUDED.state, rule = EXCLUDED.rule, score = EXCLUDED.score,
        evidence = EXCLUDED.evidence, decided_at = EXCLUDED.decided_at, decided_by_id = NULL
    WHERE m.state IN ('automatic', 'suggested', 'superseded')
        AND (m.state, m.rule, m.score, m.evidence) IS DISTINCT FROM
            (EXCLUDED.state, EXCLUDED.rule, EXCLUDED.score, EXCLUDED.evidence)
    RETURNING m.candidate_id, m.member_id, m.state, m.rule, m.score, m.evidence
),
told AS (
    INSERT INTO ats_sync_identityevent
        (candidate_id, member_id, from_state, to_state, rule, weights_version, score, levels, at)
    SELECT c.candidate_id, c.member_id, COALESCE(b.state, ''), c.state, c.rule, %(version)s,
        c.score, COALESCE(c.evidence -> 'levels', '{}'), now()
    FROM (SELECT * FROM made UNION ALL SELECT * FROM dropped) AS c
    LEFT JOIN before AS b USING (candidate_id, member_id)
    WHERE b.state IS DISTINCT FROM c.state
)
SELECT c.member_id FROM (SELECT * FROM made UNION ALL SELECT * FROM dropped) AS c
LEFT JOIN before AS b USING (candidate_id, member_id)
WHERE c.state = ANY(%(live)s) OR b.state = ANY(%(live)s)
"""

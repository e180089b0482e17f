"""The strict rule that links by itself: one verified address, one member (matching.md 5, phase 1).

Addresses are compared by their normal form. What a person decided is never changed here.
"""

from __future__ import annotations

from collections.abc import Collection

from ats_sync.batches import run
from ats_sync.models import Ats, Match

RULE_EMAIL = "email"

# Addresses of more members than this belong to nobody in particular, so suggest none of them.
MOST_SUGGESTED = 5


def match_candidates(ats: Ats, candidate_ids: Collection[int]) -> set[int]:
    """Bring the automatic links of some candidates of an ATS up to date. Call it inside `batch`.

    An address that several members verified makes suggestions instead of a link. A link whose
    evidence vanished is superseded. Pairs that a person decided on are left alone, and a
    candidate that a person linked gets no automatic link beside it.

    Returns:
        Ids of the members that are or were linked to these candidates: their footprints are due.
    """
    if not candidate_ids:
        return set()
    rows = run(
        _MATCH,
        ats=ats.pk,
        candidates=sorted(candidate_ids),
        live=list(Match.LIVE),
        rule=RULE_EMAIL,
        most=MOST_SUGGESTED,
    )
    return {member for (member,) in rows}


def candidates_concerned(member_ids: Collection[int]) -> list[tuple[int, int]]:
    """Candidates whose links may change with these members' addresses, as (ATS id, candidate id).

    A suggestion counts too: an address that one member gives up may become another's alone.
    """
    return run(_CANDIDATES_OF_MEMBERS, members=list(member_ids))


_MATCH = """
WITH candidate AS MATERIALIZED (
    SELECT id, email_keys FROM ats_sync_candidate
    WHERE ats_id = %(ats)s AND id = ANY(%(candidates)s)
),
address AS MATERIALIZED (
    SELECT DISTINCT unnest(email_keys) AS normal_form FROM candidate
),
holder AS MATERIALIZED (
    SELECT DISTINCT e.normal_form, p.id AS member_id, p.hidden_from_recruiters
    FROM address
    JOIN recruiter_memberemail AS e
        ON e.normal_form = address.normal_form AND e.verified_at IS NOT NULL
    JOIN recruiter_member AS p ON p.id = e.member_id AND p.closed_at IS NULL
    WHERE address.normal_form <> ''
),
shared AS (
    SELECT normal_form, count(*) AS holders FROM holder GROUP BY normal_form
),
wanted AS MATERIALIZED (
    SELECT candidate.id AS candidate_id, holder.member_id,
        CASE WHEN min(shared.holders) = 1 THEN 'automatic' ELSE 'suggested' END AS state
    FROM candidate
    CROSS JOIN LATERAL unnest(candidate.email_keys) AS key
    JOIN holder ON holder.normal_form = key AND NOT holder.hidden_from_recruiters
    JOIN shared ON shared.normal_form = key AND shared.holders <= %(most)s
    WHERE NOT EXISTS (
        SELECT FROM ats_sync_match AS m
        WHERE m.candidate_id = candidate.id AND m.state IN ('manual', 'confirmed')
    )
    GROUP BY candidate.id, holder.member_id
),
dropped AS (
    UPDATE ats_sync_match AS m SET state = 'superseded', decided_at = now()
    FROM candidate
    WHERE m.candidate_id = candidate.id AND m.rule = %(rule)s
        AND m.state IN ('automatic', 'suggested')
        AND NOT EXISTS (
            SELECT FROM wanted AS w
            WHERE w.candidate_id = m.candidate_id AND w.member_id = m.member_id
        )
),
made AS (
    INSERT INTO ats_sync_match AS m
        (candidate_id, member_id, state, rule, evidence, decided_at)
    SELECT candidate_id, member_id, state, %(rule)s, '{"email": "same verified address"}', now()
    FROM wanted ORDER BY candidate_id, member_id
    ON CONFLICT (candidate_id, member_id) DO UPDATE
    SET state = EXCLUDED.state, rule = EXCLUDED.rule, evidence = EXCLUDED.evidence,
        decided_at = EXCLUDED.decided_at, decided_by_id = NULL
    WHERE m.state <> EXCLUDED.state
        AND (m.state IN ('suggested', 'superseded') OR m.state = 'automatic' AND m.rule = %(rule)s)
    RETURNING m.member_id
)
SELECT member_id FROM made
UNION
SELECT m.member_id FROM ats_sync_match AS m JOIN candidate ON candidate.id = m.candidate_id
WHERE m.state = ANY(%(live)s)
"""

_CANDIDATES_OF_MEMBERS = """
SELECT c.ats_id, c.id FROM ats_sync_candidate AS c
WHERE c.email_keys && ARRAY(
    SELECT e.normal_form FROM recruiter_memberemail AS e
    WHERE e.member_id = ANY(%(members)s) AND e.verified_at IS NOT NULL AND e.normal_form <> ''
)
UNION
SELECT c.ats_id, c.id FROM ats_sync_match AS m
JOIN ats_sync_candidate AS c ON c.id = m.candidate_id
WHERE m.member_id = ANY(%(members)s)
"""

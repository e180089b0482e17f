"""Match what an ATS pushed: by e-mail address inside the push, by all the rest in the worker.

So a push costs little for those of whom no member's address speaks, which is most of them; the
worker looks at them moments later, with every key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ats_sync import candidate_keys, decision_log, matching
from ats_sync.batches import run_kept
from ats_sync.deciding import decide_candidates
from ats_sync.models import Ats, Match


def match_pushed(
    ats: Ats, candidate_ids: Collection[int], changed: Collection[int], also: Iterable[int] = ()
) -> None:
    """Match candidates and bring the footprints of all members concerned up to date.

    Args:
        ats: the candidates' ATS, with its `batch` open.
        candidate_ids: the candidates whose members' footprints are due.
        changed: those of them that are new, or of whom something tells now that did not before.
        also: further members whose footprints are due.
    """
    due = set(also)
    left_open = set(changed)
    near = set()
    asked = {"candidates": list(candidate_ids), "changed": list(changed), "live": list(Match.LIVE)}
    for candidate, member, state in run_kept(_NEAR, **asked):
        if state:
            due.add(member)
        if state in {None, Match.State.AUTOMATIC} and candidate in left_open:
            near.add(candidate)
    if near:
        found = candidate_keys.known(ats, near)
        candidate_keys.remember([each for each in found.values() if each.changed], thorough=False)
        decided = decide_candidates(ats, found, thorough=False)
        due |= decision_log.write(decided, thorough=False)
        left_open -= near - decided.unsettled
        left_open |= set(decided.overtaken)
    matching.leave_open(ats.pk, left_open)
    matching.follow(due, ats)


# Members whom pushed candidates concern: those linked now, with the state of the link, and without
# one those whose verified address a changed candidate has.
_NEAR = """
SELECT m.candidate_id, m.member_id, m.state FROM ats_sync_match AS m
WHERE m.candidate_id = ANY(%(candidates)s) AND m.state = ANY(%(live)s)
UNION ALL
SELECT c.id, e.member_id, NULL
FROM ats_sync_candidate AS c CROSS JOIN unnest(c.email_keys) AS form
CROSS JOIN LATERAL (
    SELECT e.member_id FROM recruiter_memberemail AS e
    WHERE e.normal_form = form AND e.verified_at IS NOT NULL OFFSET 0
) AS e
JOIN recruiter_member AS m ON m.id = e.member_id
    AND m.closed_at IS NULL AND NOT m.hidden_from_recruiters
WHERE c.id = ANY(%(changed)s)
"""

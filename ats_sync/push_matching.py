"""Match what an ATS pushed: by e-mail address inside the push, by all the rest in the worker.

So a push costs little for those of whom no member's address speaks, which is most of them; the
worker looks at them moments later, with every key.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping

from ats_sync import candidate_keys, decision_log, key_secret, match_models, matching
from ats_sync.candidate_keys import Sent
from ats_sync.deciding import Near, decide_candidates
from ats_sync.models import Ats, Match
from rsc.statements import Asked, Rows, run_together

# Of an old candidate, what it was last compared as: that it differs is known already.
_DIFFERENT = b""
# In the place of a link's state: what comes is the mark of the secret, or the newest model's
# number.
_MARK, _MODEL = "mark", "model"


def match_pushed(
    ats: Ats,
    candidate_ids: Collection[int],
    changed: Mapping[int, Sent],
    new: Container[int],
    also: Iterable[int],
    first: Asked,
) -> None:
    """Match candidates and bring the footprints of all members concerned up to date.

    Args:
        ats: the candidates' ATS, with its `batch` open.
        candidate_ids: the candidates whose members' footprints are due.
        changed: those of them that are new, or of whom something tells now that did not before,
            with what was received of each.
        new: those of them that were not there before, and about whom nothing was decided yet.
        also: further members whose footprints are due.
        first: what to run before; it tells of other candidates whose members' footprints are due.
    """
    old = [pk for pk in candidate_ids if pk not in new]
    moved, known = run_together(first, _question(old, changed))
    links, near, mark, model = _read(known)
    due = set(also) | {member for _, member, _ in links}
    if others := {candidate for (candidate,) in moved}.difference(candidate_ids):
        due |= matching.linked_to(others)
    asked = {pk for pk, _, state in links if state == Match.State.AUTOMATIC} & changed.keys()
    known_addresses = near.by_address.keys()
    asked |= {pk for pk, sent in changed.items() if not known_addresses.isdisjoint(sent.email_keys)}
    left_open = set(changed)
    if changed and not key_secret.may_decide(mark):
        asked, left_open = set(), set()
    if asked:
        found = {
            pk: candidate_keys.known_as(
                pk, changed[pk], None if pk in new else _DIFFERENT, new=pk in new
            )
            for pk in sorted(asked)
        }
        decided = decide_candidates(
            ats,
            found,
            thorough=False,
            model=match_models.numbered(model),
            near=near,
            first=candidate_keys.to_remember(found.values(), thorough=False),
        )
        due |= decision_log.write(decided, thorough=False)
        left_open -= asked - decided.unsettled
        left_open |= set(decided.overtaken)
    matching.follow(due, ats, first=matching.to_leave_open(ats.pk, left_open))


def _question(candidate_ids: Iterable[int], changed: Mapping[int, Sent]) -> Asked:
    forms = {form for sent in changed.values() for form in sent.email_keys}
    return Asked(
        _NEAR,
        {"candidates": sorted(candidate_ids), "forms": sorted(forms), "live": list(Match.LIVE)},
    )


def _read(rows: Rows) -> tuple[list[tuple[int, int, str]], Near, int | None, int | None]:
    """Links of some candidates, each with its state; whose addresses the changed ones have; the
    mark of the secret of the keys, and the number of the newest model, if there are any."""
    links, near, mark, model = [], Near(), None, None
    for candidate, member, state, form, packed, key, holders in rows:
        if state == _MARK:
            mark = key
        elif state == _MODEL:
            model = key
        elif state:
            links.append((candidate, member, state))
        elif form:
            near.add(form, member, packed)
        else:
            near.counts[key] = holders
    return links, near, mark, model


# Whom pushed candidates concern: the members linked now, with the state of the link; those whose
# verified address a changed candidate has; and how many share their whole names, anywhere and in
# their town (of what `name_counts_of` lists, the first and the last), or are there at all.
# "OFFSET 0" has the planner look each of them up by its key, also while a table looks empty.
_NEAR = f"""
WITH near AS MATERIALIZED (
    SELECT form, e.member_id, i.record, i.name_counts
    FROM unnest(%(forms)s::varchar[]) AS form
    CROSS JOIN LATERAL (
        SELECT e.member_id FROM recruiter_memberemail AS e
        WHERE e.normal_form = form AND e.verified_at IS NOT NULL OFFSET 0
    ) AS e
    JOIN recruiter_member AS m ON m.id = e.member_id
        AND m.closed_at IS NULL AND NOT m.hidden_from_recruiters
    LEFT JOIN ats_sync_memberidentity AS i ON i.member_id = e.member_id
)
SELECT m.candidate_id, m.member_id, m.state, NULL::varchar, NULL::bytea, NULL::bigint, NULL::int
FROM unnest(%(candidates)s::bigint[]) AS c(id)
CROSS JOIN LATERAL (
    SELECT m.candidate_id, m.member_id, m.state FROM ats_sync_match AS m
    WHERE m.candidate_id = c.id OFFSET 0
) AS m
WHERE m.state = ANY(%(live)s)
UNION ALL
SELECT NULL, member_id, NULL, form, record, NULL, NULL FROM near
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, name.key, n.holders
FROM (
    SELECT unnest(ARRAY[name_counts[1], name_counts[4]]) FROM near UNION SELECT 0
) AS name(key)
CROSS JOIN LATERAL (
    SELECT n.holders FROM ats_sync_namecount AS n WHERE n.key = name.key OFFSET 0
) AS n
UNION ALL
SELECT NULL, NULL, '{_MARK}', NULL, NULL, mark, NULL FROM ats_sync_keysecret
UNION ALL
SELECT NULL, NULL, '{_MODEL}', NULL, NULL, max(id), NULL FROM ats_sync_matchmodel
"""  # noqa: S608 - words of ours

"""Random changes as they come in: facts from ATSs, members who edit, hide or come back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from recruiter.models import Member
from recruiter.search import document
from recruiter.search.port import MemberIndex, Viewer

BATCH = 100
# Of a hundred batches so many are facts, edits, and members who hide or come back. More young
# members than 20,000 would need the index to be built anew in between.
FACTS, EDITS = 85, 10
HEADLINES = ("Account Manager", "Nurse in Berlin", "Software Engineer", "Looking around", "")


def happen(index: MemberIndex, viewer: Viewer, count: int, seed: int) -> Iterator[int]:
    """Change so much, in batches; gives the size of each batch after it is committed.

    Args:
        viewer: whose tokens the facts are of.
    """
    dice = random.Random(seed)  # noqa: S311 - wants to be repeatable, not secret
    everybody = list(Member.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, count, BATCH):
        ids = sorted(dice.sample(everybody, min(BATCH, count - first, len(everybody))))
        kind = dice.randrange(100)
        if kind < FACTS:
            _facts(dice.choice(viewer.tokens), ids, past_applicant=dice.random() < 0.6)
        else:
            _edit(dice, ids, hide=kind >= FACTS + EDITS)
            index.put(ids)
        yield len(ids)


def _facts(token: int, ids: list[int], *, past_applicant: bool) -> None:
    """What the ATS side writes for a batch: footprints, and what they changed in the log."""
    with transaction.atomic():
        document.execute(_SYNC, token=token, ids=ids, past=past_applicant)


def _edit(dice: random.Random, ids: list[int], *, hide: bool) -> None:
    if hide:
        document.execute(_HIDE_OR_COME_BACK, ids=ids)
        return
    Member.objects.filter(pk__in=ids).update(
        headline=dice.choice(HEADLINES),
        skills=dice.sample(("Python", "Java", "Negotiation", "Tableau", "Kubernetes"), 3),
        openness=dice.choice(("no", "private", "public")),
        last_seen_at=timezone.now() - timedelta(days=dice.choice((1, 20, 200))),
    )


_HIDE_OR_COME_BACK = """
UPDATE recruiter_member SET hidden_from_recruiters = NOT hidden_from_recruiters
WHERE id = ANY(%(ids)s)
"""
_SYNC = """
WITH before AS (
    SELECT member_id, past_applicant FROM recruiter_atsfootprint
    WHERE token_id = %(token)s AND member_id = ANY(%(ids)s)
),
known AS (
    INSERT INTO recruiter_atsfootprint AS old (token_id, member_id, past_applicant, as_of)
    SELECT %(token)s, id, %(past)s, now() FROM recruiter_member WHERE id = ANY(%(ids)s)
    ON CONFLICT (token_id, member_id) DO UPDATE SET past_applicant = excluded.past_applicant
    RETURNING member_id
)
INSERT INTO recruiter_factlogentry (token_id, member_id, fact, added)
SELECT %(token)s, known.member_id, fact.name, fact.now
FROM known LEFT JOIN before USING (member_id)
CROSS JOIN LATERAL (VALUES
    ('in_ats', before.member_id IS NOT NULL, true),
    ('past_applicant', coalesce(before.past_applicant, false), %(past)s)
) AS fact(name, was, now)
WHERE fact.was <> fact.now
"""

"""Candidates as an ATS sends them: store, link, delete; a hundred at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.utils import timezone

from ats_sync import links, matching, push_matching
from ats_sync.batches import BatchTable, Receipt, batch, run
from ats_sync.models import Ats, Candidate, Match
from recruiter.models import Member
from rsc.addresses import email_normal_form
from rsc.statements import Asked, Rows, run_together


class CandidateRecord(msgspec.Struct, kw_only=True):
    """A candidate as received; the fields are those of the model.

    `member` is the public id of the member whom the ATS's people chose, if they did.
    """

    external_id: str
    first_name: str
    external_created_at: datetime
    external_modified_at: datetime
    last_name: str = ""
    middle_initial: str = ""
    prefix: str = ""
    suffix: str = ""
    emails: list[str] = []
    phones: list[dict[str, Any]] = []
    addresses: list[dict[str, Any]] = []
    current_company: str = ""
    current_title: str = ""
    profile_url: str = ""
    member_profile_url: str = ""
    do_not_contact: bool = False
    email_keys: list[str] = []
    member: str = ""

    def __post_init__(self) -> None:
        forms = set(map(email_normal_form, self.emails))
        forms.discard("")
        self.email_keys = sorted(forms)


_TABLE = BatchTable(
    Candidate,
    columns=tuple(name for name in CandidateRecord.__struct_fields__ if name != "member"),
    stamp="external_modified_at",
    before=("id",),
    watched=(
        "first_name", "last_name", "middle_initial", "suffix", "emails", "phones", "addresses",
        "current_company", "current_title", "member_profile_url", "external_created_at",
    ),
)  # fmt: skip


def upsert(ats: Ats, records: Sequence[CandidateRecord]) -> Receipt:
    """Store candidates, join what waited for them, and match them to members.

    Each record replaces the stored one wholly, unless that is newer. A manual link stays when a
    record names no member; a pair that a person here unlinked stays unlinked when it does.
    """
    with batch(ats.pk):
        written = _TABLE.upsert(ats.pk, records, timezone.now())
        ids = {row["external_id"]: row["id"] for row in written}
        if ids:
            sent = {record.external_id: record for record in _TABLE.newest(records)}
            # Those about whom nothing was decided yet, not even by this record.
            new = {
                row["id"]
                for row in written
                if row["old_id"] is None and not sent[row["external_id"]].member
            }
            forms = {form for name in ids for form in sent[name].email_keys}
            due = _link_as_sent(records, ids)
            push_matching.match_pushed(
                ats,
                ids.values(),
                changed={row["id"]: sent[row["external_id"]] for row in written if row["changed"]},
                new=new,
                also=due,
                first=_to_join_waiting(ats, ids, forms, old=set(ids.values()) - new),
            )
    return _TABLE.receipt(records, written)


def _to_join_waiting(
    ats: Ats, arrived: Mapping[str, int], forms: Collection[str], old: Collection[int]
) -> Asked:
    """How to join notes, files and applications to candidates.

    Args:
        arrived: the candidates' ids, by the ATS's own.
        forms: their addresses in strict form.
        old: those of them that may have applications already.

    Its rows are the candidates that won or lost an application by it.
    """
    return Asked(
        _JOIN_WAITING,
        {
            "ats": ats.pk,
            "names": list(arrived),
            "candidates": list(arrived.values()),
            "forms": list(forms),
            "old": list(old),
        },
    )


def _link_as_sent(records: Sequence[CandidateRecord], ids: Mapping[str, int]) -> set[int]:
    chosen = {
        record.external_id: record.member
        for record in records
        if record.member and record.external_id in ids
    }
    if not chosen:
        return set()
    members = _members(chosen.values())
    # A person who closed their account must not stop the ATS from syncing the rest.
    pairs = {ids[name]: members[who] for name, who in chosen.items() if who in members}
    return links.set_by_hand(pairs, rule=links.RULE_ATS, lift=False)


def _members(public_ids: Collection[str]) -> dict[str, int]:
    found = Member.objects.open_accounts().filter(public_id__in=list(public_ids))
    return dict(found.values_list("public_id", "pk"))


def attach_member(ats: Ats, chosen: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
    """Link candidates to members at the ATS's word; it beats every automatic link.

    Args:
        ats: the ATS.
        chosen: candidate's external id to member's public id.

    Returns:
        The external ids without a candidate, and those whose member does not exist; nothing
        was done about either.
    """
    with batch(ats.pk):
        ids = ids_of(ats, chosen)
        members = _members(chosen.values())
        pairs = {ids[name]: members[who] for name, who in chosen.items()
                 if name in ids and who in members}  # fmt: skip
        if pairs:
            due = links.set_by_hand(pairs, rule=links.RULE_ATS)
            matching.rematch(ats, pairs.keys(), also=due)
    missing = frozenset(chosen.keys() - ids.keys())
    strangers = frozenset(name for name, who in chosen.items() if who not in members)
    return missing, strangers - missing


def detach_member(ats: Ats, external_ids: Collection[str]) -> frozenset[str]:
    """Undo manual links for good, at the ATS's word. Returns the ids without a candidate."""
    with batch(ats.pk):
        ids = ids_of(ats, external_ids)
        if ids:
            due = links.unset_by_hand(ids.values())
            matching.rematch_alike(ats, ids.values(), also=due)
    return frozenset(set(external_ids) - ids.keys())


def delete(ats: Ats, external_ids: Collection[str]) -> frozenset[str]:
    """Delete candidates with their notes and links; their applications wait for them again.

    Returns:
        The ids without a candidate.
    """
    with batch(ats.pk):
        ids = ids_of(ats, external_ids)
        if ids:
            gone = list(ids.values())
            due = set(
                Match.objects.live().filter(candidate__in=gone).values_list("member", flat=True)
            )
            # Another record of the same person may inherit what was joined by its address alone.
            heirs, forms = _heirs(ats, gone)
            Candidate.objects.filter(pk__in=gone).delete()
            moved: Rows = []
            if heirs:
                (moved,) = run_together(_to_join_waiting(ats, heirs, forms, old=heirs.values()))
            matching.rematch(ats, {*heirs.values(), *(pk for (pk,) in moved)}, also=due)
    return frozenset(set(external_ids) - ids.keys())


def _heirs(ats: Ats, gone: list[int]) -> tuple[dict[str, int], set[str]]:
    """Candidates by the ATS's own ids, and the addresses of them all."""
    rows = run(_HEIRS, ats=ats.pk, candidates=gone)
    return {name: pk for pk, name, _ in rows}, {form for _, _, forms in rows for form in forms}


def ids_of(ats: Ats, external_ids: Collection[str]) -> dict[str, int]:
    """Row numbers of the candidates that exist, by the ATS's own ids."""
    found = Candidate.objects.filter(ats=ats, external_id__in=list(external_ids))
    return dict(found.values_list("external_id", "pk"))


# The candidate that an application `r` belongs to: the one that it names; else the eldest record
# of this ATS with its address, so that the order in which records arrive makes no difference.
# "+ 0" keeps the planner from reading all candidates of the ATS for each address.
CANDIDATE_OF_APPLICATION = """
CASE
    WHEN r.external_candidate_id <> '' THEN (
        SELECT c.id FROM ats_sync_candidate AS c
        WHERE c.ats_id = %(ats)s AND c.external_id = r.external_candidate_id
    )
    WHEN r.candidate_email_key <> '' THEN (
        SELECT c.id FROM ats_sync_candidate AS c
        WHERE c.ats_id + 0 = %(ats)s AND c.email_keys @> ARRAY[r.candidate_email_key]
        ORDER BY c.external_created_at, c.external_id LIMIT 1
    )
END
"""

# Each way of waiting has an index of its own, so each is asked apart; "+ 0" keeps the planner from
# reading all applications in the order of their numbers instead, while they look few.
_JOIN_WAITING = """
WITH arrived AS MATERIALIZED (
    SELECT c.id, c.external_id
    FROM unnest(%(candidates)s::bigint[], %(names)s::varchar[]) AS c(id, external_id)
),
notes AS (
    UPDATE ats_sync_candidatenote AS n SET candidate_id = c.id FROM arrived AS c
    WHERE n.ats_id = %(ats)s AND n.candidate_id IS NULL
        AND n.external_candidate_id = ANY(%(names)s::varchar[])
        AND n.external_candidate_id = c.external_id
),
attachments AS (
    UPDATE ats_sync_attachment AS f SET candidate_id = c.id FROM arrived AS c
    WHERE f.ats_id = %(ats)s AND f.parent = 'CANDIDATE' AND f.candidate_id IS NULL
        AND f.external_parent_id = ANY(%(names)s::varchar[])
        AND f.external_parent_id = c.external_id
),
concerned AS MATERIALIZED (
    SELECT id + 0 AS id FROM ats_sync_application
    WHERE ats_id = %(ats)s AND candidate_id IS NULL
        AND external_candidate_id = ANY(%(names)s::varchar[])
    UNION
    SELECT id + 0 AS id FROM ats_sync_application
    WHERE ats_id = %(ats)s AND external_candidate_id = '' AND candidate_email_key <> ''
        AND candidate_email_key = ANY(%(forms)s::varchar[])
    UNION
    SELECT id + 0 AS id FROM ats_sync_application
    WHERE candidate_id = ANY(%(old)s::bigint[]) AND external_candidate_id = ''
),
due AS MATERIALIZED (
    SELECT r.id, r.candidate_id AS old_id, {candidate} AS new_id
    FROM ats_sync_application AS r WHERE r.id = ANY(ARRAY(SELECT id FROM concerned))
),
joined AS (
    UPDATE ats_sync_application AS a SET candidate_id = due.new_id
    FROM due WHERE a.id = ANY(ARRAY(SELECT id FROM concerned))
        AND a.id = due.id AND due.new_id IS DISTINCT FROM due.old_id
)
SELECT old_id FROM due WHERE old_id <> new_id OR new_id IS NULL AND old_id IS NOT NULL
UNION
SELECT new_id FROM due WHERE new_id IS DISTINCT FROM old_id AND new_id IS NOT NULL
""".replace("{candidate}", CANDIDATE_OF_APPLICATION)

_HEIRS = """
SELECT heir.id, heir.external_id, heir.email_keys FROM ats_sync_candidate AS heir
WHERE heir.ats_id + 0 = %(ats)s AND heir.id <> ALL(%(candidates)s)
    AND heir.email_keys && ARRAY(
        SELECT a.candidate_email_key FROM ats_sync_application AS a
        WHERE a.candidate_id = ANY(%(candidates)s) AND a.external_candidate_id = ''
    )
"""

"""The member side of matching: normal forms, blocking keys and name counts, kept per member."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from django.db import transaction

from ats_sync import key_secret
from ats_sync.batches import run, run_kept
from ats_sync.identity import keys
from ats_sync.identity.records import MemberRecord, read_member
from ats_sync.key_secret import secret

ALL_MEMBERS = 0  # the key under which NameCount counts everybody


# ------------------------------------------------------------------------------------- writing
def rewrite(member_ids: Collection[int]) -> None:
    """Bring the identities, keys and name counts of some members up to date.

    Members who closed their account or hide from recruiters lose them: nobody is matched to
    them. So do all while the keys are of another secret; a build finds who has none. Eight
    statements, however many members.
    """
    ids = sorted(set(member_ids))
    if not ids:
        return
    with transaction.atomic():
        lock()
        asked = ids if key_secret.holds() else []
        records = {record.id: record for record in read(asked)}
        rows = [_row(int(pk), record) for pk, record in sorted(records.items())]
        before = forget(ids)
        run(_INSERT_IDENTITIES, **_columns(rows))
        run(_INSERT_KEYS, **_pairs(records))
        _count(before, -1)
        _count([row[2] for row in rows], +1)


def lock() -> None:
    """Let nobody else write until the transaction ends: name counts are sums over members."""
    run("SELECT pg_advisory_xact_lock(hashtext('ats_sync.member_keys'))")


def _row(pk: int, record: MemberRecord) -> tuple[int, str, list[int]]:
    counted = keys.name_counts_of(record.name, record.place.city, secret())
    names = [key for key in counted if key]
    return pk, msgspec.msgpack.encode(record).hex(), names


def _columns(rows: Sequence[tuple[int, str, list[int]]]) -> dict[str, list[Any]]:
    return {
        "members": [pk for pk, _, _ in rows],
        "records": [record for _, record, _ in rows],
        # unnest flattens nested arrays, so each list travels as text.
        "names": ["{" + ",".join(map(str, names)) + "}" for _, _, names in rows],
    }


def _pairs(records: Mapping[str, MemberRecord]) -> dict[str, list[int]]:
    held = [
        (key, int(pk))
        for pk, record in records.items()
        for key in keys.keys_of_member(record, secret())
    ]
    held.sort()
    return {"keys": [key for key, _ in held], "members": [pk for _, pk in held]}


def forget(ids: list[int]) -> list[list[int]]:
    """Drop what is kept of some members; returns the name counts that they took part in."""
    run("DELETE FROM ats_sync_memberkey WHERE member_id = ANY(%(ids)s)", ids=ids)
    gone = run(
        "DELETE FROM ats_sync_memberidentity WHERE member_id = ANY(%(ids)s) RETURNING name_counts",
        ids=ids,
    )
    return [names for (names,) in gone]


def _count(taken: list[list[int]], step: int) -> None:
    sums: dict[int, int] = {}
    for names in taken:
        for key in (ALL_MEMBERS, *names):
            sums[key] = sums.get(key, 0) + step
    ordered = sorted(sums)
    run(_ADD_COUNTS, keys=ordered, steps=[sums[key] for key in ordered])


# ------------------------------------------------------------------------------------- reading
def stored(member_ids: Collection[int]) -> dict[int, MemberRecord]:
    """The identities of some members, by id; those without one are left out. One query."""
    rows = run_kept(
        "SELECT member_id, record FROM ats_sync_memberidentity WHERE member_id = ANY(%(ids)s)",
        ids=list(member_ids),
    )
    return {pk: unpacked(packed) for pk, packed in rows}


def unpacked(packed: bytes) -> MemberRecord:
    """A member as `MemberIdentity` keeps it."""
    return _PACKED.decode(packed)


_PACKED = msgspec.msgpack.Decoder(MemberRecord)


def holders(key_list: Collection[int]) -> dict[int, int]:
    """How many members share some names; key `ALL_MEMBERS` counts everybody. One query."""
    rows = run_kept(
        "SELECT key, holders FROM ats_sync_namecount WHERE key = ANY(%(keys)s)",
        keys=sorted(key_list),
    )
    return dict(rows)


def find_heavy() -> int:
    """Mark the keys that too many members hold. Returns how many there are."""
    with transaction.atomic():
        run("DELETE FROM ats_sync_heavykey")
        # In the order of the index every row of a table just filled would be read by itself.
        run("SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off")
        run("SET LOCAL work_mem = '256MB'")
        return len(run(_FIND_HEAVY, limit=keys.HEAVY))


def read(ids: list[int]) -> Iterator[MemberRecord]:
    """Members in normal form, from their own tables; without those whom nobody may find."""
    for pk, first, last, slug, city, region, country, emails, phones, work in run(
        _MEMBERS, ids=ids
    ):
        yield read_member(
            {
                "id": str(pk),
                "basics": {
                    "givenName": first,
                    "familyName": last,
                    "profile": slug,
                    "emails": emails,
                    "phones": phones,
                    "location": {"city": city, "region": region, "countryCode": country},
                },
                "work": work,
            }
        )


_MEMBERS = """
SELECT m.id, m.first_name, m.last_name, m.slug, m.city, m.region, m.country_code,
    ARRAY(SELECT e.address FROM recruiter_memberemail AS e
        WHERE e.member_id = m.id AND e.verified_at IS NOT NULL),
    ARRAY(SELECT p.number FROM recruiter_memberphone AS p WHERE p.member_id = m.id),
    COALESCE((
        SELECT json_agg(json_build_object('name', w.employer, 'position', w.title,
            'startDate', w.started_on, 'endDate', w.ended_on) ORDER BY w.id)
        FROM recruiter_position AS w WHERE w.member_id = m.id
    ), '[]')
FROM recruiter_member AS m
WHERE m.id = ANY(%(ids)s) AND m.closed_at IS NULL AND NOT m.hidden_from_recruiters
"""

_INSERT_IDENTITIES = """
INSERT INTO ats_sync_memberidentity (member_id, record, name_counts, keys)
SELECT member, decode(record, 'hex'), names::bigint[], '{}'
FROM unnest(%(members)s::bigint[], %(records)s::text[], %(names)s::text[])
    AS row(member, record, names)
"""

_INSERT_KEYS = """
INSERT INTO ats_sync_memberkey (key, member_id)
SELECT * FROM unnest(%(keys)s::bigint[], %(members)s::bigint[])
"""

_ADD_COUNTS = """
INSERT INTO ats_sync_namecount AS n (key, holders)
SELECT * FROM unnest(%(keys)s::bigint[], %(steps)s::int[])
ON CONFLICT (key) DO UPDATE SET holders = n.holders + EXCLUDED.holders
"""

_FIND_HEAVY = """
INSERT INTO ats_sync_heavykey (key, holders)
SELECT key, count(*) FROM ats_sync_memberkey GROUP BY key HAVING count(*) > %(limit)s
RETURNING key
"""

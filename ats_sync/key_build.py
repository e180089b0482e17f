"""Build the keys of many members at once, on several processors; a build can be taken up again.

First the identities, in chunks that stand alone and may be made by several processes; then, in
one transaction, all their keys and name counts. Until then such members are found by their
addresses only, so an interrupted build does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.db import connection, transaction

from ats_sync import key_secret, member_keys
from ats_sync.batches import run
from ats_sync.identity import keys
from ats_sync.identity.records import MemberRecord
from recruiter.models import Member


def forget_all() -> None:
    """Drop every identity, key and count, as after a change of the secret."""
    with transaction.atomic():
        run(
            "TRUNCATE ats_sync_memberidentity, ats_sync_memberkey, ats_sync_namecount, "
            "ats_sync_heavykey"
        )
        key_secret.set_anew()


def without_identity() -> list[int]:
    """Ids of the members that have no identity yet and may have one."""
    members = Member.objects.open_accounts().filter(hidden_from_recruiters=False, identity=None)
    return list(members.order_by("pk").values_list("pk", flat=True))


def write_identities(ids: Sequence[int]) -> int:
    """Write the identities of some members that have none; returns how many were looked at.

    Records are made without a lock. Whoever changed meanwhile has been, or will be, rewritten by
    the worker: an identity that is there by then stays, and who may no longer be found gets none.
    """
    records = list(member_keys.read(list(ids)))
    with transaction.atomic():
        member_keys.lock()
        wanting = {pk for (pk,) in run(_WANTING, ids=list(ids))}
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write("".join(_line(each) for each in records if int(each.id) in wanting))
    return len(ids)


def _line(record: MemberRecord) -> str:
    """A member as COPY reads it."""
    secret = member_keys.secret()
    packed = msgspec.msgpack.encode(record).hex()
    names = keys.name_counts_of(record.name, record.place.city, secret)
    counted = ",".join(str(key) for key in names if key)
    held = ",".join(map(str, keys.keys_of_member(record, secret)))
    return f"{record.id}\t\\\\x{packed}\t{{{counted}}}\t{{{held}}}\n"


def unpublished() -> bool:
    """Whether a build was interrupted before it put its keys in force."""
    return bool(run(f"SELECT EXISTS (SELECT {_UNPUBLISHED})")[0][0])


def publish() -> None:
    """Put the keys of all new identities in force and count names anew, in one transaction.

    Millions of keys are sorted once, not put one by one into indexes; nobody sees the tables
    without those, as the transaction locks them: matching waits meanwhile.
    """
    with transaction.atomic():
        member_keys.lock()
        indexes, constraints = run(_INDEXES), run(_CONSTRAINTS)
        run("SET LOCAL maintenance_work_mem = '256MB'")
        for name, _ in constraints:
            run(f"ALTER TABLE ats_sync_memberkey DROP CONSTRAINT {name}")
        for name, _ in indexes:
            run(f"DROP INDEX {name}")
        run(f"INSERT INTO ats_sync_memberkey SELECT unnest(i.keys), i.member_id {_UNPUBLISHED}")
        for name, definition in constraints:
            run(f"ALTER TABLE ats_sync_memberkey ADD CONSTRAINT {name} {definition}")
        for _, definition in indexes:
            run(definition)
        run("TRUNCATE ats_sync_namecount")
        run(_COUNT_NAMES, everybody=member_keys.ALL_MEMBERS)
    # The planner must not take the tables for empty ones.
    run("ANALYZE ats_sync_memberidentity, ats_sync_memberkey, ats_sync_namecount")


_WANTING = """
SELECT m.id FROM recruiter_member AS m
WHERE m.id = ANY(%(ids)s) AND m.closed_at IS NULL AND NOT m.hidden_from_recruiters
    AND NOT EXISTS (SELECT FROM ats_sync_memberidentity AS i WHERE i.member_id = m.id)
"""

_COPY = "COPY ats_sync_memberidentity (member_id, record, name_counts, keys) FROM STDIN"

# An identity that `member_keys.rewrite` made has its keys in force and keeps no list of them.
_UNPUBLISHED = """
FROM ats_sync_memberidentity AS i
WHERE i.keys <> '{}'
    AND NOT EXISTS (SELECT FROM ats_sync_memberkey AS k WHERE k.member_id = i.member_id)
"""

_COUNT_NAMES = """
INSERT INTO ats_sync_namecount (key, holders)
SELECT name, count(*) FROM ats_sync_memberidentity, unnest(name_counts) AS name GROUP BY name
UNION ALL SELECT %(everybody)s, count(*) FROM ats_sync_memberidentity
"""

_CONSTRAINTS = """
SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = 'ats_sync_memberkey'::regclass AND contype IN ('p', 'f')
"""

_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index AS i
WHERE i.indrelid = 'ats_sync_memberkey'::regclass AND NOT i.indisprimary
"""

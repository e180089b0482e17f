"""The candidate side of matching: normal forms, fingerprints, keys, and addresses of many."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

import msgspec
from msgspec.structs import replace

from ats_sync.batches import run, run_kept
from ats_sync.identity import keys
from ats_sync.identity.features import Email, Phone
from ats_sync.identity.records import Addresses, CandidateRecord, candidate_of_row
from ats_sync.member_keys import secret
from ats_sync.models import Ats, Match
from rsc.statements import Asked

# An identifier that differently named candidates of one company share belongs to no one person:
# an agency, a referrer, a family, a placeholder (matching.md 5).
SHARED_BY = 3
MACHINE_MADE = [Match.State.AUTOMATIC.value, Match.State.SUGGESTED.value]


class Known(msgspec.Struct, frozen=True, dict=True):
    """A candidate ready to be compared.

    Attributes:
        pk, external_id: our number and the ATS's own id.
        record: in normal form, with shared addresses and phones still in.
        identifiers: the keys of its addresses, phones and profile.
        phone_and_profile: those of them that are no address.
        fingerprint: of the normal form; the same means that there is nothing new to decide.
        compared: the fingerprint that it had when it was last compared, if it was.
        name_key: hash of the whole name.
        kept: how many keys are kept of it, where that was read.
        new: whether it has just come: then nothing was ever decided about it.
    """

    pk: int
    external_id: str
    record: CandidateRecord
    identifiers: frozenset[int]
    phone_and_profile: frozenset[int]
    fingerprint: bytes
    compared: bytes | None
    name_key: int
    kept: int | None = None
    new: bool = False

    @cached_property
    def keys(self) -> frozenset[int]:
        """All of them; shared addresses and phones have theirs too."""
        return keys.keys_of_candidate(self.record, secret())

    @property
    def changed(self) -> bool:
        """Whether the normal form is new since it was last compared."""
        return self.compared != self.fingerprint


class Sent(Protocol):
    """What is known of a candidate, in a row of the table or in a record just received."""

    external_id: str
    first_name: str
    last_name: str
    middle_initial: str
    suffix: str
    emails: list[str]
    email_keys: list[str]
    phones: list[dict[str, Any]]
    addresses: list[dict[str, Any]]
    current_company: str
    current_title: str
    member_profile_url: str
    external_created_at: datetime


class Stored(NamedTuple):
    """A row of the table, and the fingerprint that it had when it was last compared."""

    pk: int
    external_id: str
    first_name: str
    last_name: str
    middle_initial: str
    suffix: str
    emails: list[str]
    email_keys: list[str]
    current_company: str
    current_title: str
    member_profile_url: str
    external_created_at: datetime
    compared: bytes | None
    kept: int
    phones: list[dict[str, Any]]
    addresses: list[dict[str, Any]]


def known(ats: Ats, candidate_ids: Collection[int]) -> dict[int, Known]:
    """Some candidates of an ATS, by id. One query."""
    rows = stored(ats, candidate_ids)
    return {pk: known_as(pk, row, row.compared, row.kept) for pk, row in rows.items()}


def stored(ats: Ats, candidate_ids: Collection[int]) -> dict[int, Stored]:
    """The rows of some candidates of an ATS, by id. One query."""
    # Plain rows: a re-match reads a hundred at a time, and model instances would cost as much as
    # all the rest of `known`.
    found = {}
    for *values, phones, addresses in run_kept(_CANDIDATES, ats=ats.pk, ids=list(candidate_ids)):
        row = Stored(*values, msgspec.json.decode(phones), msgspec.json.decode(addresses))
        found[row.pk] = row
    return found


def known_as(
    pk: int,
    sent: Sent,
    compared: bytes | None,
    kept: int | None = None,
    *,
    new: bool = False,
) -> Known:
    """A candidate as told by a row or a record, so that a push need not read what it just wrote.

    Args:
        pk: our number.
        sent: the row or record.
        compared: the fingerprint that it had when it was last compared; None for a new one.
        kept: how many keys are kept of it, if that was read.
        new: whether it has just come.
    """
    record = candidate_of_row(
        id=str(pk),
        names=(sent.first_name, sent.last_name, sent.middle_initial, sent.suffix),
        emails=sent.emails,
        phones=sent.phones,
        addresses=sent.addresses,
        work=(sent.current_company, sent.current_title),
        profile_url=sent.member_profile_url,
        made_at=sent.external_created_at,
    )
    own = secret()
    addresses = keys.address_keys(record, own)
    others = keys.phone_and_profile_keys(record, own)
    packed = msgspec.msgpack.encode(record, order="sorted")
    return Known(
        pk,
        sent.external_id,
        record,
        identifiers=addresses | others,
        phone_and_profile=others,
        fingerprint=blake2b(packed, digest_size=16, key=own).digest(),
        compared=None if compared is None else bytes(compared),
        name_key=keys.joint_name_key(record.name, own),
        kept=kept,
        new=new,
    )


def to_remember(found: Collection[Known], *, thorough: bool) -> list[Asked]:
    """How to keep fingerprints and keys of candidates: two statements at most, inside `batch`.

    Args:
        found: the candidates.
        thorough: keep all keys, not only those of identifiers. Whom the quick phase settles is
            found by a changed member through these or through the link itself, so all keys are
            left to the worker. Who has all of them, and is as then, is passed over.
    """
    if thorough:
        found = [each for each in found if each.changed or each.kept != len(each.keys)]
    if not found:
        return []
    ids = sorted(each.pk for each in found)
    held = sorted(
        (key, each.pk) for each in found for key in (each.keys if thorough else each.identifiers)
    )
    kept = Asked(
        _REMEMBER,
        {
            "keys": [key for key, _ in held],
            "bearers": [pk for _, pk in held],
            "candidates": [each.pk for each in found],
            "fingerprints": [each.fingerprint.hex() for each in found],
            "names": [each.name_key for each in found],
        },
    )
    if any(each.compared is not None for each in found):
        return [Asked(_FORGET_KEYS, {"ids": ids}), kept]
    return [kept]


def shared_keys(ats: Ats, found: Collection[Known]) -> set[int]:
    """Those of the candidates' identifiers that belong to no one person. One query."""
    asked = {key for each in found for key in each.identifiers}
    rows = run_kept(SHARED_KEYS, company=ats.company_id, keys=sorted(asked), least=SHARED_BY)
    return {key for (key,) in rows}


def without_shared(found: Collection[Known], shared: set[int]) -> dict[int, CandidateRecord]:
    """The records, by candidate id, without addresses and phones that many share."""
    return {each.pk: _cleaned(each.record, shared) for each in found}


def linked_over(shared: set[int], ats: Ats) -> set[int]:
    """Candidates of an ATS that a rule linked, or suggested, over an address or a phone before so
    many shared it."""
    if not shared:
        return set()
    levels = {"emails": [int(Email.LOOSE), int(Email.SAME)], "phone": int(Phone.SAME)}
    found = run(_LINKED_OVER, ats=ats.pk, keys=sorted(shared), states=MACHINE_MADE, **levels)
    return {pk for (pk,) in found}


def _cleaned(record: CandidateRecord, shared: set[int]) -> CandidateRecord:
    if not shared:
        return record
    strict = frozenset(e for e in record.emails.strict if _key(f"e:{e}") not in shared)
    if strict != record.emails.strict:
        # Loose forms and local parts of a shared address say no more than the address itself.
        record = replace(record, emails=Addresses(strict, strict, frozenset()))
    phones = frozenset(p for p in record.phones if _key(f"p:{p}") not in shared)
    return record if phones == record.phones else replace(record, phones=phones)


def _key(spelled: str) -> int:
    return keys.hashed(spelled, secret())


def sharing_with(ats: Ats, candidate_ids: Collection[int]) -> list[tuple[int, int]]:
    """Candidates of the company that share an identifier with some of its ATS's candidates.

    Returns:
        Pairs of ATS id and candidate id; the candidates asked about may be among them.
    """
    found = known(ats, candidate_ids)
    identifiers = sorted({key for each in found.values() for key in each.identifiers})
    return run(_SHARING, company=ats.company_id, keys=identifiers)


def concerned_by(member_ids: Collection[int]) -> list[tuple[int, int]]:
    """Candidates whose links may change with these members, as (ATS id, candidate id).

    Those that share a key with a member as it is now, and those linked or proposed already.
    """
    return run(_CONCERNED, members=list(member_ids))


# "+ 0" keeps the planner from reading all rows of an ATS instead of those of the keys.
_CANDIDATES = """
SELECT c.id, external_id, first_name, last_name, middle_initial, suffix, emails,
    email_keys, current_company, current_title, member_profile_url, external_created_at,
    (SELECT i.fingerprint FROM ats_sync_candidateidentity AS i WHERE i.candidate_id = c.id),
    (SELECT count(*) FROM ats_sync_candidatekey AS k WHERE k.candidate_id = c.id),
    phones::text, addresses::text
FROM ats_sync_candidate AS c
WHERE c.ats_id + 0 = %(ats)s AND c.id = ANY(%(ids)s)
"""

_FORGET_KEYS = "DELETE FROM ats_sync_candidatekey WHERE candidate_id = ANY(%(ids)s::bigint[])"

_REMEMBER = """
WITH kept AS (
    INSERT INTO ats_sync_candidatekey (key, candidate_id)
    SELECT * FROM unnest(%(keys)s::bigint[], %(bearers)s::bigint[])
)
INSERT INTO ats_sync_candidateidentity AS i (candidate_id, fingerprint, name_key)
SELECT candidate, decode(fingerprint, 'hex'), name
FROM unnest(%(candidates)s::bigint[], %(fingerprints)s::text[], %(names)s::bigint[])
    AS row(candidate, fingerprint, name)
ORDER BY candidate
ON CONFLICT (candidate_id) DO UPDATE
SET fingerprint = EXCLUDED.fingerprint, name_key = EXCLUDED.name_key
"""

# Nearly all keys have one or two bearers: only the rest are looked up, each row by its own key,
# also where the planner takes the tables for small or the keys for many.
SHARED_KEYS = """
WITH often AS MATERIALIZED (
    SELECT asked.key FROM unnest(%(keys)s::bigint[]) AS asked(key)
    WHERE EXISTS (
        SELECT FROM ats_sync_candidatekey AS k WHERE k.key = asked.key OFFSET %(least)s - 1)
)
SELECT often.key FROM often CROSS JOIN LATERAL (
    SELECT count(DISTINCT i.name_key) FROM ats_sync_candidatekey AS k
    CROSS JOIN LATERAL (
        SELECT c.ats_id FROM ats_sync_candidate AS c WHERE c.id = k.candidate_id OFFSET 0
    ) AS c
    CROSS JOIN LATERAL (
        SELECT i.name_key FROM ats_sync_candidateidentity AS i
        WHERE i.candidate_id = k.candidate_id OFFSET 0
    ) AS i
    JOIN ats_sync_ats AS a ON a.id = c.ats_id AND a.company_id = %(company)s
    WHERE k.key = often.key
) AS borne(names)
WHERE borne.names >= %(least)s
"""

_LINKED_OVER = """
SELECT DISTINCT k.candidate_id FROM ats_sync_candidatekey AS k
JOIN ats_sync_candidate AS c ON c.id = k.candidate_id AND c.ats_id = %(ats)s
JOIN ats_sync_match AS m ON m.candidate_id = k.candidate_id
    AND m.state = ANY(%(states)s) AND (
        (m.evidence -> 'levels' ->> 'email')::int = ANY(%(emails)s)
        OR (m.evidence -> 'levels' ->> 'phone')::int = %(phone)s)
WHERE k.key = ANY(%(keys)s::bigint[])
"""

_SHARING = """
SELECT DISTINCT c.ats_id, c.id
FROM ats_sync_candidatekey AS k
JOIN ats_sync_candidate AS c ON c.id = k.candidate_id
JOIN ats_sync_ats AS a ON a.id = c.ats_id AND a.company_id = %(company)s
WHERE k.key = ANY(%(keys)s::bigint[])
"""

_CONCERNED = """
SELECT c.ats_id, c.id
FROM ats_sync_memberkey AS mk
JOIN ats_sync_candidatekey AS ck ON ck.key = mk.key
JOIN ats_sync_candidate AS c ON c.id = ck.candidate_id
WHERE mk.member_id = ANY(%(members)s)
    AND NOT EXISTS (SELECT FROM ats_sync_heavykey AS h WHERE h.key = mk.key)
UNION
SELECT c.ats_id, c.id FROM ats_sync_match AS m
JOIN ats_sync_candidate AS c ON c.id = m.candidate_id
WHERE m.member_id = ANY(%(members)s)
"""

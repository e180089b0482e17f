"""The candidate side of matching: normal forms, fingerprints, keys, and addresses of many."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

import msgspec

from ats_sync.batches import run
from ats_sync.identity import keys
from ats_sync.identity.records import Addresses, CandidateRecord, candidate_of_row
from ats_sync.member_keys import secret
from ats_sync.models import Ats, Candidate

# An identifier that differently named candidates of one company share belongs to no one person:
# an agency, a referrer, a family, a placeholder (matching.md 5).
SHARED_BY = 3


@dataclass(frozen=True)
class Known:
    """A candidate ready to be compared.

    Attributes:
        row: as stored.
        record: in normal form, with shared addresses and phones still in.
        fingerprint: of the normal form; the same means that there is nothing new to decide.
        name_key: hash of the whole name.
    """

    row: Candidate
    record: CandidateRecord
    fingerprint: bytes
    name_key: int


def known(ats: Ats, candidate_ids: Collection[int]) -> dict[int, Known]:
    """Some candidates of an ATS, by id. One query."""
    rows = Candidate.objects.filter(ats=ats, pk__in=candidate_ids)
    return {row.pk: _known(row) for row in rows}


def _known(row: Candidate) -> Known:
    record = candidate_of_row(
        id=str(row.pk),
        names=(row.first_name, row.last_name, row.middle_initial, row.suffix),
        emails=row.emails,
        phones=row.phones,
        addresses=row.addresses,
        work=(row.current_company, row.current_title),
        profile_url=row.member_profile_url,
        made_at_ms=max(int(row.external_created_at.timestamp() * 1000), 0),
    )
    packed = msgspec.msgpack.encode(record, order="sorted")
    fingerprint = blake2b(packed, digest_size=16, key=secret()).digest()
    name_key = keys.hashed(keys.joint_name(record.name), secret())
    return Known(row, record, fingerprint, name_key)


def changed(found: Mapping[int, Known]) -> set[int]:
    """Those candidates whose normal form is new since they were last compared. One query."""
    same = run(
        "SELECT candidate_id, fingerprint FROM ats_sync_candidateidentity"
        " WHERE candidate_id = ANY(%(ids)s)",
        ids=list(found),
    )
    return set(found) - {pk for pk, mark in same if bytes(mark) == found[pk].fingerprint}


def remember(found: Collection[Known]) -> None:
    """Keep fingerprints and keys of candidates. Three statements; call it inside `batch`."""
    ids = sorted(each.row.pk for each in found)
    held = sorted(
        (key, each.row.pk)
        for each in found
        for key in keys.keys_of_candidate(each.record, secret())
    )
    run("DELETE FROM ats_sync_candidatekey WHERE candidate_id = ANY(%(ids)s)", ids=ids)
    run(_INSERT_KEYS, keys=[key for key, _ in held], candidates=[pk for _, pk in held])
    run(
        _REMEMBER,
        candidates=[each.row.pk for each in found],
        fingerprints=[each.fingerprint.hex() for each in found],
        names=[each.name_key for each in found],
    )


def without_shared(ats: Ats, found: Collection[Known]) -> dict[int, CandidateRecord]:
    """The records, by candidate id, without addresses and phones that many share. One query."""
    asked = {key for each in found for key in keys.identifier_keys(each.record, secret())}
    shared = {
        key for (key,) in run(_SHARED, company=ats.company_id, keys=sorted(asked), least=SHARED_BY)
    }
    return {each.row.pk: _cleaned(each.record, shared) for each in found}


def _cleaned(record: CandidateRecord, shared: set[int]) -> CandidateRecord:
    if not shared:
        return record
    strict = frozenset(e for e in record.emails.strict if _key(f"e:{e}") not in shared)
    if strict != record.emails.strict:
        # Loose forms and local parts of a shared address say no more than the address itself.
        record = replace(record, emails=Addresses(strict, strict, frozenset()))
    phones = frozenset(p for p in record.phones if _key(f"p:{p}") not in shared)
    return replace(record, phones=phones)


def _key(spelled: str) -> int:
    return keys.hashed(spelled, secret())


def concerned_by(member_ids: Collection[int]) -> list[tuple[int, int]]:
    """Candidates whose links may change with these members, as (ATS id, candidate id).

    Those that share a key with a member as it is now, and those linked or proposed already.
    """
    return run(_CONCERNED, members=list(member_ids))


_INSERT_KEYS = """
INSERT INTO ats_sync_candidatekey (key, candidate_id)
SELECT * FROM unnest(%(keys)s::bigint[], %(candidates)s::bigint[])
"""

_REMEMBER = """
INSERT INTO ats_sync_candidateidentity AS i (candidate_id, fingerprint, name_key)
SELECT candidate, decode(fingerprint, 'hex'), name
FROM unnest(%(candidates)s::bigint[], %(fingerprints)s::text[], %(names)s::bigint[])
    AS row(candidate, fingerprint, name)
ORDER BY candidate
ON CONFLICT (candidate_id) DO UPDATE
SET fingerprint = EXCLUDED.fingerprint, name_key = EXCLUDED.name_key
"""

_SHARED = """
SELECT k.key
FROM ats_sync_candidatekey AS k
JOIN ats_sync_candidateidentity AS i ON i.candidate_id = k.candidate_id
JOIN ats_sync_candidate AS c ON c.id = k.candidate_id
JOIN ats_sync_ats AS a ON a.id = c.ats_id AND a.company_id = %(company)s
WHERE k.key = ANY(%(keys)s)
GROUP BY k.key HAVING count(DISTINCT i.name_key) >= %(least)s
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

"""Blocking keys: 64-bit keyed hashes under which records that may be one person meet.

The same code builds the keys of both sides, so matching again gives the same pairs whichever side
changed. The tables that hold them contain no plain personal data; that limits a leaked table, it
is not anonymity (matching.md section 5).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from hashlib import blake2b

from ats_sync.identity.names import PersonName, full_names, sound
from ats_sync.identity.records import CandidateRecord, MemberRecord

# A key that more members than this hold says too little to be worth the pairs.
HEAVY = 100
# So many letters of an employer's name are taken: enough for "Johnson", "Johnson & Addison".
_EMPLOYER_LETTERS = 6


def hashed(spelled: str, secret: bytes = b"") -> int:
    """A signed 64-bit key (a PostgreSQL bigint) of a spelled-out key.

    Args:
        spelled: kind, colon, value.
        secret: at most 64 bytes, kept outside the database; another secret, other keys.
    """
    digest = _keyed(secret).copy()
    digest.update(spelled.encode())
    return int.from_bytes(digest.digest(), "big", signed=True)


@cache
def _keyed(secret: bytes) -> blake2b:
    """The hash of nothing: to copy it takes less than to begin anew, twenty times a record."""
    return blake2b(digest_size=8, key=secret)


def _addresses(record: MemberRecord | CandidateRecord) -> list[str]:
    return [f"e:{email}" for email in record.emails.strict]


def _phones_and_profile(record: MemberRecord | CandidateRecord) -> list[str]:
    phones = [f"p:{phone}" for phone in record.phones]
    return [*phones, f"u:{record.slug}"] if record.slug else phones


def joint_name(name: PersonName) -> str:
    """The spelled key of the whole name, in either order: what counts namesakes."""
    given, family = name.given_joined, name.family_joined
    return f"j:{given}|{family}" if given < family else f"j:{family}|{given}"


def _name_keys(name: PersonName) -> Iterator[str]:
    families = {*name.family, *name.former}
    for family in families:
        for given in name.given[:2]:
            for full in full_names(given):
                yield "n:" + "|".join(sorted((full, family)))
            yield "x:" + "|".join(sorted((sound(given)[:4], sound(family))))
            yield f"i:{sound(family)}|{given[0]}"
            yield "y:" + "|".join(sorted((sound(given), sound(family)[:4])))
    if name.given and name.family:
        yield joint_name(name)


def _company_keys(name: PersonName, employers: set[str]) -> Iterator[str]:
    for employer in {employer[:_EMPLOYER_LETTERS] for employer in employers if employer}:
        yield from (f"o:{sound(family)}|{employer}" for family in {*name.family, *name.former})
        yield from (f"o:{sound(given)}|{employer}" for given in name.given[:2])


def _town_keys(name: PersonName, cities: set[str]) -> Iterator[str]:
    for city in cities - {""}:
        for family in {*name.family, *name.former}:
            yield from (f"c:{sound(family)}|{city}|{given[0]}" for given in name.given[:1])
        yield from (f"c:{sound(given)}|{city}" for given in name.given[:2])


def _local_keys(record: MemberRecord | CandidateRecord) -> Iterator[str]:
    yield from (f"l:{part}" for part in record.emails.locals if len(part) >= 6)
    yield from (f"m:{email}" for email in record.emails.loose)


def spelled_keys_of_member(member: MemberRecord) -> set[str]:
    """All keys of a member before hashing, for looking at and for tests."""
    employers = {job.employer for job in member.jobs}
    return {
        *_addresses(member),
        *_phones_and_profile(member),
        *_local_keys(member),
        *_name_keys(member.name),
        *_company_keys(member.name, employers),
        *_town_keys(member.name, {member.place.city}),
    }


def spelled_keys_of_candidate(candidate: CandidateRecord) -> set[str]:
    """All keys of a candidate before hashing, for looking at and for tests."""
    return {
        *_addresses(candidate),
        *_phones_and_profile(candidate),
        *_local_keys(candidate),
        *_name_keys(candidate.name),
        *_company_keys(candidate.name, set(candidate.employers)),
        *_town_keys(candidate.name, {place.city for place in candidate.places}),
    }


def keys_of_member(member: MemberRecord, secret: bytes = b"") -> frozenset[int]:
    """The keys under which a member is found."""
    return frozenset(hashed(key, secret) for key in spelled_keys_of_member(member))


def keys_of_candidate(candidate: CandidateRecord, secret: bytes = b"") -> frozenset[int]:
    """The keys under which a candidate looks for members (and is found by a changed member)."""
    return frozenset(hashed(key, secret) for key in spelled_keys_of_candidate(candidate))


def address_keys(record: MemberRecord | CandidateRecord, secret: bytes = b"") -> frozenset[int]:
    """Phase 1: the keys of e-mail addresses, which members can also be asked for in plain text."""
    return frozenset([hashed(key, secret) for key in _addresses(record)])


def phone_and_profile_keys(
    record: MemberRecord | CandidateRecord, secret: bytes = b""
) -> frozenset[int]:
    """Phase 1: the keys of phones and profile."""
    return frozenset([hashed(key, secret) for key in _phones_and_profile(record)])


# Asked for a candidate, and again for the member of the same name that it is compared with.
@lru_cache(maxsize=5_000)
def joint_name_key(name: PersonName, secret: bytes = b"") -> int:
    """The key by which a `Population` counts the bearers of a whole name."""
    return hashed(joint_name(name), secret)


@lru_cache(maxsize=50_000)
def family_name_key(family: str, secret: bytes = b"") -> int:
    """The key by which a `Population` counts the bearers of a family name (folded, joined)."""
    return hashed(f"s:{family}", secret)


@lru_cache(maxsize=50_000)
def given_name_key(given: str, secret: bytes = b"") -> int:
    """The key by which a `Population` counts the bearers of a given name (folded, joined)."""
    return hashed(f"h:{given}", secret)


def town_name_key(name: PersonName, city: str, secret: bytes = b"") -> int:
    """The key by which a `Population` counts the bearers of a whole name in one town."""
    return hashed(f"w:{joint_name(name)}|{city}", secret)


def name_counts_of(name: PersonName, city: str = "", secret: bytes = b"") -> tuple[int, ...]:
    """The keys under which a member counts in a `Population`: each non-zero one once.

    In order: whole name, family name, given name, whole name in this town (0 without a town).
    """
    return (
        joint_name_key(name, secret),
        family_name_key(name.family_joined, secret),
        given_name_key(name.given_joined, secret),
        town_name_key(name, city, secret) if city else 0,
    )

"""Records for the tests of identity: a member and the candidate that is the same person."""

from __future__ import annotations

from typing import Any

from ats_sync.identity.records import (
    CandidateRecord,
    MemberRecord,
    read_candidate,
    read_member,
)

APPLIED = 1_577_836_800_000  # January 2020


def member_source(number: object = 1, **basics: Any) -> dict[str, Any]:
    """A member as a line of a file; keywords replace parts of `basics`, `work` replaces that."""
    work = basics.pop("work", [{"name": "White Devices", "position": "Buyer", "startDate": "2018"}])
    return {
        "id": str(number),
        "basics": {
            "givenName": "Ines",
            "familyName": "Prado",
            "emails": ["ines@prado.net"],
            "phone": "+1 303 858 2822",
            "profile": "ines-prado-1a2b3c",
            "location": {"city": "Leeds", "region": "", "countryCode": "GB"},
            **basics,
        },
        "work": work,
    }


def candidate_source(number: object = 1, **fields: Any) -> dict[str, Any]:
    """The same person in an ATS; keywords replace fields."""
    return {
        "id": str(number),
        "firstName": "Ines",
        "lastName": "Prado",
        "emailAddresses": ["ines@prado.net"],
        "phoneNumbers": [{"number": "303-858-2822"}],
        "addresses": [{"city": "Leeds", "geographicArea": "", "country": "gb"}],
        "currentCompanyName": "White Devices Ltd.",
        "currentJobTitle": "Senior Buyer",
        "atsCreatedAt": APPLIED,
        "linkedInProfileUrl": "https://www.example.net/in/Ines-Prado-1a2b3c/",
        **fields,
    }


def a_member(number: object = 1, **basics: Any) -> MemberRecord:
    return read_member(member_source(number, **basics))


def a_candidate(number: object = 1, **fields: Any) -> CandidateRecord:
    return read_candidate(candidate_source(number, **fields))


NOTHING: dict[str, Any] = {
    "emailAddresses": [],
    "phoneNumbers": [],
    "addresses": [],
    "currentCompanyName": "",
    "currentJobTitle": "",
    "linkedInProfileUrl": "",
}

"""Read JSON Resume 1.0.0 into checked records, or say exactly which field is wrong.

One file may hold one person (an object) or several (an array); JSON Lines hold one a line.
Unknown keys are allowed, as the format says. Older spellings (`company`, `website`) are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

_NO_CONTROLS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"
_PARTIAL_DATE = r"^(|\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)$"

Name = Annotated[str, msgspec.Meta(max_length=100, pattern=_NO_CONTROLS)]
Line = Annotated[str, msgspec.Meta(max_length=200, pattern=_NO_CONTROLS)]
Headline = Annotated[str, msgspec.Meta(max_length=250, pattern=_NO_CONTROLS)]
Key = Annotated[str, msgspec.Meta(max_length=200, pattern=_NO_CONTROLS)]
Text = Annotated[str, msgspec.Meta(max_length=20_000, pattern=_NO_CONTROLS)]
Phone = Annotated[str, msgspec.Meta(max_length=40, pattern=_NO_CONTROLS)]
Day = Annotated[str, msgspec.Meta(pattern=_PARTIAL_DATE)]
Country = Annotated[str, msgspec.Meta(pattern=r"^(|[A-Za-z]{2})$")]


class Part(msgspec.Struct, rename="camel", frozen=True):
    """What all parts of a resume share: the format's own spelling, and no surprises."""


class Location(Part):
    address: Text | None = None
    city: Name | None = None
    region: Name | None = None
    country_code: Country | None = None


class Profile(Part):
    network: Line | None = None
    username: Line | None = None
    url: Text | None = None


class Basics(Part):
    name: Line | None = None
    given_name: Name | None = None  # ours: the format knows only the whole name
    family_name: Name | None = None
    label: Headline | None = None
    email: Line | None = None
    emails: list[Line] = []
    phone: Phone | None = None
    url: Text | None = None
    website: Text | None = None
    summary: Text | None = None
    industry: Name | None = None
    location: Location | None = None
    profiles: list[Profile] = []


class Work(Part):
    name: Line | None = None
    company: Line | None = None
    position: Line | None = None
    location: Line | None = None
    start_date: Day | None = None
    end_date: Day | None = None
    summary: Text | None = None


class School(Part):
    institution: Line | None = None
    area: Name | None = None
    study_type: Name | None = None
    start_date: Day | None = None
    end_date: Day | None = None


class Skill(Part):
    name: Name | None = None
    keywords: list[Name] = []


class Language(Part):
    language: Annotated[str, msgspec.Meta(max_length=60, pattern=_NO_CONTROLS)] | None = None


class Reference(Part):
    name: Line | None = None
    reference: Text | None = None


class Meta(Part):
    canonical: Key | None = None


class Resume(Part, kw_only=True):
    id: Key | int | None = None  # ours: a stable key of the file's own
    basics: Basics
    work: list[Work] = []
    education: list[School] = []
    skills: list[Skill] = []
    languages: list[Language] = []
    references: list[Reference] = []
    meta: Meta | None = None


@dataclass(frozen=True)
class Rejection:
    """One record that was not taken: where it stands, which field, and why."""

    place: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.field}: {self.reason}"


class RecordRejected(ValueError):
    """A record cannot be taken. Carries the field's path and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def read(raw: bytes | msgspec.Raw) -> Resume:
    """Decode and check one record.

    Raises:
        RecordRejected: not JSON, or a field breaks a rule; `field` is a path like
            `work[2].startDate`.
    """
    try:
        resume = msgspec.json.decode(raw, type=Resume)
    except msgspec.ValidationError as error:
        raise _explained(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordRejected("(record)", f"is no valid JSON: {error}") from error
    _check_addresses(resume)
    return resume


def split(raw: bytes) -> Iterator[msgspec.Raw]:
    """The records of one file: those of an array apart, so that a bad one harms no other.

    Raises:
        RecordRejected: the file is no valid JSON.
    """
    kind: Any = list[msgspec.Raw] if raw.lstrip()[:1] == b"[" else msgspec.Raw
    try:
        decoded = msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordRejected("(file)", f"is no valid JSON: {error}") from error
    yield from decoded if isinstance(decoded, list) else [decoded]


def stable_key(resume: Resume) -> str:
    """The key under which a later import finds the same person.

    The record's own `id`, else `meta.canonical`, else the first e-mail address.

    Raises:
        RecordRejected: the record has none of the three.
    """
    if resume.id is not None and str(resume.id).strip():
        return f"id:{resume.id}"
    if resume.meta and resume.meta.canonical:
        return f"canonical:{resume.meta.canonical}"
    if addresses := addresses_of(resume.basics):
        return f"email:{addresses[0].lower()}"
    raise RecordRejected(
        "basics.email", "is needed as a stable key when there is neither id nor meta.canonical"
    )


def addresses_of(basics: Basics) -> list[str]:
    """All addresses, the main one first, each once (case ignored)."""
    seen: dict[str, str] = {}
    for address in [basics.email or "", *basics.emails]:
        if address.strip():
            seen.setdefault(address.strip().lower(), address.strip())
    return list(seen.values())


def names_of(basics: Basics) -> tuple[str, str]:
    """First and last name; a whole name is split at its last blank.

    Raises:
        RecordRejected: there is no name at all.
    """
    if basics.given_name or basics.family_name:
        return (basics.given_name or "").strip(), (basics.family_name or "").strip()
    words = (basics.name or "").split()
    if not words:
        raise RecordRejected("basics.name", "is required")
    first, last = (" ".join(words[:-1]), words[-1]) if len(words) > 1 else (words[0], "")
    if max(len(first), len(last)) > 100:
        raise RecordRejected("basics.name", "has a part of more than 100 characters")
    return first, last


def _check_addresses(resume: Resume) -> None:
    for address in addresses_of(resume.basics):
        try:
            validate_email(address)
        except ValidationError as error:
            raise RecordRejected("basics.email", f"{address!r} is no e-mail address") from error
    website = resume.basics.url or resume.basics.website
    if website:
        try:
            URLValidator(schemes=["http", "https"])(website)
        except ValidationError as error:
            raise RecordRejected("basics.url", f"{website[:80]!r} is no web address") from error
        if len(website) > 200:
            raise RecordRejected("basics.url", "is longer than 200 characters")


_AT = re.compile(r" - at `\$?\.?(?P<path>[^`]*)`$")
_PATTERNS = {
    _PARTIAL_DATE: "is no date: write YYYY, YYYY-MM or YYYY-MM-DD",
    _NO_CONTROLS: "holds control characters",
    r"^(|[A-Za-z]{2})$": "is no country code of two letters",
}


def _explained(message: str) -> RecordRejected:
    """Turn the decoder's message into a field's path and a reason in plain words."""
    found = _AT.search(message)
    path = (found["path"] if found else "") or "(record)"
    reason = message[: found.start()] if found else message
    if missing := re.search(r"missing required field `(\w+)`", reason):
        prefix = "" if path == "(record)" else f"{path}."
        return RecordRejected(f"{prefix}{missing[1]}", "is required")
    for pattern, words in _PATTERNS.items():
        if repr(pattern) in reason or pattern in reason:
            return RecordRejected(path, words)
    return RecordRejected(path, _worded(reason))


def _worded(reason: str) -> str:
    if longest := re.search(r"length <= (\d+)", reason):
        return f"is longer than {longest[1]} characters"
    if types := re.search(r"Expected `([^`]+)`, got `([^`]+)`", reason):
        return f"must be {_type_words(types[1])}, not {_type_words(types[2])}"
    return reason


def _type_words(types: Any) -> str:
    words = {"str": "text", "int": "a number", "float": "a number", "array": "a list"}
    words |= {"object": "an object", "null": "null", "bool": "true or false"}
    return " or ".join(words.get(name.strip(), name.strip()) for name in types.split("|"))

"""The two kinds of record that are compared, in normal form, and how to read them from files.

Members come as JSON Resume (`basics`, `work`), candidates with the field names of the ATS
contract; both with `id` added. Nothing here knows a database: build records from rows with the
same two functions. Structs, because they are made by the hundred for each push: a dataclass takes
thirty times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from ats_sync.identity import normal
from ats_sync.identity.names import PersonName, person_name

_FOREVER = 10**6


class RecordError(ValueError):
    """A record cannot be read; the message names the field."""


class Job(msgspec.Struct, frozen=True, gc=False):
    """One position: employer and title in normal form, from and to in months since year 0."""

    employer: str
    title: str
    start: int
    end: int

    def covers(self, month: int, slack: int = 3) -> bool:
        """Whether the job was held in a month; people update records a season late."""
        return self.start - slack <= month <= self.end + slack


class Place(msgspec.Struct, frozen=True, gc=False):
    city: str
    region: str
    country: str


class Addresses(msgspec.Struct, frozen=True, gc=False):
    """The e-mail addresses of a record in the three forms of `normal`."""

    strict: frozenset[str]
    loose: frozenset[str]
    locals: frozenset[str]


class MemberRecord(msgspec.Struct, frozen=True, gc=False):
    """A member. Only verified e-mail addresses belong in here."""

    id: str
    name: PersonName
    emails: Addresses
    phones: frozenset[str]
    slug: str
    place: Place
    jobs: tuple[Job, ...]


class CandidateRecord(msgspec.Struct, frozen=True, gc=False):
    """A person in an ATS.

    Attributes:
        employers: the company that the record names, or an empty text, then those that its
            e-mail addresses name.
        applied: the month in which the record was made, in months since year 0, or 0.
        asserted: the member's id, if the record itself carries it (an export, a person's choice).
    """

    id: str
    name: PersonName
    emails: Addresses
    phones: frozenset[str]
    slug: str
    places: tuple[Place, ...]
    employers: tuple[str, ...]
    title: str
    applied: int
    asserted: str


def addresses(emails: Iterable[str]) -> Addresses:
    """E-mail addresses as typed, in comparable forms; placeholders and shared offices left out."""
    strict, loose, locals_ = set(), set(), set()
    for email in emails:
        form = normal.email_normal_form(email)
        if not form or normal.says_nothing(form):
            continue
        strict.add(form)
        loose.add(normal.email_loose_form(email))
        if len(part := normal.local_part(email)) >= 5:
            locals_.add(part)
    return Addresses(frozenset(strict), frozenset(loose), frozenset(locals_))


def _tails(numbers: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(normal.phone_tail, numbers)))


def _place(city: str, region: str, country: str) -> Place:
    return Place(normal.city_normal_form(city), normal.fold(region), country.strip().lower())


def month_number(date: str, default: int) -> int:
    """Months since year 0 of an ISO date that may stop at the year or the month.

    Raises:
        RecordError: the text is no date.
    """
    if not date:
        return default
    year, _, rest = date.partition("-")
    try:
        return int(year) * 12 + (int(rest[:2]) - 1 if rest else 0)
    except ValueError as error:
        raise RecordError(f"{date[:20]!r} is no date (YYYY, YYYY-MM or YYYY-MM-DD)") from error


def _text(source: Mapping[str, Any], field: str) -> str:
    value = source.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RecordError(f"{field}: a text is expected")
    return value


def _list(source: Mapping[str, Any], field: str) -> list[Any]:
    value = source.get(field) or []
    if not isinstance(value, list):
        raise RecordError(f"{field}: a list is expected")
    return value


def _mapping(source: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    value = source.get(field) or {}
    if not isinstance(value, Mapping):
        raise RecordError(f"{field}: an object is expected")
    return value


def _id(source: Mapping[str, Any]) -> str:
    value = source.get("id")
    if not isinstance(value, str | int) or value == "":
        raise RecordError("id: a text or a number is expected")
    return str(value)


def read_member(source: Mapping[str, Any]) -> MemberRecord:
    """A member from JSON Resume `basics` and `work`, with `id` beside them.

    Beyond the standard it knows `givenName`, `familyName`, `formerFamilyName`, a list `emails`,
    and `profile` (slug or address); without them it takes `name`, `email` and `profiles`.

    Raises:
        RecordError: a field has the wrong type, or there is no `id`.
    """
    basics = _mapping(source, "basics")
    location = _mapping(basics, "location")
    slug = normal.profile_slug(_text(basics, "profile") or _first_profile(basics))
    given, family = _text(basics, "givenName"), _text(basics, "familyName")
    if not given and not family:
        given = _text(basics, "name")
    return MemberRecord(
        id=_id(source),
        name=person_name(given, family, former=_text(basics, "formerFamilyName"), slug=slug),
        emails=addresses([*map(str, _list(basics, "emails")), _text(basics, "email")]),
        phones=_tails([*map(str, _list(basics, "phones")), _text(basics, "phone")]),
        slug=slug,
        place=_place(
            _text(location, "city"), _text(location, "region"), _text(location, "countryCode")
        ),
        jobs=tuple(_job(work) for work in _list(source, "work") if isinstance(work, Mapping)),
    )


def _first_profile(basics: Mapping[str, Any]) -> str:
    urls = [_text(each, "url") for each in _list(basics, "profiles") if isinstance(each, Mapping)]
    return next((url for url in urls if normal.profile_slug(url)), "")


def _job(work: Mapping[str, Any]) -> Job:
    return Job(
        normal.employer_normal_form(_text(work, "name")),
        normal.title_normal_form(_text(work, "position")),
        month_number(_text(work, "startDate"), 0),
        month_number(_text(work, "endDate"), _FOREVER),
    )


def read_candidate(source: Mapping[str, Any]) -> CandidateRecord:
    """A candidate from the field names of the ATS contract, with `id` beside them.

    Raises:
        RecordError: a field has the wrong type, or there is no `id`.
    """
    phones = [each for each in _list(source, "phoneNumbers") if isinstance(each, Mapping)]
    postal = [each for each in _list(source, "addresses") if isinstance(each, Mapping)]
    return _candidate(
        id=_id(source),
        name=person_name(
            _text(source, "firstName"),
            _text(source, "lastName"),
            middle=_text(source, "middleInitial"),
            suffix=_text(source, "suffix"),
        ),
        emails=[str(email) for email in _list(source, "emailAddresses")],
        phones=[_text(each, "number") for each in phones],
        places=[
            _place(_text(each, "city"), _text(each, "geographicArea"), _text(each, "country"))
            for each in postal
        ],
        work=(_text(source, "currentCompanyName"), _text(source, "currentJobTitle")),
        profile_url=_text(source, "linkedInProfileUrl"),
        applied=_month_of(source.get("atsCreatedAt")),
        asserted=_text(source, "manualMatchedMember").rpartition(":")[2],
    )


def _candidate(  # noqa: PLR0913 - a record has many fields; all are named
    *,
    id: str,
    name: PersonName,
    emails: Sequence[str],
    phones: Sequence[str],
    places: Sequence[Place],
    work: tuple[str, str],
    profile_url: str,
    applied: int,
    asserted: str = "",
) -> CandidateRecord:
    company, title = work
    labels = dict.fromkeys(map(normal.company_label, emails))
    return CandidateRecord(
        id=id,
        name=name,
        emails=addresses(emails),
        phones=_tails(phones),
        slug=normal.profile_slug(profile_url) if profile_url else "",
        places=tuple(places),
        employers=(normal.employer_normal_form(company), *filter(None, labels)),
        title=normal.title_normal_form(title),
        applied=applied,
        asserted=asserted,
    )


def _month_of(milliseconds: object) -> int:
    if milliseconds is None:
        return 0
    if not isinstance(milliseconds, int) or not 0 <= milliseconds < 10**14:
        raise RecordError("atsCreatedAt: milliseconds since 1970 are expected")
    return _month(datetime.fromtimestamp(milliseconds / 1000, UTC))


def _month(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1


def candidate_of_row(  # noqa: PLR0913 - a row has many columns; all are named
    *,
    id: str,
    names: tuple[str, str, str, str],
    emails: list[str],
    phones: list[dict[str, Any]],
    addresses: list[dict[str, Any]],
    work: tuple[str, str],
    profile_url: str,
    made_at: datetime,
) -> CandidateRecord:
    """A candidate as a database keeps it, without the wire's names for its fields.

    Args:
        names: first, last, middle initial, suffix.
        phones, addresses: as they were taken in, checked, with the wire's names.
        work: current employer and title.
        made_at: when the ATS made the record.
    """
    first, last, middle, suffix = names
    return _candidate(
        id=id,
        name=person_name(first, last, middle=middle, suffix=suffix),
        emails=emails,
        phones=[each.get("number") or "" for each in phones],
        places=[
            _place(
                each.get("city") or "", each.get("geographicArea") or "", each.get("country") or ""
            )
            for each in addresses
        ],
        work=work,
        profile_url=profile_url,
        applied=_month(made_at.astimezone(UTC)),
    )

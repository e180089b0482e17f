"""Ten fields of a pair of records, each as a small level: what speaks for one person, what against.

A level says how well a field agrees; what that is worth is learnt (`weights`). Level 0 always
means that one side says nothing, and never counts.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec
from rapidfuzz.distance import OSA

from ats_sync.identity.names import (
    Agreement,
    PersonName,
    family_agreement,
    given_agreement,
)
from ats_sync.identity.records import Addresses, CandidateRecord, MemberRecord
from ats_sync.identity.wordlists import PUBLIC_DOMAINS

# So many letters of an employer's name are enough to know it by.
_CUT = 6

FIELDS = (
    "given", "family", "order", "middle", "email", "phone", "profile", "employer", "title", "place",
)  # fmt: skip


class Order(IntEnum):
    STRAIGHT = 0
    SWAPPED = 1


class Middle(IntEnum):
    MISSING = 0
    DIFFERENT = 1
    SAME = 2
    OTHER_GENERATION = 3  # Jr. against Sr.


class Email(IntEnum):
    MISSING = 0
    DIFFERENT = 1
    NAME_ELSEWHERE = 2  # the same local part at another provider, made of the name alone
    LOCAL_ELSEWHERE = 3  # the same local part at another provider, with more than the name in it
    LOOSE = 4  # the same after putting a slip right
    SAME = 5


class Phone(IntEnum):
    MISSING = 0
    DIFFERENT = 1
    CLOSE = 2  # one digit off
    SAME = 3


class Profile(IntEnum):
    MISSING = 0
    DIFFERENT = 1
    SAME = 2


class Employer(IntEnum):
    MISSING = 0
    DIFFERENT = 1
    ANOTHER_TIME = 2  # an employer of the member's, but not when the record was made
    AT_THE_TIME = 3


class Title(IntEnum):
    MISSING = 0
    DIFFERENT = 1
    ANOTHER_TIME = 2
    AT_THE_TIME = 3


class Location(IntEnum):
    MISSING = 0
    OTHER_COUNTRY = 1
    OTHER_REGION = 2
    OTHER_CITY = 3  # same region, or the same country where regions are not given
    SAME_REGION = 4
    SAME_CITY = 5


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """The levels of a pair, in the order of `FIELDS`. Store `levels` to replay a decision."""

    given: Agreement
    family: Agreement
    order: Order
    middle: Middle
    email: Email
    phone: Phone
    profile: Profile
    employer: Employer
    title: Title
    place: Location

    @property
    def levels(self) -> tuple[int, ...]:
        return tuple(map(int, msgspec.structs.astuple(self)))


def compare(member: MemberRecord, candidate: CandidateRecord) -> Evidence:
    """The evidence that a candidate is a member."""
    given, family, order = _names(candidate.name, member.name)
    employer, title = _work(member, candidate)
    return Evidence(
        given=given,
        family=family,
        order=order,
        middle=_middle(candidate.name, member.name),
        email=_email(candidate.emails, member),
        phone=_phone(candidate.phones, member.phones),
        profile=_profile(candidate.slug, member.slug),
        employer=employer,
        title=title,
        place=_place(member, candidate),
    )


def _names(one: PersonName, other: PersonName) -> tuple[Agreement, Agreement, Order]:
    if one.given == other.given and one.family == other.family and one.given and one.family:
        return Agreement.SAME, Agreement.SAME, Order.STRAIGHT  # as in nearly all pairs
    given = given_agreement(one.given, other.given)
    family = family_agreement(one.family, other.family, other.former)
    if given > Agreement.DIFFERENT and family > Agreement.DIFFERENT:
        return given, family, Order.STRAIGHT
    swapped_given = given_agreement(one.family, other.given)
    swapped_family = family_agreement(one.given, other.family, other.former)
    # Nobody writes an initial first and a surname after it by mistake: more must agree.
    if swapped_given > Agreement.INITIAL and swapped_family > Agreement.INITIAL:
        return swapped_given, swapped_family, Order.SWAPPED
    return given, family, Order.STRAIGHT


def _middle(one: PersonName, other: PersonName) -> Middle:
    if one.generation and other.generation and one.generation != other.generation:
        return Middle.OTHER_GENERATION
    if not one.initials or not other.initials:
        return Middle.MISSING
    return Middle.DIFFERENT if one.initials.isdisjoint(other.initials) else Middle.SAME


def _email(one: Addresses, member: MemberRecord) -> Email:
    other = member.emails
    if not one.strict or not other.strict:
        return Email.MISSING
    if not one.strict.isdisjoint(other.strict):
        return Email.SAME
    if not one.loose.isdisjoint(other.loose) or _one_slip_apart(one.strict, other.strict):
        return Email.LOOSE
    shared = one.locals & other.locals
    if not shared:
        return Email.DIFFERENT
    if all(_is_made_of_name(part, member.name) for part in shared):
        return Email.NAME_ELSEWHERE
    return Email.LOCAL_ELSEWHERE


def _one_slip_apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether letters of an address are a slip of the pen; another digit is another mailbox."""
    for address in one:
        for another in other:
            if abs(len(address) - len(another)) <= 1 and _digits(address) == _digits(another):
                slips = OSA.distance(address, another, score_cutoff=1)
                if slips <= 1 and _may_be_slip(address, another):
                    return True
    return False


def _may_be_slip(one: str, other: str) -> bool:
    """Short local parts differ by one letter often; mail.com and gmail.com both exist."""
    local, _, domain = one.partition("@")
    other_domain = other.partition("@")[2]
    return len(local) >= 6 and (
        domain == other_domain or not {domain, other_domain} <= PUBLIC_DOMAINS
    )


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _is_made_of_name(local: str, name: PersonName) -> bool:
    rest = local
    for word in sorted({*name.given, *name.family}, key=len, reverse=True):
        rest = rest.replace(word, "", 1)
    return len(rest) <= 1


def _phone(one: frozenset[str], other: frozenset[str]) -> Phone:
    if not one or not other:
        return Phone.MISSING
    if not one.isdisjoint(other):
        return Phone.SAME
    close = any(
        OSA.distance(tail, another, score_cutoff=1) <= 1 for tail in one for another in other
    )
    return Phone.CLOSE if close else Phone.DIFFERENT


def _profile(one: str, other: str) -> Profile:
    if not one or not other:
        return Profile.MISSING
    return Profile.SAME if one == other else Profile.DIFFERENT


def _work(member: MemberRecord, candidate: CandidateRecord) -> tuple[Employer, Title]:
    employer, title = Employer.MISSING, Title.MISSING
    # A company that the record names may differ; what follows the @ sign may be anything.
    if member.jobs and any(candidate.employers[:1]):
        employer = Employer.DIFFERENT
    if member.jobs and candidate.title:
        title = Title.DIFFERENT
    for job in member.jobs:
        same_employer = _same_employer(candidate.employers, job.employer)
        same_title = title and job.title == candidate.title
        if not same_employer and not same_title:
            continue
        now = job.covers(candidate.applied)
        if same_employer:
            employer = max(employer, Employer.AT_THE_TIME if now else Employer.ANOTHER_TIME)
        if same_title:
            title = max(title, Title.AT_THE_TIME if now else Title.ANOTHER_TIME)
    return employer, title


def _same_employer(names: tuple[str, ...], employer: str) -> bool:
    """Whether one of some folded names is an employer's, or either is the other cut short."""
    for name in names:
        # Most differ in their first letters already, and this is asked of every job of a pair.
        if name[:_CUT] != employer[:_CUT] or not name:
            continue
        if name == employer:
            return True
        if min(len(name), len(employer)) >= _CUT and (
            name.startswith(employer) or employer.startswith(name)
        ):
            return True
    return False


def _place(member: MemberRecord, candidate: CandidateRecord) -> Location:
    home, best = member.place, Location.MISSING
    for place in candidate.places:
        if place.country and home.country and place.country != home.country:
            level = Location.OTHER_COUNTRY
        elif place.city and home.city:
            level = _within_country(home.city == place.city, home.region, place.region)
        elif place.region and home.region:
            same = place.region == home.region
            level = Location.SAME_REGION if same else Location.OTHER_REGION
        else:
            level = Location.MISSING
        best = max(best, level)
    return best


def _within_country(same_city: bool, region: str, other_region: str) -> Location:
    if region and other_region and region != other_region:
        return Location.OTHER_REGION
    return Location.SAME_CITY if same_city else Location.OTHER_CITY

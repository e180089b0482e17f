"""The gates: what a machine may link by itself (matching.md section 5, "automatic rule").

They are rules, not learnt: each names a way in which a high score has been wrong.
"""

from __future__ import annotations

from enum import StrEnum

from ats_sync.identity.features import (
    Email,
    Employer,
    Evidence,
    Location,
    Middle,
    Phone,
    Profile,
    Title,
)
from ats_sync.identity.keys import (
    family_name_key,
    given_name_key,
    joint_name_key,
    town_name_key,
)
from ats_sync.identity.names import Agreement, PersonName
from ats_sync.identity.population import Population
from ats_sync.identity.records import MemberRecord

# Hundredths of a bit by which the best member must lead the next one.
LEAST_LEAD = 600
# Fewer bearers than this are expected by chance: two of them are family, or one person twice, and
# nobody else of that name turns up where a profile is looked for.
_RARE = 0.05


class Rule(StrEnum):
    """What an automatic link rests on."""

    ASSERTED = "asserted"
    EMAIL = "email"
    PHONE = "phone"
    PROFILE = "profile"
    SLIP = "email but for a slip"
    WORK_AND_TOWN = "work and town"
    WORK_AND_TITLE = "work and title"


# Typed or guessed things need more than a verified address that agrees.
LEAST_SCORE = {
    Rule.EMAIL: 200,
    Rule.PHONE: 200,
    Rule.PROFILE: 800,
    Rule.SLIP: 500,
    Rule.WORK_AND_TOWN: 500,
    Rule.WORK_AND_TITLE: 500,
}


# What members of one household use together.
_SHARED_BY_RELATIVES = (Rule.EMAIL, Rule.PHONE)


class Doubt(StrEnum):
    """Why a pair is left to a person."""

    NAMES = "the names do not both agree"
    BASIS = "no e-mail address, phone or profile is the same"
    CONTRADICTION = "something on file is different"
    SCORE = "the evidence is thin"
    RIVAL = "another member fits nearly as well"
    TOWN = "another member of this name lives in the same town"
    FAMILY = "another member bears this rare name"
    RELATIVE = "relatives share addresses, and the first name is not quite the same"
    PROFILE = "relatives share addresses, and another profile is on file"
    ALONE = "only an address or a phone is the same, and something on file is different"
    NAMESAKE = "people paste profiles of namesakes, and too little else is the same"
    UNLINKED = "a person unlinked this member over the same address, phone or profile"


def basis_of(evidence: Evidence) -> Rule | None:
    """What a link may rest on; None when nothing will do."""
    if evidence.email == Email.SAME:
        return Rule.EMAIL
    if evidence.phone == Phone.SAME:
        return Rule.PHONE
    agrees = evidence.employer >= Employer.ANOTHER_TIME or evidence.place == Location.SAME_CITY
    if evidence.profile == Profile.SAME and (agrees or evidence.email == Email.LOOSE):
        return Rule.PROFILE
    return _basis_without_identifiers(evidence)


def _basis_without_identifiers(evidence: Evidence) -> Rule | None:
    """The employer alone is a namesake's one time in five, the town nearly every second time.

    An employer of another time is a namesake's as well, unless the title is the member's.
    """
    exact_name = evidence.given == evidence.family == Agreement.SAME
    in_town = evidence.place == Location.SAME_CITY
    worked_there = evidence.employer >= Employer.ANOTHER_TIME and evidence.title != Title.DIFFERENT
    if exact_name and evidence.email == Email.LOOSE and (in_town or worked_there):
        return Rule.SLIP
    then = evidence.employer == Employer.AT_THE_TIME or evidence.title != Title.MISSING
    if exact_name and in_town and worked_there and then:
        return Rule.WORK_AND_TOWN
    if _at_work(evidence) and (exact_name or (in_town and evidence.given != Agreement.INITIAL)):
        return Rule.WORK_AND_TITLE
    return None


def _at_work(evidence: Evidence) -> bool:
    """Whether employer and title are those of the time when the record was made."""
    return evidence.employer == Employer.AT_THE_TIME and evidence.title == Title.AT_THE_TIME


def doubt_about(
    member: MemberRecord,
    evidence: Evidence,
    *,
    points: int,
    lead: int,
    population: Population,
    secret: bytes = b"",
) -> Doubt | None:
    """The first gate that the best pair of a candidate does not pass, or None.

    Args:
        points: its score in hundredths of a bit.
        lead: how far it is ahead of the next member.
    """
    doubt = _doubt_about_evidence(evidence, points, lead)
    if doubt or _proven_twice(evidence):
        return doubt
    basis = basis_of(evidence)
    if basis in _SHARED_BY_RELATIVES and (doubt := _doubt_about_relatives(evidence)):
        return doubt
    if basis == Rule.PROFILE and _may_be_pasted(member, evidence, population, secret):
        return Doubt.NAMESAKE
    return _doubt_about_namesakes(member, evidence, population, secret)


def _doubt_about_evidence(evidence: Evidence, points: int, lead: int) -> Doubt | None:
    basis = basis_of(evidence)
    if not _names_agree(evidence):
        return Doubt.NAMES
    if basis is None:
        return Doubt.BASIS
    if _contradicted(evidence):
        return Doubt.CONTRADICTION
    if points < LEAST_SCORE[basis]:
        return Doubt.SCORE
    return Doubt.RIVAL if lead < LEAST_LEAD else None


def _names_agree(evidence: Evidence) -> bool:
    """Both parts at least by an initial, and one of them well.

    One part alone where two things prove the rest: people marry, and go by another first name.
    """
    worse, better = sorted((evidence.given, evidence.family))
    if better < Agreement.OTHER_FORM:
        return False
    return worse >= Agreement.INITIAL or _independent_proofs(evidence) >= 2


def _contradicted(evidence: Evidence) -> bool:
    """Another phone or profile on file, unless the e-mail agrees; or Jr. against Sr."""
    if evidence.middle == Middle.OTHER_GENERATION:
        return True
    if evidence.email == Email.SAME:
        return False
    return evidence.phone == Phone.DIFFERENT or evidence.profile == Profile.DIFFERENT


def _proven_twice(evidence: Evidence) -> bool:
    """Two proofs, or address and phone of one household where nothing speaks against the person."""
    if _independent_proofs(evidence) >= 2:
        return True
    another = evidence.employer == Employer.DIFFERENT or evidence.profile == Profile.DIFFERENT
    return evidence.email == Email.SAME and evidence.phone == Phone.SAME and not another


def _independent_proofs(evidence: Evidence) -> int:
    """How many of: what a household shares, the profile, employer and title at the time."""
    household = evidence.email == Email.SAME or evidence.phone == Phone.SAME
    return household + (evidence.profile == Profile.SAME) + _at_work(evidence)


def _doubt_about_relatives(evidence: Evidence) -> Doubt | None:
    """Families share addresses and phones: Daniel's may come with Daniela's application."""
    if evidence.profile == Profile.DIFFERENT and evidence.employer != Employer.AT_THE_TIME:
        return Doubt.PROFILE
    if _share_work(evidence):
        return None
    if evidence.given != Agreement.SAME:
        return Doubt.RELATIVE
    # Rule 4 of matching.md lets another phone pass where the address is the same; to ask about it
    # costs next to no links and saves some wrong ones.
    other = evidence.phone == Phone.DIFFERENT or evidence.employer == Employer.DIFFERENT
    return Doubt.ALONE if other else None


def _share_work(evidence: Evidence) -> bool:
    """Father and son may share a name and a mailbox, but not their careers."""
    return evidence.employer >= Employer.ANOTHER_TIME or evidence.title >= Title.ANOTHER_TIME


def _may_be_pasted(
    member: MemberRecord, evidence: Evidence, population: Population, secret: bytes
) -> bool:
    """Who looks for a profile by name may take a namesake's; in one town that is found seldom."""
    if evidence.email == Email.LOOSE:
        return False
    if _share_work(evidence):
        return evidence.title == Title.DIFFERENT and evidence.place != Location.SAME_CITY
    return evidence.employer == Employer.DIFFERENT or not _is_rare(member.name, population, secret)


def _is_rare(name: PersonName, population: Population, secret: bytes) -> bool:
    """Whether nobody would be expected to bear a name if its two parts met by chance."""
    families = population.holders(family_name_key(name.family_joined, secret))
    givens = population.holders(given_name_key(name.given_joined, secret))
    return families * givens / max(population.size, 1) < _RARE


def _doubt_about_namesakes(
    member: MemberRecord, evidence: Evidence, population: Population, secret: bytes
) -> Doubt | None:
    """Father and son bear one name, share a mailbox, and live in one town."""
    name, city = member.name, member.place.city
    if city and population.holders(town_name_key(name, city, secret)) > 1:
        return Doubt.TOWN
    if _is_found_there(evidence):
        return None
    is_family = population.holders(joint_name_key(name, secret)) > 1
    return Doubt.FAMILY if is_family and _is_rare(name, population, secret) else None


def _is_found_there(evidence: Evidence) -> bool:
    """Whether the member worked, or lives, where the record says."""
    return evidence.employer == Employer.AT_THE_TIME or evidence.place == Location.SAME_CITY


def asks_whole_name_only(evidence: Evidence) -> bool:
    """Whether a pair is weighed without asking how many bear one part of the member's name."""
    if not evidence.given == evidence.family == Agreement.SAME:
        return False
    basis = basis_of(evidence)
    if basis != Rule.PROFILE and _is_found_there(evidence):
        return True
    among_relatives = basis in _SHARED_BY_RELATIVES and _doubt_about_relatives(evidence)
    return bool(among_relatives) or _proven_twice(evidence)

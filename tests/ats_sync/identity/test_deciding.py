"""From two records to a decision: what is linked by itself, what a person is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace

from ats_sync.identity.decide import Decision, Label, counts_asked, decide
from ats_sync.identity.features import (
    Email,
    Employer,
    Evidence,
    Location,
    Middle,
    Order,
    Phone,
    Profile,
    Title,
    compare,
)
from ats_sync.identity.gates import Doubt, Rule
from ats_sync.identity.keys import (
    keys_of_candidate,
    keys_of_member,
    name_counts_of,
    town_name_key,
)
from ats_sync.identity.names import Agreement
from ats_sync.identity.population import CountedPopulation
from ats_sync.identity.reasons import reasons
from ats_sync.identity.records import CandidateRecord, MemberRecord
from tests.ats_sync.identity.people import NOTHING, a_candidate, a_member


def _decide(candidate: CandidateRecord, *members: MemberRecord, **more: Any) -> Decision:
    population = CountedPopulation().count(members)
    population.size = 200_000
    return decide(
        candidate, [(member, compare(member, candidate)) for member in members], population, **more
    )


def _rule(candidate: CandidateRecord, *members: MemberRecord) -> Rule | None:
    link = _decide(candidate, *members).automatic
    return link.rule if link else None


def _doubt(candidate: CandidateRecord, *members: MemberRecord) -> Doubt | None:
    decision = _decide(candidate, *members)
    assert decision.automatic is None
    return decision.suggestions[0].doubt


EMAIL = {**NOTHING, "emailAddresses": ["Ines@Prado.net"]}
PHONE = {**NOTHING, "phoneNumbers": [{"number": "(303) 858-2822"}]}
PROFILE = {**NOTHING, "linkedInProfileUrl": "www.example.net/in/ines-prado-1a2b3c"}
TOWN = {"addresses": [{"city": "Leeds", "country": "gb"}]}
WORK = {"currentCompanyName": "White Devices"}
FORMER_WORK = {"currentCompanyName": "Acme Rail"}
TITLE = {"currentJobTitle": "Buyer"}
SLIP = {**NOTHING, "emailAddresses": ["ines.prado@gmial.com"]}


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        (EMAIL, Rule.EMAIL),
        (PHONE, Rule.PHONE),
        (PROFILE | TOWN, Rule.PROFILE),
        (PROFILE | WORK, Rule.PROFILE),
        (NOTHING | WORK | TOWN, Rule.WORK_AND_TOWN),
        (NOTHING | FORMER_WORK | TOWN, None),
        (NOTHING | FORMER_WORK | TOWN | {"currentJobTitle": "Clerk"}, Rule.WORK_AND_TOWN),
        (NOTHING | FORMER_WORK | TOWN | {"currentJobTitle": "Nurse"}, None),
        (NOTHING | FORMER_WORK, None),
        (NOTHING | WORK | TITLE, Rule.WORK_AND_TITLE),
        (NOTHING | WORK | TITLE | TOWN | {"lastName": "Prada"}, Rule.WORK_AND_TITLE),
        (NOTHING | WORK | TITLE | {"lastName": "Prada"}, None),
        (NOTHING | WORK | TITLE | TOWN | {"firstName": "I."}, None),
        (NOTHING | {"emailAddresses": ["ines@pradoo.net"]}, None),
        (SLIP, None),
        (SLIP | TOWN, Rule.SLIP),
        (SLIP | WORK, Rule.SLIP),
        (SLIP | TOWN | {"lastName": "Prada"}, None),
        (PROFILE, None),
        (NOTHING | WORK, None),
        (NOTHING | TOWN, None),
        (NOTHING, None),
    ],
)
def test_a_link_rests_on_something(fields: dict[str, Any], rule: Rule | None) -> None:
    work = [
        {"name": "Acme Rail", "position": "Clerk", "startDate": "2012", "endDate": "2017"},
        {"name": "White Devices", "position": "Buyer", "startDate": "2018"},
    ]
    member = a_member(emails=["ines@prado.net", "ines.prado@gmail.com"], work=work)
    assert _rule(a_candidate(**fields), member) == rule


def test_a_member_id_on_the_record_settles_it() -> None:
    candidate = a_candidate(**NOTHING, firstName="X", manualMatchedMember="urn:li:person:7")
    decision = _decide(candidate, a_member(6), a_member(7))
    assert decision.automatic
    assert decision.automatic.member.id == "7"
    assert decision.automatic.rule == Rule.ASSERTED


@pytest.mark.parametrize("first_name", ["Bruno", "Marta"])
def test_an_address_with_another_name_is_only_suggested(first_name: str) -> None:
    assert _doubt(a_candidate(**EMAIL | {"firstName": first_name}), a_member()) == Doubt.NAMES


def test_another_phone_on_file_keeps_a_profile_from_linking() -> None:
    fields = PROFILE | TOWN | {"phoneNumbers": [{"number": "303 111 2233"}]}
    assert _doubt(a_candidate(**fields), a_member()) == Doubt.CONTRADICTION


OTHER_PHONE = {"phoneNumbers": [{"number": "303 111 2233"}]}


@pytest.mark.parametrize("more", [WORK, TITLE])
def test_another_phone_does_not_matter_where_address_and_work_agree(more: dict[str, Any]) -> None:
    """People change phones; but a relative of the same name has another phone as well."""
    candidate = a_candidate(**EMAIL | OTHER_PHONE)
    member = a_member(phones=["303 858 2822"])
    assert _doubt(candidate, member) == Doubt.ALONE
    assert _rule(a_candidate(**EMAIL | OTHER_PHONE | more), member) == Rule.EMAIL


def test_a_profile_in_the_same_town_links_only_where_the_name_is_rare() -> None:
    """People paste profiles of namesakes; who has a rare name has none."""
    in_town, member = a_candidate(**PROFILE | TOWN), a_member()
    at_work = a_candidate(**PROFILE | TOWN | WORK)
    elsewhere = a_candidate(**PROFILE | TOWN | {"currentCompanyName": "Q"})
    assert _rule(in_town, member) == Rule.PROFILE
    assert _doubt(elsewhere, member) == Doubt.NAMESAKE
    common = CountedPopulation().count([member] * 100)
    common.size = 200_000
    common.counts[town_name_key(member.name, member.place.city)] = 1
    for candidate, doubt in ((in_town, Doubt.NAMESAKE), (at_work, None)):
        decision = decide(candidate, [(member, compare(member, candidate))], common)
        assert (decision.suggestions[0].doubt if decision.suggestions else None) == doubt


def test_an_address_alone_does_not_link_against_another_employer() -> None:
    """Father and son may share a name and a mailbox."""
    candidate = a_candidate(**EMAIL | {"currentCompanyName": "Q"})
    assert _doubt(candidate, a_member()) == Doubt.ALONE


def test_junior_is_not_senior() -> None:
    member = a_member(familyName="Prado Jr.")
    assert _doubt(a_candidate(**EMAIL, suffix="Sr."), member) == Doubt.CONTRADICTION


def test_father_and_son_in_one_town_are_left_to_a_person() -> None:
    son = a_member(2, emails=[], phone="", profile="ines-prado-2")
    assert _doubt(a_candidate(**EMAIL), a_member(), son) == Doubt.TOWN


def test_two_bearers_of_a_rare_name_are_left_to_a_person() -> None:
    away = a_member(2, emails=[], phone="", profile="x-y", location={"city": "York"})
    assert _doubt(a_candidate(**EMAIL), a_member(), away) == Doubt.FAMILY
    assert _rule(a_candidate(**EMAIL | TOWN), a_member(), away) == Rule.EMAIL


def test_two_identifiers_outweigh_a_namesake() -> None:
    son = a_member(2, emails=[], phone="", profile="ines-prado-2")
    assert _rule(a_candidate(**EMAIL | {"phoneNumbers": PHONE["phoneNumbers"]}), a_member(), son)


@pytest.mark.parametrize("written", ["Daniela", "Danielx", "Daniel Luca"])
def test_another_first_name_over_one_address_may_be_a_relatives(written: str) -> None:
    member = a_member(givenName="Daniel")
    other = EMAIL | {"firstName": written}
    assert _doubt(a_candidate(**other), member) == Doubt.RELATIVE
    assert _rule(a_candidate(**other | WORK), member) == Rule.EMAIL


@pytest.mark.parametrize("written", ["John", "Nathan"])
def test_a_short_form_over_one_address_may_be_a_relative(written: str) -> None:
    member = a_member(givenName="Jonathan")
    john = EMAIL | {"firstName": written}
    both = john | {"phoneNumbers": PHONE["phoneNumbers"]}
    assert _doubt(a_candidate(**john), member) == Doubt.RELATIVE
    assert _rule(a_candidate(**both), member) == Rule.EMAIL


def test_a_name_and_an_address_may_be_a_relatives_where_another_profile_is_on_file() -> None:
    other = EMAIL | {"linkedInProfileUrl": "www.example.net/in/ines-prado-9z8y7x"}
    assert _doubt(a_candidate(**other), a_member()) == Doubt.PROFILE
    both = other | {"phoneNumbers": PHONE["phoneNumbers"]}
    assert _doubt(a_candidate(**both), a_member()) == Doubt.PROFILE
    assert _rule(a_candidate(**both | WORK), a_member()) == Rule.EMAIL


def test_another_town_does_not_matter_where_address_and_name_are_the_same() -> None:
    """People move."""
    moved = EMAIL | {"addresses": [{"city": "York", "country": "gb"}]}
    assert _rule(a_candidate(**moved), a_member()) == Rule.EMAIL
    assert _doubt(a_candidate(**moved | {"firstName": "Inez"}), a_member()) == Doubt.RELATIVE


def test_address_and_phone_of_one_household_do_not_link_against_another_employer() -> None:
    both = EMAIL | {"phoneNumbers": PHONE["phoneNumbers"]}
    assert _rule(a_candidate(**both), a_member()) == Rule.EMAIL
    assert _doubt(a_candidate(**both | {"currentCompanyName": "Q"}), a_member()) == Doubt.ALONE


@pytest.mark.parametrize("other", [{"lastName": "Okafor"}, {"firstName": "Kim"}])
def test_one_name_is_enough_where_two_proofs_agree(other: dict[str, Any]) -> None:
    """People marry, and go by another first name; a household shares neither profile nor job."""
    household = EMAIL | {"phoneNumbers": PHONE["phoneNumbers"]} | other
    assert _doubt(a_candidate(**household), a_member()) == Doubt.NAMES
    assert _doubt(a_candidate(**EMAIL | WORK | other), a_member()) == Doubt.NAMES
    profile = {"linkedInProfileUrl": PROFILE["linkedInProfileUrl"]}
    for more in (profile, WORK | TITLE):
        assert _rule(a_candidate(**EMAIL | more | other), a_member()) == Rule.EMAIL
    neither = {"firstName": "Kim", "lastName": "Okafor"}
    assert _doubt(a_candidate(**EMAIL | profile | neither), a_member()) == Doubt.NAMES


def test_a_profile_pasted_for_a_namesake_at_the_same_employer_has_another_title() -> None:
    nurse = PROFILE | WORK | {"currentJobTitle": "Nurse"}
    assert _doubt(a_candidate(**nurse), a_member()) == Doubt.NAMESAKE
    assert _rule(a_candidate(**nurse | TOWN), a_member()) == Rule.PROFILE


def test_double_accounts_are_shown_to_a_person() -> None:
    twin = a_member(2)
    assert _doubt(a_candidate(), a_member(1), twin) == Doubt.RIVAL


def test_a_blocked_member_is_neither_linked_nor_suggested() -> None:
    decision = _decide(a_candidate(), a_member(), blocked={"1"})
    assert decision == Decision(None)


def test_a_blocked_member_is_not_linked_by_its_id_either() -> None:
    candidate = a_candidate(manualMatchedMember="1")
    assert _decide(candidate, a_member(), blocked={"1"}) == Decision(None)


def test_at_most_five_are_suggested_best_first() -> None:
    members = [a_member(n, emails=[], phone="", profile=f"ines-{n}") for n in range(8)]
    decision = _decide(a_candidate(**NOTHING), *members)
    scores = [suggestion.score for suggestion in decision.suggestions]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)


def test_labels_move_with_the_share_of_strangers_but_links_do_not() -> None:
    candidate, member = a_candidate(**NOTHING | WORK), a_member()
    plain = _decide(candidate, member).suggestions[0]
    moved = _decide(candidate, member, label_shift=-2000).suggestions[0]
    assert moved.score == plain.score
    assert moved.label == Label.SLIGHT != plain.label
    assert _decide(a_candidate(), member, label_shift=-2000).automatic


# ------------------------------------------------------------------------------------ evidence
def test_swapped_names_are_recognised() -> None:
    evidence = compare(a_member(), a_candidate(firstName="Prado", lastName="Ines"))
    assert evidence.order == Order.SWAPPED
    assert _rule(a_candidate(**EMAIL | {"firstName": "Prado", "lastName": "Ines"}), a_member())


def test_an_employer_counts_most_at_the_time_of_the_application() -> None:
    job = {"name": "White Devices", "position": "Buyer"}
    now = a_member(work=[job | {"startDate": "2018-01"}])
    before = a_member(work=[job | {"startDate": "2001", "endDate": "2005-06"}])
    candidate = a_candidate(**NOTHING | WORK)
    assert compare(now, candidate).employer == Employer.AT_THE_TIME
    assert compare(before, candidate).employer == Employer.ANOTHER_TIME


def test_an_address_at_work_names_the_employer() -> None:
    candidate = a_candidate(**NOTHING | {"emailAddresses": ["i.prado@whitedevices.com"]})
    assert compare(a_member(), candidate).employer == Employer.AT_THE_TIME


def test_what_is_missing_says_nothing() -> None:
    evidence = compare(a_member(), a_candidate(**NOTHING))
    assert evidence.levels[3:] == (0, 0, 0, 0, 0, 0, 0)
    assert compare(a_member(phone=""), a_candidate()).phone == Phone.MISSING


def test_an_unknown_town_is_not_the_same_town() -> None:
    candidate = a_candidate(addresses=[{"city": "", "country": "gb"}])
    assert compare(a_member(), candidate).place == Location.MISSING


def test_reasons_tell_for_and_against_and_what_is_in_doubt() -> None:
    fields = PROFILE | TOWN | {"phoneNumbers": [{"number": "303 111 2233"}]}
    lines = reasons(_decide(a_candidate(**fields), a_member()).suggestions[0])
    assert lines[0] == "+ Same name"
    assert "+ Same profile address" in lines
    assert "- Different phone number" in lines
    assert lines[-1] == "? Not linked by itself: something on file is different"


# -------------------------------------------------------------------------------- metamorphoses
NOISE: Sequence[dict[str, Any]] = [
    {"firstName": "INES", "lastName": "prado"},
    {"emailAddresses": [" mailto:INES@Prado.NET "]},
    {"phoneNumbers": [{"number": "001 (303) 858.2822 ext. 4"}]},
    {"linkedInProfileUrl": "http://de.example.net/in/INES-PRADO-1A2B3C?trk=x"},
    {"currentCompanyName": "WHITE  DEVICES, Inc"},
    {"addresses": [{"city": "LEEDS (West Yorkshire)", "country": "GB"}]},
]


@pytest.mark.parametrize("noise", NOISE, ids=lambda noise: next(iter(noise)))
def test_how_a_field_is_written_changes_nothing(noise: dict[str, Any]) -> None:
    plain, noisy = a_candidate(), a_candidate(**noise)
    assert compare(a_member(), noisy) == compare(a_member(), plain)
    assert keys_of_candidate(noisy) == keys_of_candidate(plain)


def test_the_order_of_members_changes_nothing() -> None:
    members = [a_member(n, profile=f"ines-{n}", location={"city": f"Town{n}"}) for n in range(5)]
    forwards = _decide(a_candidate(), *members)
    assert _decide(a_candidate(), *reversed(members)) == forwards


@pytest.mark.parametrize(
    "contradiction",
    [
        {"phoneNumbers": [{"number": "+49 170 5551239"}]},
        {"linkedInProfileUrl": "example.net/in/somebody-else"},
        {"addresses": [{"city": "Paris", "country": "fr"}]},
        {"currentCompanyName": "Another Firm"},
        {"emailAddresses": ["other@elsewhere.org"]},
        {"suffix": "Sr."},
    ],
    ids=lambda fields: next(iter(fields)),
)
@pytest.mark.parametrize("base", [EMAIL, PHONE, PROFILE, NOTHING | WORK, NOTHING | TOWN])
def test_a_contradiction_never_makes_a_link(
    base: dict[str, Any], contradiction: dict[str, Any]
) -> None:
    if any(base.get(field) for field in contradiction):
        return
    before = _decide(a_candidate(**base), a_member()).automatic
    after = _decide(a_candidate(**base | contradiction), a_member()).automatic
    assert before or not after


def test_both_sides_meet_under_a_key_for_each_kind_of_likeness() -> None:
    held = keys_of_member(a_member(formerFamilyName="Gil"))
    alike = [EMAIL, PHONE, PROFILE, NOTHING, NOTHING | TOWN | {"firstName": "Inez"}]
    for fields in [*alike, NOTHING | {"lastName": "Gil"}, NOTHING | WORK | {"lastName": "Perez"}]:
        assert keys_of_candidate(a_candidate(**fields)) & held
    assert keys_of_candidate(a_candidate(**NOTHING), b"secret").isdisjoint(held)


class _Asked(Counter[int]):
    """The same count for every name; it notes which were asked for."""

    def __init__(self, each: int) -> None:
        super().__init__()
        self.each = each
        self.noted: set[int] = set()

    def __getitem__(self, key: int) -> int:
        self.noted.add(key)
        return self.each


@pytest.mark.parametrize("namesakes", [1, 2])
def test_no_count_is_looked_at_that_was_not_read_with_the_member_or_asked_for(namesakes):
    member, candidate = a_member(1), a_candidate(1)
    joint, *_, in_town = name_counts_of(member.name, member.place.city)
    names = (Agreement.SAME, Agreement.OTHER_FORM, Agreement.DIFFERENT)
    for given, family, email, phone, profile, employer, title, place in product(
        names, names, (Email.SAME, Email.DIFFERENT), (Phone.MISSING, Phone.SAME),
        (Profile.MISSING, Profile.SAME), Employer, (Title.MISSING, Title.AT_THE_TIME),
        (Location.MISSING, Location.OTHER_CITY, Location.SAME_CITY),
    ):  # fmt: skip
        evidence = Evidence(
            given, family, Order.STRAIGHT, Middle.MISSING, email, phone, profile, employer, title,
            place,
        )  # fmt: skip
        for town in ("leeds", ""):
            counts = _Asked(namesakes)
            at_home = replace(member, place=replace(member.place, city=town))
            pairs = [(at_home, evidence)]
            decide(candidate, pairs, CountedPopulation(1, counts))
            read = {joint, in_town} | counts_asked(pairs, counted={at_home.id})
            assert counts.noted <= read, evidence

"""Names of people: taken apart, and compared the way a careful clerk would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_sync.identity.names import (
    Agreement,
    family_agreement,
    given_agreement,
    person_name,
    sound,
)


def test_what_people_hang_on_their_names_goes() -> None:
    name = person_name("Dr. Anne-Marie", "Klug, PMP")
    assert (name.given, name.family) == (("anne", "marie"), ("klug",))
    assert person_name("Alexia", "Sampaio Aragão ✨").family == ("sampaio", "aragao")
    assert person_name("Karim", "Al-Ghamdi MBA").family == ("ghamdi",)


def test_a_surname_that_looks_like_a_degree_stays() -> None:
    assert person_name("Wei", "Ma").family == ("ma",)
    assert person_name("WEI", "MA").family == ("ma",)


def test_generations_are_told_apart_from_surnames() -> None:
    assert person_name("John", "Doe, III").generation == "iii"
    assert person_name("John", "Doe", suffix="Jr.").generation == "jr"
    assert person_name("John", "Doe").generation == ""


def test_further_given_names_and_initials_count_as_initials() -> None:
    assert person_name("Robert T.", "Fisher", middle="Q").initials == {"t", "q"}


def test_a_hidden_surname_is_read_from_the_profile() -> None:
    assert person_name("Janice", "R.", slug="janice-rix-5d0723").family == ("rix",)
    assert person_name("Janice", "R.").family == ("r",)


def test_a_name_in_one_field_is_taken_apart() -> None:
    name = person_name("Ada Byron", "")
    assert (name.given, name.family) == (("ada",), ("byron",))


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("Ines", "INÉS", Agreement.SAME),
        ("Hyun-jae", "HyunJae", Agreement.SAME),
        ("Ana", "Ana Lucía", Agreement.PART),
        ("Bob", "Robert", Agreement.OTHER_FORM),
        ("Bill", "Will", Agreement.OTHER_FORM),
        ("Pepe", "José", Agreement.OTHER_FORM),
        ("Dmitriy", "Dmitry", Agreement.CLOSE),
        ("Евгений", "Yevgeny", Agreement.CLOSE),
        ("Mohammed", "Muhammad", Agreement.CLOSE),
        ("Jonh", "John", Agreement.CLOSE),
        ("J.", "John", Agreement.INITIAL),
        ("Ana Clara", "Ana Lucía", Agreement.DIFFERENT),
        ("Peter", "Paul", Agreement.DIFFERENT),
        ("", "Paul", Agreement.MISSING),
    ],
)
def test_given_names_agree_by_degrees(one: str, other: str, agreement: Agreement) -> None:
    first, second = person_name(one, "X").given, person_name(other, "X").given
    assert given_agreement(first, second) == agreement
    assert given_agreement(second, first) == agreement


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("Müller", "Mueller", Agreement.SAME),
        ("García", "García Ruiz", Agreement.PART),
        ("García Ruiz", "García Gil", Agreement.DIFFERENT),
        ("Lee", "Yi", Agreement.CLOSE),
        ("Gonxalez", "Gonzalez", Agreement.CLOSE),
        ("van Berg", "van Dam", Agreement.DIFFERENT),
        ("Al-Otaibi", "Al-Shehri", Agreement.DIFFERENT),
        ("R.", "Rix", Agreement.INITIAL),
    ],
)
def test_family_names_agree_by_degrees(one: str, other: str, agreement: Agreement) -> None:
    first, second = person_name("X Y", one).family, person_name("X Y", other).family
    assert family_agreement(first, second) == agreement


def test_a_former_surname_counts() -> None:
    married = person_name("Varsha", "Kar", former="Palla")
    agreement = family_agreement(("palla",), married.family, married.former)
    assert agreement == Agreement.OTHER_FORM


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_a_name_agrees_with_itself(word: str) -> None:
    assert given_agreement((word,), (word,)) == Agreement.SAME
    assert sound(word) == sound(word)

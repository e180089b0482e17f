"""Normal forms: the noise of writing goes, the person stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ats_sync.identity import normal


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("Müller", "muller"),
        ("MUELLER", "muller"),
        ("Zugermüller", "zugermuller"),
        ("Øster", "oster"),
        ("Łukasz", "lukasz"),
        ("Kızıltunç", "kiziltunc"),  # noqa: RUF001 - Turkish letters
        ("Беляева", "belyaeva"),
        ("Solov'ev", "solovev"),
        ("✨", ""),
    ],
)
def test_letters_of_every_script_fold_to_plain_ones(typed: str, form: str) -> None:
    assert normal.fold(typed) == form


@pytest.mark.parametrize(
    "typed",
    [
        "+1 303 858 2822",
        "(303) 858-2822",
        "303.858.2822",
        "1-303-858-2822",
        "001 303 858 2822",
        "3038582822 x765",
        "303 858 2822 ext. 12",
    ],
)
def test_one_phone_has_one_tail_however_it_is_written(typed: str) -> None:
    assert normal.phone_tail(typed) == "38582822"


def test_a_short_number_keeps_its_tail_with_and_without_country_code() -> None:
    assert normal.phone_tail("+354 555 1239") == normal.phone_tail("555 1239") == "5551239"


@pytest.mark.parametrize("typed", ["", "n/a", "0000000000", "+1 000 000 0000", "123", "12345678"])
def test_placeholder_numbers_have_no_tail(typed: str) -> None:
    assert normal.phone_tail(typed) == ""


def test_a_number_is_shown_with_the_country_code_of_its_place() -> None:
    assert normal.phone_normal_form("07700 900123", "gb") == "+447700900123"
    assert normal.phone_normal_form("+447700900123") == "+447700900123"
    assert normal.phone_normal_form("extension 12") == ""


@pytest.mark.parametrize(
    "typed",
    [
        "https://www.example.org/in/ada-byron-1a2b3c",
        "http://m.example.org/in/ADA-BYRON-1A2B3C/",
        "www.example.org/in/ada-byron-1a2b3c/en?originalSubdomain=us",
        "ada-byron-1a2b3c",
    ],
)
def test_spellings_of_one_profile_share_a_slug(typed: str) -> None:
    assert normal.profile_slug(typed) == "ada-byron-1a2b3c"


@pytest.mark.parametrize(
    "typed", ["", "https://www.example.org/company/acme", "https://www.example.org/feed/", "n/a"]
)
def test_pages_that_are_no_profile_have_no_slug(typed: str) -> None:
    assert normal.profile_slug(typed) == ""


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("ada.byron+cv@gmial.com", "adabyron@gmail.com"),
        ("Ada.Byron@yahooo.com", "adabyron@yahoo.com"),
        ("ada_byron+jobs@example.edu", "adabyron@example.edu"),
        ("nobody", ""),
    ],
)
def test_the_loose_form_of_an_address_guesses(typed: str, form: str) -> None:
    assert normal.email_loose_form(typed) == form


@pytest.mark.parametrize("address", ["none@none.com", "info@acme.io", "jobs+5@acme.io", "x@na.com"])
def test_placeholders_and_office_addresses_say_nothing(address: str) -> None:
    assert normal.says_nothing(address)


def test_the_local_part_is_what_people_take_with_them() -> None:
    assert normal.local_part("Ada.Byron+cv@gmail.com") == normal.local_part("adabyron@x.org")


def test_an_address_at_work_names_the_employer() -> None:
    assert normal.company_label("ada@mail.white-devices.co.uk") == "whitedevices"
    assert normal.company_label("ada@gmail.com") == ""
    assert normal.company_label("ada@gmial.com") == ""


@pytest.mark.parametrize(
    "typed", ["Johnson & Addison PLC", "JOHNSON AND ADDISON", "Johnson Addison, Inc."]
)
def test_legal_forms_of_an_employer_do_not_count(typed: str) -> None:
    assert normal.employer_normal_form(typed) == "johnsonaddison"


def test_rank_does_not_count_in_a_title() -> None:
    assert normal.title_normal_form("Sr. Solutions Architect") == "solutionsarchitect"
    assert normal.title_normal_form("Lead Solutions Architect") == "solutionsarchitect"


def test_a_town_is_known_without_what_is_added_to_it() -> None:
    assert normal.city_normal_form("Schwedt (Oder)") == normal.city_normal_form("Schwedt, Germany")


FORMS = [
    normal.fold,
    normal.email_normal_form,
    normal.email_loose_form,
    normal.phone_tail,
    normal.profile_slug,
    normal.city_normal_form,
    normal.employer_normal_form,
    normal.title_normal_form,
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@settings(deadline=None)  # a busy machine takes its time
@given(text=st.one_of(st.text(), st.emails(), st.from_regex(r"[+(]?[0-9 ().-]{5,16}")))
def test_the_form_of_a_form_is_itself(form: object, text: str) -> None:
    once = form(text)
    assert form(once) == once


@pytest.mark.parametrize("address", ["ines@mail.test", "ada@example.com", "test@acme.test"])
def test_addresses_of_demonstrations_are_addresses(address: str) -> None:
    assert not normal.says_nothing(address)

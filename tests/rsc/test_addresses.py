"""rsc.addresses: one form for every spelling of a mailbox."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rsc.addresses import email_normal_form


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        ("  ada@example.org \n", "ada@example.org"),
        ("mailto:ada@example.org", "ada@example.org"),
        ("mailto:ada@example.org?subject=Hello", "ada@example.org"),
        ("Ada Byron <Ada@Example.org>", "ada@example.org"),
        ("<ada@example.org>", "ada@example.org"),
        ("ada@example.org\u200b", "ada@example.org"),
        ("ａｄａ@example.org", "ada@example.org"),  # noqa: RUF001 - full-width letters
        ("a.d.a@gmail.com", "ada@gmail.com"),
        ("A.D.A+jobs@GoogleMail.com", "ada@gmail.com"),
        ("a.d.a@example.org", "a.d.a@example.org"),
        ("ada+jobs@outlook.com", "ada@outlook.com"),
        ("ada+jobs@example.org", "ada+jobs@example.org"),
        ("ada+jobs@yahoo.com", "ada+jobs@yahoo.com"),
    ],
)
def test_spellings_of_one_mailbox_share_a_form(typed: str, form: str) -> None:
    assert email_normal_form(typed) == form


@pytest.mark.parametrize(
    "typed",
    ["", "ada", "ada@", "@example.org", "ada@localhost", "a b@example.org", "...@gmail.com"],
)
def test_what_is_no_address_has_no_form(typed: str) -> None:
    assert email_normal_form(typed) == ""


@given(st.one_of(st.emails(), st.text(), st.from_regex(r"[\w.+]{1,9}@g(oogle)?mail\.com")))
def test_the_form_of_a_form_is_itself(typed: str) -> None:
    form = email_normal_form(typed)
    assert email_normal_form(form) == form


@given(st.emails(domains=st.just("gmail.com")))
def test_case_and_space_change_nothing(address: str) -> None:
    assert email_normal_form(f" {address.swapcase()} ") == email_normal_form(address)

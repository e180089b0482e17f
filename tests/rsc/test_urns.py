from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rsc.urns import KINDS, MAX_LENGTH, Urn, UrnError

ids = st.text(min_size=1, max_size=200)


@given(kind=st.sampled_from(sorted(KINDS)), id=ids)
def test_parsing_is_the_inverse_of_printing(kind: str, id: str):
    assert Urn.parse(str(Urn(kind, id))) == Urn(kind, id)


@given(text=st.text())
def test_no_text_raises_anything_but_urn_error(text: str):
    try:
        urn = Urn.parse(text)
    except UrnError:
        return
    assert str(urn) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a URN"),
        ("urn:li:person:", "not a URN"),
        ("urn:li:planet:9", "not a URN of a known kind"),
        ("urn:li:person:" + "x" * MAX_LENGTH, "not a URN"),
    ],
)
def test_a_bad_urn_says_what_is_wrong(text: str, why: str):
    with pytest.raises(UrnError, match=why):
        Urn.parse(text)


def test_the_wrong_kind_is_refused_by_name():
    with pytest.raises(UrnError, match="not a contract URN"):
        Urn.parse("urn:li:organization:5", kind="contract")


@pytest.mark.parametrize("id", ["x", "-1", "1.5", "٣", str(2**63)])
def test_only_a_row_number_reads_as_a_number(id: str):
    with pytest.raises(UrnError, match="does not end in a number"):
        _ = Urn("seat", id).number


def test_a_row_number_is_read():
    assert Urn.parse("urn:li:seat:88001").number == 88001

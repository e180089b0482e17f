"""A record is read whole, or refused with the field's path and the reason."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiter import json_resume, members
from recruiter.json_resume import RecordRejected


def reading(record: object) -> str:
    """The rejection of a record, as people read it."""
    with pytest.raises(RecordRejected) as caught:
        members.check(json_resume.read(json.dumps(record).encode()))
    return str(caught.value)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({}, "basics: is required"),
        ([], "(record): must be an object, not a list"),
        ({"basics": {"name": 5}}, "basics.name: must be text or null, not a number"),
        ({"basics": {"email": "a@b.test"}}, "basics.name: is required"),
        ({"basics": {"name": "A B", "email": "a@b"}}, "basics.email: 'a@b' is no e-mail address"),
        ({"basics": {"name": "A B"}}, "basics.email: is needed as a stable key"),
        ({"basics": {"name": "A\x00B"}}, "basics.name: holds control characters"),
        ({"basics": {"name": "x" * 300}}, "basics.name: is longer than 200 characters"),
        (
            {"basics": {"name": "A B", "url": "javascript:x"}},
            "basics.url: 'javascript:x' is no web",
        ),
        (
            {"basics": {"name": "A B"}, "work": [{}, {"startDate": "March"}]},
            "work[1].startDate: is no date: write YYYY, YYYY-MM or YYYY-MM-DD",
        ),
        (
            {"id": 1, "basics": {"name": "A B"}, "work": [{"summary": "x"}]},
            "work[0]: names neither employer nor position",
        ),
        (
            {"basics": {"name": "A B", "location": {"countryCode": "Portugal"}}},
            "basics.location.countryCode: is no country code of two letters",
        ),
    ],
)
def test_a_rejection_names_the_field_and_the_reason(record, words):
    assert words in reading(record)


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"nul", b'{"basics": {}, "x": ' + b"[" * 5000])
def test_broken_json_is_a_rejection(raw):
    with pytest.raises(RecordRejected, match="is no valid JSON"):
        json_resume.read(raw)


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ({"id": 7, "basics": {"name": "A B", "email": "a@b.test"}}, "id:7"),
        ({"meta": {"canonical": "https://x.test/r"}, "basics": {"name": "A"}}, "canonical:https"),
        ({"basics": {"name": "A B", "email": "A@b.test"}}, "email:a@b.test"),
    ],
)
def test_the_key_is_the_id_else_the_canonical_address_else_the_email(record, key):
    resume = json_resume.read(json.dumps(record).encode())
    assert members.check(resume).startswith(key)


def test_older_spellings_and_unknown_keys_are_read():
    resume = json_resume.read(
        b'{"basics": {"name": "Mae Norris", "website": "https://mae.test", "mood": "good"},'
        b' "work": [{"company": "Freshing", "position": "Account Manager"}], "awards": [1]}'
    )
    assert resume.work[0].company == "Freshing"
    assert resume.basics.website == "https://mae.test"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Mae Norris", ("Mae", "Norris")),
        ("Ana de la Cruz", ("Ana de la", "Cruz")),
        ("李", ("李", "")),
    ],
)
def test_a_whole_name_is_split_at_its_last_blank(name, parts):
    assert json_resume.names_of(json_resume.Basics(name=name)) == parts


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(["basics", "work", "name", "email", "url", "skills", "id", "startDate"])
shaped = st.dictionaries(fields, values | st.dictionaries(fields, values), max_size=5)


@given(value=values | shaped)
def test_no_value_is_anything_but_a_record_or_a_rejection(value):
    try:
        members.check(json_resume.read(json.dumps(value).encode()))
    except RecordRejected as error:
        said = error
    else:
        return
    assert said.field
    assert said.reason

"""Records and patches of a body (contract.md 1.2, 1.10)."""

from __future__ import annotations

import contextlib
import enum
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_sync.restli.entities import (
    decode_entities,
    decode_entity,
    read_elements,
    read_entities,
)
from ats_sync.restli.errors import RestliError
from ats_sync.restli.patches import read_patch


class Kind(enum.Enum):
    ONSITE = "ONSITE"


class Author(msgspec.Struct, rename="camel"):
    first_name: str


class Note(msgspec.Struct, rename="camel"):
    note: str
    ats_created_at: int
    author: Author | None = None
    authors: list[Author] = []
    kind: Kind | None = None


GOOD = {"note": "Hello", "atsCreatedAt": 1}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"note": ...}, "/note :: field is required but not found and has no default value"),
        ({"author": {}}, "/author/firstName :: field is required but not found"),
        ({"authors": [{"firstName": "A"}, {}]}, "/authors/1/firstName :: field is required"),
        ({"atsCreatedAt": "soon"}, "/atsCreatedAt :: String cannot be coerced to Long"),
        ({"note": 5}, "/note :: Long cannot be coerced to String"),
        ({"kind": "LUNCH"}, "/kind :: Invalid enum value 'LUNCH'"),
        ({"note": "a\0b"}, "/ :: holds a null character"),
    ],
)
def test_a_refusal_names_the_field(change, message):
    record = {name: value for name, value in (GOOD | change).items() if value is not ...}
    with pytest.raises(RestliError) as refusal:
        decode_entity(json.dumps(record).encode(), Note)
    assert refusal.value.status == 400
    assert refusal.value.message.startswith(message)


def test_both_spellings_are_read_and_messages_use_the_callers():
    raw = b'{"note":"x","atsCreatedAt":1,"externalCreatedAt":2}'
    aliases = {"externalCreatedAt": "atsCreatedAt"}
    assert decode_entity(raw, Note, aliases=aliases).value.ats_created_at == 2
    spoken = {"atsCreatedAt": "externalCreatedAt"}
    with pytest.raises(RestliError, match="/externalCreatedAt :: field is required"):
        decode_entity(b'{"note":"x"}', Note, aliases=aliases, spoken=spoken)


def test_numbers_in_quotes_are_read_where_the_resource_says_so():
    raw = b'{"note":"x","atsCreatedAt":"1773230400000"}'
    assert decode_entity(raw, Note, strict=False).value.ats_created_at == 1773230400000


def test_unknown_fields_are_ignored_and_named():
    found = decode_entity(json.dumps(GOOD | {"colour": 1, "b": {"c": 2}}).encode(), Note)
    assert found.unknown == ("b", "colour")
    assert found.value.note == "Hello"


def test_an_escaped_backslash_before_u0000_is_no_null_character():
    raw = json.dumps(GOOD | {"note": "C:\\u0000"}).encode()
    assert decode_entity(raw, Note).value.note == "C:\\u0000"


def test_one_bad_record_leaves_its_neighbours_readable():
    records = read_entities(b'{"entities":{"a":{"note":7},"b":{"note":"x","atsCreatedAt":1}}}')
    assert decode_entity(records["b"], Note).value.note == "x"


@pytest.mark.parametrize(
    "body",
    [
        b'{"entities":{"a":{},"a":{}}}',
        b'{"entities":{"a":{"b":1},"c":{},"\\u0061":{}}}',
        b'{ "entities": { "a": {"note": "x"}, "c": {}, "a": {} } }',
        b'{"entities":{"a":1},"entities":{"a":1}}',
    ],
)
def test_a_key_that_comes_twice_in_a_body_is_refused_before_one_is_lost(body):
    with pytest.raises(RestliError, match="the body has the key 'a' twice"):
        read_entities(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"entities":{"a":{"x":1,"x":2},"c":{"a":{}}}}',
        b'{"entities": {"a": {"n": ' + b"9" * 5000 + b'}, "c": {"t": "\xff"}}}',
        b' {\n "entities" : { "a" : 1, "c" : 2 }, "more": {"a":1,"a":2} }',
    ],
)
def test_names_that_come_twice_elsewhere_are_none_of_its_business(body):
    assert sorted(read_entities(body)) == ["a", "c"]


@pytest.mark.parametrize(
    "body", [b"", b"null", b"{", b"[]", b"{}", b'{"entities":[]}', b"\xff", b"[" * 100_000]
)
def test_a_body_that_is_no_batch_is_a_400(body):
    for read in (read_entities, read_elements):
        with pytest.raises(RestliError) as refusal:
            read(body)
        assert refusal.value.status == 400


def test_a_patch_becomes_flat_changes():
    patch = read_patch(
        b'{"patch":{"$set":{"a":1,"gone":null},"$delete":["b"],'
        b'"author":{"$set":{"firstName":"R"},"$delete":["lastName"]}}}'
    )
    assert patch.set == {"a": 1, "author/firstName": "R"}
    assert patch.delete == {"b", "gone", "author/lastName"}


@pytest.mark.parametrize(
    "patch",
    [
        {"a": 1},
        {"$set": []},
        {"$delete": "a"},
        {"$delete": [1]},
        {"$up": {}},
        {"$set": {"a": 1}, "$delete": ["a"]},
    ],
)
def test_a_malformed_patch_is_a_400(patch):
    with pytest.raises(RestliError) as refusal:
        read_patch(json.dumps({"patch": patch}).encode())
    assert refusal.value.status == 400


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["$set", "$delete", "a", "note", "author"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_body_raises_anything_but_a_restli_error(value):
    raw = msgspec.json.encode({"patch": value})
    for read in (read_patch, read_entities, lambda text: decode_entity(text, Note)):
        for text in (raw, msgspec.json.encode(value), raw[:-1]):
            with contextlib.suppress(RestliError):
                assert read(text) is not None


def test_good_records_of_a_batch_are_read_together_as_alone():
    raws = [json.dumps(GOOD | {"note": f"No. {place}"}).encode() for place in range(3)]
    assert decode_entities(raws, Note) == [decode_entity(raw, Note).value for raw in raws]
    assert decode_entities([], Note) == []


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"{",
        b'{"note":"x"}',
        b'{"note":"x","atsCreatedAt":1,"junk":1}',
        b'{"note":"a\\u0000b","atsCreatedAt":1}',
        b'{"note":"x","atsCreatedAt":1},{"note":"y","atsCreatedAt":2}',
        b'{"note":"\xff","atsCreatedAt":1}',
    ],
)
def test_an_odd_record_has_all_of_its_batch_read_one_by_one(odd):
    assert decode_entities([json.dumps(GOOD).encode(), odd], Note) is None
    assert decode_entities([odd], Note) is None

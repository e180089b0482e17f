"""Queries: finders, projections, paging, protocol, and the routing table (contract.md 1.3, 1.7)."""

from __future__ import annotations

import pytest

from ats_sync.restli.errors import RestliError
from ats_sync.restli.keys import SimpleKey
from ats_sync.restli.params import Query, protocol_of
from ats_sync.restli.projections import parse_projection, project
from ats_sync.restli.routes import Trait, method_of
from ats_sync.restli.syntax import Form


@pytest.mark.parametrize(
    ("query", "start", "count"),
    [
        ("", 0, 10),
        ("start=&count=", 0, 10),
        ("start=5&count=25", 5, 25),
        ("count=1000", 0, 100),
        ("count=0", 0, 0),
    ],
)
def test_paging_has_defaults_and_a_ceiling(query, start, count):
    parsed = Query.parse(query)
    assert (parsed.start, parsed.count) == (start, count)


@pytest.mark.parametrize("query", ["start=-1", "start=x", "start=1.5", f"start={'9' * 5000}"])
def test_a_start_that_is_no_natural_number_is_a_400(query):
    with pytest.raises(RestliError) as refusal:
        assert Query.parse(query).start
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    "query",
    [
        "contracts=urn:li:contract:1&contracts=urn%3Ali%3Acontract%3A2",
        "contracts=List(urn%3Ali%3Acontract%3A1,urn%3Ali%3Acontract%3A2)",
        "contracts[0]=urn:li:contract:1&contracts%5B1%5D=urn:li:contract:2",
    ],
)
def test_a_list_of_values_is_read_in_every_spelling(query):
    assert Query.parse(query).texts("contracts") == ["urn:li:contract:1", "urn:li:contract:2"]


@pytest.mark.parametrize("query", ["range.start=1&range.end=2", "range=(start:1,end:2)"])
def test_a_record_is_read_in_both_forms(query):
    assert Query.parse(query).record("range") == {"start": "1", "end": "2"}


def test_a_hundred_ids_and_gaps_in_their_indexes_are_read():
    query = Query.parse("&".join(f"ids[{index * 3}]=N{index}" for index in range(100)))
    assert [one.key.value for one in query.ids(SimpleKey(), 100)] == [f"N{n}" for n in range(100)]


def test_more_ids_than_the_limit_refuse_the_request():
    with pytest.raises(RestliError) as refusal:
        Query.parse("&".join(f"ids=N{index}" for index in range(101))).ids(SimpleKey(), 100)
    assert refusal.value.status == 400


def test_a_raw_utf_8_query_is_read_as_wsgi_hands_it_over():
    assert Query.parse("x=é".encode().decode("latin-1")).text("x") == "é"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["id"], {"id": 1}),
        (["id,b:(c)"], {"id": 1, "b": {"c": 2}}),
        (["List(id,list:(e))"], {"id": 1, "list": [{"e": 4}]}),
        (["list:($*:(e))"], {"list": [{"e": 4}]}),
        (["map:($*:(v))", "id"], {"id": 1, "map": {"k": {"v": 6}}}),
        (["unknown"], {}),
    ],
)
def test_a_projection_keeps_what_it_names(fields, expected):
    entity = {
        "id": 1,
        "b": {"c": 2, "d": 3},
        "list": [{"e": 4, "f": 5}],
        "map": {"k": {"v": 6, "w": 7}},
    }
    assert project(entity, parse_projection(fields)) == expected


@pytest.mark.parametrize("fields", ["a:(b", "a:b", "a)", "(" * 5000, "a:(" * 50])
def test_a_malformed_projection_is_a_400(fields):
    with pytest.raises(RestliError):
        parse_projection([fields])


@pytest.mark.parametrize(
    ("header", "query", "expected"),
    [
        (None, "ids[0].x=1", Form.ONE),
        ("1.0.0", "ids=List(1)", Form.ONE),
        ("2.0.0", "ids[0].x=1", Form.TWO),
        (None, "ids=List(1)", Form.TWO),
        (None, "q=x&contracts=List(1)", Form.TWO),
    ],
)
def test_the_protocol_is_the_headers_or_else_the_syntaxs(header, query, expected):
    headers = {"HTTP_X_RESTLI_PROTOCOL_VERSION": header} if header else {}
    assert protocol_of(headers, Query.parse(query)) is expected


# Columns: HTTP verb, header, action, q, ids, path on an entity (contract.md 1.3).
TABLE = [
    ("GET", "", 0, 0, 0, 1, "get"),
    ("GET", "", 0, 1, 0, 0, "finder"),
    ("GET", "", 1, 1, 0, 0, "finder"),
    ("GET", "", 0, 0, 1, 0, "batch_get"),
    ("GET", "BATCH_GET", 0, 0, 1, 0, "batch_get"),
    ("GET", "", 0, 0, 0, 0, "get_all"),
    ("PUT", "", 0, 0, 0, 1, "update"),
    ("PUT", "", 0, 0, 1, 0, "batch_update"),
    ("PUT", "batch_update", 0, 0, 1, 0, "batch_update"),
    ("POST", "", 0, 0, 0, 1, "partial_update"),
    ("POST", "", 0, 0, 1, 0, "batch_partial_update"),
    ("POST", "", 0, 0, 0, 0, "create"),
    ("POST", "Batch_Create", 0, 0, 0, 0, "batch_create"),
    ("POST", "", 1, 0, 0, 0, "action"),
    ("POST", "action", 1, 1, 0, 1, "action"),
    ("DELETE", "", 0, 0, 0, 1, "delete"),
    ("DELETE", "", 0, 0, 1, 0, "batch_delete"),
]
REFUSED = [
    ("GET", "batch_update", 0, 0, 1, 0, 400),
    ("GET", "", 0, 0, 1, 1, 400),
    ("PUT", "", 0, 0, 0, 0, 400),
    ("POST", "fly", 0, 0, 0, 0, 400),
    ("DELETE", "", 0, 0, 0, 0, 400),
    ("PATCH", "", 0, 0, 0, 0, 405),
    ("OPTIONS", "", 0, 0, 0, 0, 405),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} {row[1]} {row[2:6]}")
def test_the_routing_table_is_the_frameworks(row):
    http, header, *traits, expected = row
    trait = Trait(http, *map(bool, traits))
    assert method_of(trait, header, f"{http} /v2/x") == expected


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: f"{row[0]} {row[1]} {row[2:6]}")
def test_what_the_table_does_not_hold_is_refused(row):
    http, header, *traits, status = row
    with pytest.raises(RestliError) as refusal:
        method_of(Trait(http, *map(bool, traits)), header, f"{http} /v2/x")
    assert refusal.value.status == status
    assert http in refusal.value.message

"""Keys in both protocol versions (contract.md 1.4 and 23.4)."""

from __future__ import annotations

import contextlib
from urllib.parse import quote, unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ats_sync.restli.errors import RestliError
from ats_sync.restli.keys import ComplexKey, Key, SimpleKey
from ats_sync.restli.params import Query
from ats_sync.restli.paths import key_in_path
from ats_sync.restli.syntax import Form, parse_one, parse_two, print_structure
from tests.ats_sync.restli.toy import CANDIDATE, KC, KC2, ORG, QC, RKC

CAND_1 = CANDIDATE.bind({"atsCandidateId": "CAND-1", "integrationContext": ORG})
ODD = "A/B & C"
ODD_1 = (
    "atsCandidateId=A%2FB+%26+C&dataProvider=ATS&integrationContext=urn%3Ali%3Aorganization%3A51000"
)


def key_of(query: str) -> Key:
    (one,) = Query.parse(query).ids(CANDIDATE, 100)
    assert one.error is None, one.error.message
    return one.key


@pytest.mark.parametrize(
    "text",
    [
        KC,
        RKC,
        KC2,
        f"integrationContext={ORG}&dataProvider=ATS&atsCandidateId=CAND-1",
        f"integrationContext={ORG}&atsCandidateId=CAND-1",
        f"externalCandidateId=CAND-1&integrationContext={ORG}",
        f"{KC}&$params.x=1",
        "($params:(),atsCandidateId:CAND-1,integrationContext:urn%3Ali%3Aorganization%3A51000)",
        "($params:(x:(y:1)),externalCandidateId:CAND-1,"
        "integrationContext:urn%3ali%3aorganization%3a51000)",
    ],
)
def test_a_body_key_means_its_parts_whatever_the_spelling(text):
    assert CANDIDATE.bind(CANDIDATE.read_body(text)) == CAND_1


@pytest.mark.parametrize(
    "query",
    [
        QC,
        QC.replace("[", "%5B").replace("]", "%5D").replace(":", "%3A"),
        QC.replace("[0]", "[7]"),
        f"{QC}&ids[0].$params.x=1",
        f"ids[0].externalCandidateId=CAND-1&ids[0].integrationContext={ORG}",
        f"ids=List({KC2})",
        f"ids={quote(f'List({KC2})', safe='')}",
        f"ids={KC2}",
        f"ids={quote(KC, safe='')}",
        f"ids={quote(RKC, safe='')}",
        f"ids=List({KC2},{KC2})",
    ],
)
def test_an_id_of_a_query_means_its_parts_whatever_the_spelling(query):
    assert key_of(query) == CAND_1


@pytest.mark.parametrize(
    ("form", "surface", "expected"),
    [
        (Form.ONE, "v2", RKC),
        (Form.TWO, "rest", KC2.replace("(", "(dataProvider:ATS,", 1)),
        (Form.TWO, "v2", f"(atsCandidateId:CAND-1,dataProvider:ATS,{KC2.split(',')[1]}"),
    ],
)
def test_a_key_prints_sorted_and_escaped_in_the_names_of_the_surface(form, surface, expected):
    assert CANDIDATE.print(key_of(QC), form, surface) == expected


def test_a_part_that_was_not_sent_is_not_answered():
    key = key_of(f"ids=List({KC2})")
    assert CANDIDATE.print(key, Form.TWO, "rest") == KC2
    assert key["dataProvider"] == "ATS"


def test_odd_ids_are_form_encoded_in_1_0_and_almost_raw_in_2_0():
    key = key_of(f"ids[0].atsCandidateId=A%2FB%20%26%20C&ids[0].dataProvider=ATS"
                 f"&ids[0].integrationContext={ORG}")  # fmt: skip
    assert key["atsCandidateId"] == ODD
    assert CANDIDATE.print(key, Form.ONE, "v2") == ODD_1
    assert CANDIDATE.print(key, Form.TWO, "v2").startswith("(atsCandidateId:A/B & C,")


@pytest.mark.parametrize(
    ("value", "one", "two"),
    [
        ("it's (a,b): 50%", "x=it%27s+%28a%2Cb%29%3A+50%25", "(x:it%27s %28a%2Cb%29%3A 50%25)"),
        ("~*-._", "x=%7E*-._", "(x:~*-._)"),
        ("", "x=", "(x:'')"),
        ("é", "x=%C3%A9", "(x:é)"),
    ],
)
def test_reserved_characters_are_spelled_as_the_framework_does(value, one, two):
    assert print_structure({"x": value}, Form.ONE) == one
    assert print_structure({"x": value}, Form.TWO) == two
    assert parse_one(one) == parse_two(two) == {"x": value}


@pytest.mark.parametrize(
    ("raw", "server_gives_raw"),
    [
        (f"atsCandidateId=A%2FB%20%26%20C&dataProvider=ATS&integrationContext={ORG}", True),
        (f"integrationContext={ORG}&dataProvider=ATS&atsCandidateId=A%2FB+%26+C", True),
        (f"atsCandidateId=A/B%20%26%20C&dataProvider=ATS&integrationContext={ORG}", True),
        (quote(ODD_1, safe=""), True),
        (f"(atsCandidateId:A%2FB%20&%20C,integrationContext:{quote(ORG, safe='')})", True),
        (f"atsCandidateId=A%2FB%20%26%20C&dataProvider=ATS&integrationContext={ORG}", False),
        (f"integrationContext={ORG}&atsCandidateId=A%2FB%20%26%20C&$params.x=1", False),
    ],
)
def test_a_key_in_a_path_survives_ampersands_and_slashes(raw, server_gives_raw):
    environ = {"RAW_URI": f"/v2/atsCandidates/{raw}/notes?ids=N1"} if server_gives_raw else {}
    found = key_in_path(environ, unquote(raw), CANDIDATE)
    assert found == CANDIDATE.bind({"atsCandidateId": ODD, "integrationContext": ORG})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"atsCandidateId=&integrationContext={ORG}", "empty"),
        (f"atsCandidateId=A&atsCandidateId=B&integrationContext={ORG}", "twice"),
        (f"integrationContext={ORG}", "'atsCandidateId' is missing"),
        (f"{KC}&colour=red", "unknown part 'colour'"),
        (f"atsCandidateId={'x' * 256}&integrationContext={ORG}", "longer than 255"),
        ("CAND-1", "no value"),
        ("(atsCandidateId:(a:b),integrationContext:x)", "not a text"),
        ("(atsCandidateId:CAND-1", "Malformed"),
        ("(" * 5000, "Malformed"),
        ("atsCandidateId=%FF&integrationContext=x", "UTF-8"),
        ("atsCandidateId=%00&integrationContext=x", "no text may hold"),
    ],
)
def test_a_malformed_key_is_refused_by_name(text, names):
    with pytest.raises(RestliError) as refusal:
        CANDIDATE.bind(CANDIDATE.read_body(text))
    assert refusal.value.status == 400
    assert names in refusal.value.message


def test_the_new_name_wins_where_both_are_sent():
    key = CANDIDATE.bind(
        {"atsCandidateId": "old", "externalCandidateId": "new", "integrationContext": ORG}
    )
    assert key["atsCandidateId"] == "new"


def test_further_names_of_a_part_are_read():
    kind = ComplexKey("configurationKey", also={"configurationKey": ("key", "id")})
    assert kind.bind({"id": "X"}) == kind.bind({"configurationKey": "X"})


# ---------------------------------------------------------------------------------- properties
values = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
awkward = st.text(st.sampled_from("ab%()',:&=+ ~[].*/?#é$"), min_size=1, max_size=20)
anything = st.one_of(
    st.text(max_size=60), st.text(st.sampled_from("List(),:'%&=+a0[]$."), max_size=40)
)
parts = st.fixed_dictionaries(
    {"atsCandidateId": values | awkward, "integrationContext": values | awkward},
    optional={"dataProvider": values | awkward},
)


@given(parts, st.sampled_from(Form), st.sampled_from(["v2", "rest"]))
def test_parse_undoes_print(structure, form, surface):
    key = CANDIDATE.bind(structure)
    printed = CANDIDATE.print(key, form, surface)
    again = CANDIDATE.bind(CANDIDATE.read_body(printed))
    assert again == key
    assert CANDIDATE.print(again, form, surface) == printed


@given(parts, st.randoms(use_true_random=False), st.booleans())
def test_order_and_escaping_of_query_and_path_do_not_matter(structure, random, escaped):
    key = CANDIDATE.bind(structure)
    shuffled = random.sample(sorted(structure.items()), len(structure))
    safe = "" if escaped else ":/,()'"
    pairs = [(name, quote(value, safe=safe)) for name, value in shuffled]
    assert key_of("&".join(f"ids[0].{name}={value}" for name, value in pairs)) == key
    segment = "&".join(f"{name}={value}" for name, value in pairs)
    assert CANDIDATE.bind(CANDIDATE.read_path(segment)) == key
    two = ",".join(f"{name}:{quote(value, safe='')}" for name, value in shuffled)
    assert key_of(f"ids=List(({two}))") == key
    assert CANDIDATE.bind(CANDIDATE.read_path(f"({two})")) == key


@given(values | awkward)
def test_a_simple_key_is_the_same_in_both_forms(value):
    assume(not value.startswith("List("))  # that is how eager clients escape a list
    kind = SimpleKey()
    for query in (f"ids={quote(value, safe='')}", f"ids=List({quote(value, safe='')})"):
        (one,) = Query.parse(query).ids(kind, 1)
        assert one.key.value == value
        assert kind.print(one.key, Form.TWO, "v2") == value


@given(anything)
def test_no_text_raises_anything_but_a_restli_error(text):
    for kind in (CANDIDATE, SimpleKey()):
        for read in (kind.read_body, kind.read_path, kind.read_decoded_path):
            with contextlib.suppress(RestliError):
                assert kind.print(kind.bind(read(text)), Form.TWO, "rest")


@given(anything)
def test_no_query_raises_anything_but_a_restli_error(text):
    for query in (text, f"ids={text}&fields={text}", f"ids[0].{text}&x={text}&start={text}"):
        with contextlib.suppress(RestliError):
            parsed = Query.parse(query)
            for kind in (CANDIDATE, SimpleKey()):
                parsed.ids(kind, 100)
            assert parsed.fields != {}
            assert parsed.start >= 0
            assert isinstance(parsed.texts("x"), list)
            assert isinstance(parsed.record("x"), dict)


@given(st.text(min_size=1, max_size=20), st.booleans())
def test_the_plain_spelling_of_an_id_reads_as_that_id_or_is_not_used(name, swapped):
    parts = {"atsCandidateId": name, "integrationContext": ORG}
    if swapped:
        parts = dict(reversed(parts.items()))
    with contextlib.suppress(UnicodeEncodeError, RestliError):
        query = "&".join(f"ids[0].{part}={quote(value)}" for part, value in parts.items())
        (one,) = Query.parse(query).ids(CANDIDATE, 100)
        assume(one.error is None)
        assert one.plain is None or CANDIDATE.bind(parse_one(one.plain)) == one.key


@pytest.mark.parametrize("name", ["C1&dataProvider=ATS", "50%25", "a+b"])
def test_what_a_plain_spelling_would_not_say_is_read_part_by_part(name):
    query = f"ids[0].atsCandidateId={quote(name)}&ids[0].integrationContext={ORG}"
    (one,) = Query.parse(query).ids(CANDIDATE, 100)
    assert (one.plain, one.key["atsCandidateId"]) == (None, name)


def test_an_unescaped_id_has_a_plain_spelling():
    (one,) = Query.parse(f"ids[0].atsCandidateId=C=1&ids[0].integrationContext={ORG}").ids(
        CANDIDATE, 100
    )
    assert one.plain == f"atsCandidateId=C=1&integrationContext={ORG}"


odd_texts = st.sampled_from(
    ["C1", "C2", "a b", "Größe", "50%", "a+b&c", "~", "", "L" * 256, "\x07"]
)
sent_keys = st.fixed_dictionaries(
    {"atsCandidateId": odd_texts, "integrationContext": st.sampled_from([ORG, "x"])},
    optional={"dataProvider": st.just("ATS"), "externalCandidateId": odd_texts, "junk": odd_texts},
)


@given(st.lists(sent_keys, max_size=4))
def test_keys_of_a_batch_are_those_that_each_would_be_alone(structures):
    alone = []
    for structure in structures:
        with contextlib.suppress(RestliError):
            alone.append(CANDIDATE.bind(structure))
    together = CANDIDATE.bind_all(structures)
    assert together is None or together == alone
    for form in Form:
        for surface in ("v2", "rest"):
            each = [CANDIDATE.print(key, form, surface) for key in alone]
            assert CANDIDATE.print_all(alone, form, surface) == each


def test_like_keys_without_oddities_are_bound_together():
    structures = [{"atsCandidateId": name, "integrationContext": ORG} for name in ("C1", "C2")]
    assert CANDIDATE.bind_all(structures) == [CANDIDATE.bind(one) for one in structures]
    assert CANDIDATE.bind_all([*structures, {"atsCandidateId": ["C3"]}]) is None
    assert CANDIDATE.bind_all([*structures, KC]) is None
    assert CANDIDATE.bind_all([{"junk": "C1"}]) is None

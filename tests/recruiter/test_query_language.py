"""From text to a tree of words and back."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiter.query_language import FIELDS, read, write
from recruiter.search.port import And, Field, Node, Not, Or, Phrase, Prefix, Word

TABLE = Path(__file__).parent / "queries.tsv"
ROWS = list(csv.reader(TABLE.open(), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_table_is_as_long_as_promised():
    assert len(ROWS) >= 200


@pytest.mark.parametrize(("text", "meaning", "fault"), ROWS)
def test_each_text_is_read_as_documented(text, meaning, fault):
    """`fault` is the place where a text broke the grammar; `meaning` then its plain words."""
    reading = read(text)
    assert (write(reading.node) if reading.node else "") == meaning
    assert (str(reading.fault.place) if reading.fault else "") == fault


# ------------------------------------------------------------------------ print, parse, and back
WORDS = st.text("abcXYZ09éжß日ロ", min_size=1, max_size=6)
LEAVES = st.one_of(
    st.builds(Word, WORDS),
    st.builds(Prefix, WORDS),
    st.builds(Phrase, st.lists(WORDS, min_size=1, max_size=3).map(" ".join)),
)


def flat(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    return kind(
        tuple(part for one in parts for part in (one.of if isinstance(one, kind) else [one]))
    )


def several(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    two = st.lists(nodes, min_size=2, max_size=3)
    return st.one_of(
        two.map(lambda parts: flat(And, parts)), two.map(lambda parts: flat(Or, parts))
    )


def deeper(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(nodes, several(nodes), st.builds(Not, nodes))


INSIDE = st.one_of(LEAVES, several(st.one_of(LEAVES, several(LEAVES))))
FIELDED = st.builds(Field, st.sampled_from(sorted(FIELDS.values())), INSIDE)
TREES = deeper(deeper(deeper(st.one_of(LEAVES, FIELDED))))


@given(TREES)
def test_what_is_printed_is_read_as_the_same(tree):
    assert read(write(tree)).node == tree
    assert read(write(tree)).fault is None


@given(st.text(max_size=300) | st.text('()"*- :aNOTRD', max_size=60))
def test_no_text_fails_and_every_reading_prints_to_itself(text):
    reading = read(text)
    if reading.node is not None:
        assert read(write(reading.node)).node == reading.node
    if reading.fault:
        assert 0 <= reading.fault.place <= len(reading.text)
        assert "".join(reading.parts) == reading.text

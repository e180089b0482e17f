"""Documents as PostgreSQL has them, read in bulk and turned into columns.

A tsvector arrives as text: 'engineer':2A,9D 'law':5C. A million of them hold 50 million lexemes,
so whole chunks are taken apart by three calls of `str` and looked up in a dictionary: about 0.2
microseconds a lexeme in plain Python, which needs no compiler.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

DAY = 86_400_000_000  # microseconds
NEVER = -(2**62)  # as a time in microseconds
TIERS = "ABCD"  # the weights of a tsvector, the best first
_SPELT = re.compile(r"'((?:[^']|'')*)':([0-9A-D,]+)")


@dataclass
class Tokens:
    """The lexemes of a chunk of documents, ordered by word, then by document.

    Attributes:
        words, docs: which lexeme, in which document.
        tiers: the best place at which it stands there: 0 is A.
        counts: how often it stands there.
        positions: where, `counts` of them each.
    """

    words: np.ndarray
    docs: np.ndarray
    tiers: np.ndarray
    counts: np.ndarray
    positions: np.ndarray


class Numbers(dict[str, int]):
    """Numbers words in the order in which they are first asked for."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


class _Places(dict[str, int]):
    """Numbers texts like 2A,9D and keeps what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: list[int] = []
        self.tiers: list[int] = []
        self.positions: list[int] = []

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        places = read_places(text)
        self.counts.append(len(places))
        self.tiers.append(min(tier for _, tier in places))
        self.positions.extend(position for position, _ in places)
        return number


def read_places(text: str) -> list[tuple[int, int]]:
    """The positions in a text like 2A,9, each with its tier."""
    return [
        (int(place[:-1]), TIERS.index(place[-1])) if place[-1] > "9" else (int(place), 3)
        for place in text.split(",")
    ]


def read_vector(text: str) -> dict[str, list[tuple[int, int]]]:
    """A tsvector's text: each lexeme with its positions and their tiers."""
    return {
        word.replace("''", "'").replace("\\\\", "\\"): read_places(places)
        for word, places in _SPELT.findall(text)
    }


def tokens(texts: Sequence[str], lengths: Sequence[int], first: int, numbers: Numbers) -> Tokens:
    """The lexemes of documents `first`, `first + 1`, …

    Args:
        texts: their tsvectors as text.
        lengths: how many lexemes each holds.
        numbers: the dictionary; new words are added to it.
    """
    words, places = _taken_apart(texts, sum(lengths))
    said = _Places()
    word = np.fromiter(map(numbers.__getitem__, words), np.uint32, len(words))
    place = np.fromiter(map(said.__getitem__, places), np.int64, len(places))
    doc = np.repeat(np.arange(first, first + len(texts), dtype=np.uint32), lengths)
    order = np.argsort(word, kind="stable")
    counts, positions = np.array(said.counts, np.int64), np.array(said.positions, np.uint16)
    place = place[order]
    starts = np.cumsum(counts) - counts
    return Tokens(
        words=word[order],
        docs=doc[order],
        tiers=np.array(said.tiers, np.uint8)[place],
        counts=counts[place].astype(np.uint8),
        positions=positions[runs(starts[place], counts[place])],
    )


def _taken_apart(texts: Sequence[str], expected: int) -> tuple[list[str], list[str]]:
    text = "\n".join(text[1:] for text in texts if text)
    if not text:
        return [], []
    if "''" not in text and "\\" not in text:
        parts = text.replace("':", "\n").replace(" '", "\n").split("\n")
        if len(parts) == 2 * expected:
            return parts[::2], parts[1::2]
    pairs = [pair for text in texts for pair in _SPELT.findall(text)]
    words = [word.replace("''", "'").replace("\\\\", "\\") for word, _ in pairs]
    return words, [places for _, places in pairs]


def runs(starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The indices starts[0], starts[0] + 1, … (counts[0] of them), starts[1], …"""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - counts), counts) + np.arange(total)


def fetch_columns(statement: str, width: int, given: Sequence[Any] = ()) -> np.ndarray:
    """Rows of bigints, none of them null, as an array of `width` columns.

    COPY's binary form of such rows has a fixed width: no value is touched one by one.
    """
    copied = bytearray()
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT BINARY)", list(given)) as copy,
    ):
        for block in copy:
            copied += block
    head = 19  # bytes before the first row; two stand behind the last
    row = np.dtype(
        [("fields", ">i2"), *[(f"{n}", [("", ">i4"), ("v", ">i8")]) for n in range(width)]]
    )
    rows = np.frombuffer(memoryview(copied)[head:-2], dtype=row)
    return np.stack([rows[f"{n}"]["v"].astype(np.int64) for n in range(width)])


def microseconds(column: str) -> str:
    """SQL for a time as a bigint; NEVER for null."""
    return f"coalesce((extract(epoch FROM {column}) * 1000000)::bigint, {NEVER})"

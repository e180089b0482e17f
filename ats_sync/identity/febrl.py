"""The FEBRL benchmark sets under the same learning engine, to compare with published figures.

FEBRL people have other fields (date of birth, social security number, postal address), so the
fields are compared here; what the levels are worth comes from `learn.fit_pairs`, as for us.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path

from rapidfuzz.distance import JaroWinkler

from ats_sync.identity.learn import Levels, fit_pairs

FIELDS = (
    "given_name", "surname", "date_of_birth", "soc_sec_id", "postcode", "suburb", "street_number",
    "address_1", "address_2", "state",
)  # fmt: skip
# Published F1 of others on FEBRL 3 (GoldenMatch's comparison) and of Splink's demo on FEBRL 4.
PUBLISHED = {
    "3": {"Splink": 0.998, "GoldenMatch": 0.971, "dedupe": 0.928, "recordlinkage": 0.845},
    "4": {"Splink 5": 0.9991},
}
_LEVELS = 5  # missing, different, alike, nearly the same, the same
_ALIKE, _NEARLY = 0.80, 0.92
# Two records of one block this large are compared anyway only if another key brings them together.
_LARGE = 200

Row = dict[str, str]


@dataclass(frozen=True)
class Result:
    """Pairs found against pairs that are true."""

    found: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        both = self.found + self.true
        return 2 * self.right / both if both else 0.0


def read_rows(path: Path) -> list[Row]:
    """The rows of a FEBRL file; spaces around names and values go."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {(name or "").strip(): (value or "").strip() for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


def entity(row: Row) -> str:
    """The person behind a record: `rec-12-dup-0` and `rec-12-org` are person 12."""
    return row["rec_id"].split("-")[1]


def link(left: Sequence[Row], right: Sequence[Row]) -> Result:
    """FEBRL 4: find for each record of one file its fellow in the other."""
    pairs = {
        (one, other)
        for ones, others in _blocks(left, right)
        if len(ones) * len(others) <= _LARGE**2
        for one in ones
        for other in others
    }
    people: Counter[str] = Counter(map(entity, right))
    true = sum(people[entity(row)] for row in left)
    return _judge(pairs, left, right, true)


def deduplicate(rows: Sequence[Row]) -> Result:
    """FEBRL 3: find all pairs of records of one person in a file."""
    pairs = {
        pair
        for ones, _ in _blocks(rows, rows)
        if len(ones) <= _LARGE
        for pair in combinations(sorted(ones), 2)
    }
    people = Counter(map(entity, rows))
    true = sum(number * (number - 1) // 2 for number in people.values())
    return _judge(pairs, rows, rows, true)


def _judge(
    pairs: Iterable[tuple[int, int]], left: Sequence[Row], right: Sequence[Row], true: int
) -> Result:
    compared = {(one, other): _compare(left[one], right[other]) for one, other in pairs}
    patterns = Counter(compared.values())
    fit = fit_pairs(patterns, [_LEVELS] * len(FIELDS), share=min(0.5, true_guess(left, compared)))
    threshold = fit.share / (1 - fit.share)
    chosen = {levels for levels in patterns if threshold * 2.0 ** fit.bits(levels) >= 1}
    found = [pair for pair, levels in compared.items() if levels in chosen]
    good = sum(entity(left[one]) == entity(right[other]) for one, other in found)
    return Result(len(found), good, true)


def true_guess(left: Sequence[Row], compared: dict[tuple[int, int], Levels]) -> float:
    """A first guess for the share of true pairs: one a record."""
    return len(left) / max(len(compared), 1)


def _blocks(left: Sequence[Row], right: Sequence[Row]) -> Iterable[tuple[list[int], list[int]]]:
    for key in _KEYS:
        blocks: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side, rows in enumerate((left, right)):
            for place, row in enumerate(rows):
                if value := key(row):
                    blocks[value][side].append(place)
        yield from blocks.values()


def _joined(*names: str, letters: int = 99) -> Callable[[Row], str]:
    def key(row: Row) -> str:
        values = [row.get(name, "")[:letters] for name in names]
        return "|".join(values) if all(values) else ""

    return key


_KEYS = (
    _joined("soc_sec_id"),
    _joined("date_of_birth"),
    _joined("given_name", "surname"),
    _joined("surname", "given_name"),
    _joined("given_name", "postcode"),
    _joined("surname", "postcode"),
    _joined("surname", "street_number"),
    _joined("address_1", "street_number"),
    _joined("address_1", "suburb"),
    _joined("given_name", "suburb", letters=4),
    _joined("surname", "suburb", letters=4),
    _joined("postcode", "street_number"),
)


def _compare(one: Row, other: Row) -> Levels:
    straight = tuple(_level(one.get(name, ""), other.get(name, "")) for name in FIELDS)
    swapped = (
        _level(one.get("given_name", ""), other.get("surname", "")),
        _level(one.get("surname", ""), other.get("given_name", "")),
    )
    return (*swapped, *straight[2:]) if min(swapped) > max(straight[:2]) else straight


@lru_cache(maxsize=500_000)
def _level(one: str, other: str) -> int:
    if not one or not other:
        return 0
    if one == other:
        return 4
    near = JaroWinkler.similarity(one, other)
    return 3 if near >= _NEARLY else 2 if near >= _ALIKE else 1

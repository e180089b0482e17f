"""Given and family names of many cultures, read once from Faker's lists."""

from __future__ import annotations

import importlib
import random
from bisect import bisect
from collections.abc import Iterable
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from anyascii import anyascii

FEWEST = 12  # fewer names than this are a stub of a locale, not a list
_SPLIT = {
    "first_names": ("first_names_female", "first_names_male"),
    "last_names": ("unisex_last_names", "last_names_female", "last_names_male", "last_names"),
}


class Weighted(NamedTuple):
    """Words with cumulative weights."""

    words: list[str]
    steps: list[float]

    def pick(self, dice: random.Random) -> str:
        # What random.choices does, without its checks: this is the hot spot of a population.
        return self.words[bisect(self.steps, dice.random() * self.steps[-1])]


class Culture(NamedTuple):
    given: Weighted
    family: Weighted


def _weighted(words: dict[str, float] | Iterable[str]) -> Weighted:
    # Lists that bring weights keep them; the others get a falling curve, so that namesakes are
    # about as frequent as in life.
    if isinstance(words, dict):
        table = words
    else:
        unique = dict.fromkeys(words)
        table = {word: 1 / (rank + 8) for rank, word in enumerate(unique)}
    return Weighted(list(table), list(accumulate(float(weight) for weight in table.values())))


@cache
def culture(locale: str) -> Culture:
    """The names of one of Faker's locales, in that culture's own script."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    return Culture(_names(provider, "first_names"), _names(provider, "last_names"))


def _names(provider: Any, kind: str) -> Weighted:
    """Locales keep one list, or one a sex, or one for both: take the first that is real."""
    whole = getattr(provider, kind, ())
    if isinstance(whole, (dict, list, tuple)) and len(whole) >= FEWEST:
        return _weighted(whole)
    parts = (getattr(provider, part, ()) for part in _SPLIT[kind])
    return _weighted([name for part in parts for name in part])


def plain(text: str) -> str:
    """A name in lower-case ASCII letters, for addresses and profile URLs."""
    return "".join(
        letter for letter in anyascii(text).lower() if letter.isalnum() and letter.isascii()
    )

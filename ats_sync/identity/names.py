"""Names of people: taken apart into what can be compared, and how well two of them agree."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

import msgspec
from nicknames import NickNamer
from rapidfuzz.distance import OSA

from ats_sync.identity.normal import fold
from ats_sync.identity.wordlists import (
    CREDENTIALS,
    DIMINUTIVES,
    GENERATIONS,
    PARTICLES,
    SURNAME_VARIANTS,
)

_SEPARATOR = re.compile(r"[\s\-\u2010\u2013_./]+")
_FORMS_OF_ADDRESS = frozenset(["dr", "mr", "mrs", "ms", "miss", "prof", "ing"])


class Agreement(IntEnum):
    """How well one part of two names agrees, worst first."""

    MISSING = 0
    DIFFERENT = 1
    INITIAL = 2  # J. - John
    CLOSE = 3  # a slip of the pen, or another romanisation
    OTHER_FORM = 4  # a nickname (given), a former name (family)
    PART = 5  # one of several names: Ana - Ana Lucía, García - García Ruiz
    SAME = 6


class PersonName(msgspec.Struct, frozen=True, gc=False):
    """A name in comparable parts; every text is folded (`normal.fold`).

    Attributes:
        given: given names in order.
        family: family names in order, without particles.
        former: family names that the person bore before.
        initials: first letters of further given names.
        generation: "jr", "sr", "ii" ... or empty.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    former: tuple[str, ...] = ()
    initials: frozenset[str] = frozenset()
    generation: str = ""

    @property
    def given_joined(self) -> str:
        return "".join(self.given)

    @property
    def family_joined(self) -> str:
        return "".join(self.family)


def person_name(
    given: str,
    family: str,
    *,
    middle: str = "",
    suffix: str = "",
    former: str = "",
    slug: str = "",
) -> PersonName:
    """Take a name apart.

    Args:
        given, family: as on the record; credentials, signs and forms of address are left out.
        middle: middle initial or name, if the record has a field for it.
        suffix: "Jr.", "III" and the like; anything else is ignored.
        former: family names borne before.
        slug: the profile's address; it tells the surname of those who show only its initial.
    """
    given_words, given_generation = _words(given)
    family_words, family_generation = _words(family)
    if not family_words and len(given_words) > 1:
        given_words, family_words = given_words[:-1], given_words[-1:]
    kept_given, initials = _without_initials(given_words)
    if middle:
        initials |= {word[0] for word in _words(middle)[0]}
    if slug and len("".join(family_words)) == 1:
        family_words = _family_from_slug(slug, family_words[0], kept_given)
    suffix_generation = _words(f"x {suffix}")[1] if suffix else ""
    return PersonName(
        given=kept_given,
        family=_without_particles(family_words),
        former=_without_particles(_words(former)[0]),
        initials=initials,
        generation=suffix_generation or family_generation or given_generation,
    )


@lru_cache(maxsize=50_000)
def _words(text: str) -> tuple[tuple[str, ...], str]:
    """The folded words of a part of a name, and the generation if it names one."""
    body, *after_commas = text.split(",")
    generation = ""
    words: list[str] = []
    shouting = body.isupper()
    for raw in _SEPARATOR.split(body):
        word = fold(raw)
        if word in GENERATIONS and words and word != "i":
            generation = GENERATIONS[word]
        elif word and not _is_decoration(raw, word, first=not words, shouting=shouting):
            words.append(word)
    for extra in after_commas:
        generation = GENERATIONS.get(fold(extra), generation)
    return tuple(words), generation


def _is_decoration(raw: str, word: str, *, first: bool, shouting: bool) -> bool:
    if first:
        return word in _FORMS_OF_ADDRESS
    # "Ma" is a name and "MA" a degree; in a name all in capitals nobody can tell, so it stays.
    return word in CREDENTIALS and len(word) > 1 and raw != raw.title() and not shouting


def _without_initials(words: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Given names that are more than an initial, if any; first letters of all but the first."""
    if len(words) < 2:
        return words, frozenset()
    kept = tuple(word for word in words if len(word) > 1)
    if not kept:
        return words, frozenset()
    initials = {word for word in words if len(word) == 1} | {word[0] for word in kept[1:]}
    return kept, frozenset(initials)


def _without_particles(words: tuple[str, ...]) -> tuple[str, ...]:
    if PARTICLES.isdisjoint(words):
        return words
    return tuple(word for word in words if word not in PARTICLES) or words


def _family_from_slug(slug: str, initial: str, given: tuple[str, ...]) -> tuple[str]:
    for word in slug.split("-"):
        if len(word) > 1 and word[0] == initial and word.isalpha() and word not in given:
            return (fold(word),)
    return (initial,)


# ---------------------------------------------------------------------------------- agreement
_SOUNDS = [
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"^[ae]l(?=[^aeiouy][a-z]{3})", ""),
        (r"ch(?=r)", "k"),
        (r"shch|sch|sh|cz|tch|ch|sz|zh", "s"),
        (r"ph", "f"), (r"th", "t"), (r"kh|gh", "h"), (r"ck|q", "k"), (r"c", "k"), (r"w", "v"),
        (r"x", "ks"), (r"ts|tz", "z"), (r"ou|oo|eo|eu", "u"), (r"ee", "i"), (r"[yj]", "i"),
        (r"ie", "e"), (r"(.)\1+", r"\1"), (r"(?<=.)h(?![aeiou])", ""), (r"dt$", "t"),
    )
]  # fmt: skip


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """A folded word as it roughly sounds, so that romanisations and doubled letters meet."""
    word = SURNAME_VARIANTS.get(word, word)
    for pattern, spelling in _SOUNDS:
        word = pattern.sub(spelling, word)
    return word


@lru_cache(maxsize=200_000)
def _consonants(word: str) -> str:
    heard = sound(word)
    return heard[:1] + re.sub("[aeiou]", "", heard[1:])


def _folded_diminutives() -> dict[str, frozenset[str]]:
    full_names: dict[str, set[str]] = {}
    for full, *short_forms in DIMINUTIVES:
        for short in short_forms:
            full_names.setdefault(fold(short), set()).add(fold(full))
    return {short: frozenset(names) for short, names in full_names.items()}


_NICKNAMES = NickNamer()
_DIMINUTIVES = _folded_diminutives()


@lru_cache(maxsize=100_000)
def full_names(given: str) -> frozenset[str]:
    """The name itself and the names of which it is a short form."""
    known = {fold(name) for name in _NICKNAMES.canonicals_of(given)}
    return frozenset({given, *known, *_DIMINUTIVES.get(given, ())})


@lru_cache(maxsize=200_000)
def is_close(one: str, other: str) -> bool:
    """Whether two folded words differ by a slip of the pen or by their romanisation only."""
    shorter = min(len(one), len(other))
    if shorter < 2:
        return False
    if sound(one) == sound(other):
        return True
    if shorter < 4:
        return False
    allowed = 2 if shorter >= 8 else 1
    if OSA.distance(one, other, score_cutoff=allowed) <= allowed:
        return True
    bare = _consonants(one)
    return len(bare) >= 4 and bare == _consonants(other)


@lru_cache(maxsize=100_000)
def given_agreement(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement:
    """How well the given names of two records agree."""
    whole = _wholly(one, other)
    if whole is not None:
        return whole
    # A short form may also look like a slip (Bill, Will): the surer reading comes first.
    if any(
        not full_names(word).isdisjoint(full_names(another)) for word in one for another in other
    ):
        return Agreement.OTHER_FORM
    if is_close("".join(one), "".join(other)) or is_close(one[0], other[0]):
        return Agreement.CLOSE
    return _initial_or_different(one, other)


@lru_cache(maxsize=100_000)
def family_agreement(
    one: tuple[str, ...], other: tuple[str, ...], former: tuple[str, ...] = ()
) -> Agreement:
    """How well family names agree; `former` are earlier names of the second person."""
    if former and one != other and not set(one).isdisjoint(former):
        return Agreement.OTHER_FORM
    whole = _wholly(one, other)
    if whole is not None:
        return whole
    if is_close("".join(one), "".join(other)) or any(
        is_close(word, another) for word in one for another in other
    ):
        return Agreement.CLOSE
    return _initial_or_different(one, other)


def _wholly(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement | None:
    """What equal words say: nothing to compare, all the same, or a part; None without any."""
    if not one or not other:
        return Agreement.MISSING
    joined, other_joined = "".join(one), "".join(other)
    if joined == other_joined:
        return Agreement.SAME
    if set(one).isdisjoint(other):
        return None
    return Agreement.CLOSE if is_close(joined, other_joined) else _part_or_relative(one, other)


def _part_or_relative(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement:
    """Ana is part of Ana Lucía; Ana Lucía and Ana Clara are sisters, García Ruiz and García Gil
    cousins."""
    subset = set(one) <= set(other) or set(other) <= set(one)
    return Agreement.PART if subset else Agreement.DIFFERENT


def _initial_or_different(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement:
    initial = (len(one[0]) == 1 or len(other[0]) == 1) and one[0][0] == other[0][0]
    return Agreement.INITIAL if initial else Agreement.DIFFERENT

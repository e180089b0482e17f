"""What goes wrong between a person and their record in an ATS, and how often.

The kinds are those of matching.md 4; the rates its guesses, as for its world A, harsher, and set
so that evidence is as good as it was in its hold-out. Rates are shares of candidates.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from anyascii import anyascii
from nicknames import NickNamer

from recruiter.population.names import culture, plain
from recruiter.population.people import MAIL_HOSTS, Person

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SPELLINGS = (("ou", "u"), ("kh", "h"), ("y", "i"), ("ee", "i"), ("ck", "k"), ("ph", "f"))
_NICKNAMES = NickNamer()


@dataclass(frozen=True)
class Rates:
    """How often what happens: each of `names` by itself, of the others one a candidate."""

    stranger: float = 0.34
    doubled: float = 0.004  # members with a second account
    relatives: float = 0.04  # members with a relative in the same town who is a member too
    namesakes: float = 0.01  # of relatives, with the same name: father and son
    strange_namesakes: float = 0.01  # of relatives who are no members
    kins_address: float = 0.45  # of strangers who are a member's relatives: they use theirs
    members_kins_address: float = 0.0  # of members who have a relative, besides `em_family`
    kins_phone: float = 0.0
    # Strangers who bear a member's name by chance, and also share the employer, the town, or both.
    namesake: Mapping[str, float] = field(default_factory=dict)
    second_record: float = 0.1
    exported: float = 0.08  # members whose record tells who they are
    moved: float = 0.22
    no_work: float = 0.2  # records that do not tell the employer
    names: Mapping[str, float] = field(
        default_factory=lambda: {
            "nickname": 0.045, "initial": 0.0125, "maiden": 0.0065, "part": 0.06, "spelling": 0.032,
            "typo_first": 0.02, "typo_last": 0.021, "ascii": 0.07, "case": 0.1, "swapped": 0.03,
        }
    )  # fmt: skip
    emails: Mapping[str, float] = field(
        default_factory=lambda: {
            "em_exact": 0.55, "em_other": 0.22, "em_work": 0.06, "em_case": 0.06, "em_tag": 0.044,
            "em_missing": 0.03, "em_agency": 0.03, "em_typo": 0.013, "em_placeholder": 0.0105,
            "em_referrer": 0.0078, "em_family": 0.0074, "em_recycled": 0.0032,
        }
    )  # fmt: skip
    phones: Mapping[str, float] = field(
        default_factory=lambda: {
            "ph_own": 0.64, "ph_missing": 0.276, "ph_old": 0.037, "ph_switchboard": 0.019,
            "ph_recycled": 0.015, "ph_placeholder": 0.0114, "ph_family": 0.0017,
        }
    )  # fmt: skip
    urls: Mapping[str, float] = field(
        default_factory=lambda: {
            "url_missing": 0.66, "url_ok": 0.333, "url_stale": 0.005, "url_wrong": 0.0011,
        }
    )  # fmt: skip


def harsh() -> Rates:
    """Half of them strangers, twice the families, two to three times what is shared or wrong."""
    mild = Rates()
    return Rates(
        stranger=0.5,
        relatives=2 * mild.relatives,
        namesakes=2 * mild.namesakes,
        strange_namesakes=2 * mild.strange_namesakes,
        moved=0.3,
        names={name: 1.3 * rate for name, rate in mild.names.items()},
        emails=_more(mild.emails, em_agency=2.5, em_referrer=2.5, em_recycled=3, em_family=2),
        phones=_more(mild.phones, ph_recycled=2, ph_family=2, ph_switchboard=2, ph_old=1.5),
        urls=_more(mild.urls, url_wrong=3, url_stale=2),
    )


def calibrated() -> Rates:
    """A world whose evidence can be trusted as far as that of the hold-out of matching.md 4.

    Half of them are strangers and families are twice as many, as there. The rest was set by the
    table of 4.1, each row per 100,000 candidates: pairs of the same address and both name parts
    (23,542, of which 42 wrong), with one part (2,860; 1,973) or none (2,569; 2,466); of the same
    phone (9,477; 7) or profile (16,140; 549), the latter with more (4,497; 12) or nothing else
    (2,328; 535); exact names with employer and town (2,131; 5), with the employer (2,327; 442) or
    the town (6,060; 2,727). And by the rules of 4: an address and both name parts link .470 of
    those who have a member, the rule that it recommends .697. As in world A, nearly all relatives
    of the same name are members. That rule links 7 of 10,000 wrongly here, 2 there.
    """
    hard = harsh()
    return replace(
        hard,
        namesakes=0.06,
        strange_namesakes=0.002,
        members_kins_address=0.055,
        moved=0.4,
        no_work=0.35,
        kins_phone=0.15,
        namesake={"work": 0.021, "town": 0.064, "both": 0.0002},
        names={**hard.names, "maiden": 0.03},
        emails=_more(hard.emails, em_exact=0.84, em_case=0.84, em_tag=0.84, em_other=1.54),
        phones=_more(hard.phones, ph_own=1.4),
        urls=_more(hard.urls, url_wrong=6.4),
    )


KINDS: dict[str, Callable[[], Rates]] = {"mild": Rates, "harsh": harsh, "calibrated": calibrated}


def _more(rates: Mapping[str, float], **times: float) -> dict[str, float]:
    return {name: rate * times.get(name, 1) for name, rate in rates.items()}


def one_of(dice: random.Random, rates: Mapping[str, float]) -> str:
    """One kind, as often as its rate says of all."""
    return dice.choices(list(rates), weights=list(rates.values()))[0]


@dataclass(frozen=True)
class Around:
    """Who is around a person whose record is made.

    Attributes:
        other: a member picked at random.
        namesake: another member of the same name, if any.
        relative: who lives in the same town under the same family name, or the person.
        agency: an address under which many candidates are sent.
    """

    other: Person
    namesake: Person
    relative: Person
    agency: str


# -------------------------------------------------------------------------------------- names
def misspell(dice: random.Random, word: str) -> str:
    """A slip of the pen: a letter lost, doubled, replaced, or two in the wrong order."""
    if len(word) < 3:
        return word
    place = dice.randrange(1, len(word) - 1)
    head, letter, tail = word[:place], word[place], word[place + 1 :]
    return dice.choice(
        [
            head + tail,
            head + 2 * letter + tail,
            head + dice.choice(_LETTERS) + tail,
            head + tail[0] + letter + tail[1:],
        ]
    )


def _short(dice: random.Random, first: str) -> str:
    known = sorted(_NICKNAMES.nicknames_of(first.lower()))
    return dice.choice(known).title() if known else first


def _spelled(text: str) -> str:
    """Another romanisation, or another way to write the same sound."""
    for usual, other in _SPELLINGS:
        if usual in text:
            return text.replace(usual, other, 1)
    return text


def _part(first: str, last: str) -> tuple[str, str]:
    """Of several names, one."""
    return first.split()[0], last.replace("-", " ").split()[0]


_NAMES: dict[str, Callable[[random.Random, str, str], tuple[str, str]]] = {
    "nickname": lambda dice, first, last: (_short(dice, first), last),
    "initial": lambda dice, first, last: (f"{first[0]}.", last),
    "maiden": lambda dice, first, last: (first, culture("en_US").family.pick(dice)),
    "part": lambda dice, first, last: _part(first, last),
    "spelling": lambda dice, first, last: (_spelled(first), _spelled(last)),
    "typo_first": lambda dice, first, last: (misspell(dice, first), last),
    "typo_last": lambda dice, first, last: (first, misspell(dice, last)),
    "ascii": lambda dice, first, last: (anyascii(first), anyascii(last)),
    "case": lambda dice, first, last: dice.choice(
        [(first.upper(), last.upper()), (first.lower(), last.lower())]
    ),
    "swapped": lambda dice, first, last: (last, first),
}


def name(dice: random.Random, rates: Rates, person: Person) -> tuple[str, str, set[str]]:
    """First and last name as the record has them, and what was done to them."""
    first, last, done = person.first_name, person.last_name, set()
    for kind, rate in rates.names.items():
        if dice.random() < rate:
            changed = _NAMES[kind](dice, first, last)
            if changed != (first, last):
                (first, last), done = changed, done | {kind}
    return first, last, done


# -------------------------------------------------------------------------- addresses and phones
def new_email(dice: random.Random, person: Person) -> str:
    """An address of the person's that no profile has."""
    local = ".".join(filter(None, (plain(person.first_name), plain(person.last_name)))) or "me"
    return f"{local[:50]}.{dice.randrange(10**6)}@{MAIL_HOSTS.pick(dice)}"


def _slipped(dice: random.Random, email: str) -> str:
    local, _, domain = email.partition("@")
    return f"{misspell(dice, local)}@{domain}"


def email(dice: random.Random, kind: str, person: Person, around: Around) -> str:
    """The record's address, of a kind of `Rates.emails`; empty for none."""
    own = dice.choice(person.emails)
    employer = plain(person.jobs[0].employer) if person.jobs else "work"
    return {
        "em_exact": own,
        "em_other": new_email(dice, person),
        "em_work": f"{plain(person.first_name)[:1]}{plain(person.last_name)}@{employer}.example",
        "em_case": f" {own.upper()}",
        "em_tag": own.replace("@", "+jobs@"),
        "em_missing": "",
        "em_agency": around.agency,
        "em_typo": _slipped(dice, own),
        "em_placeholder": "none@none.com",
        "em_referrer": around.other.emails[0],
        "em_family": around.relative.emails[0],
        "em_recycled": around.other.emails[-1],
    }[kind]


def phone(dice: random.Random, kind: str, person: Person, around: Around) -> str:
    """The record's phone number, of a kind of `Rates.phones`; empty for none."""
    return {
        "ph_own": person.phone,
        "ph_missing": "",
        "ph_old": f"+{dice.randint(10**10, 10**12 - 1)}",
        "ph_switchboard": f"+1312555{sum(map(ord, person.jobs[0].employer)) % 10**4:04}"
        if person.jobs else "",
        "ph_recycled": around.other.phone,
        "ph_placeholder": "+1 000 000 0000",
        "ph_family": around.relative.phone,
    }[kind]  # fmt: skip


def url(dice: random.Random, kind: str, person: Person, around: Around) -> str:
    """The record's profile address, of a kind of `Rates.urls`; empty for none."""
    slug = {
        "url_missing": "",
        "url_ok": person.slug,
        "url_stale": f"{person.slug[:-4]}{dice.randrange(10**4):04}",
        "url_wrong": around.namesake.slug,
    }[kind]
    return slug and f"https://www.linkedin.com/in/{slug}"

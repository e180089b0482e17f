"""Make up people: a place, a name of that place, a career that hangs together."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TypeVar

from recruiter.models import Member
from recruiter.population.names import Weighted, culture, plain
from recruiter.population.places import Place, places
from recruiter.population.trades import TRADES, Trade
from rsc.models import PERSON_ID_ALPHABET, PERSON_ID_LENGTH

T = TypeVar("T")

MAIL_HOSTS = Weighted(
    ["gmail.com", "outlook.com", "yahoo.com", "icloud.com", "proton.me", "gmx.net", "hotmail.com"],
    list(accumulate([55, 14, 9, 8, 4, 4, 6])),
)
EMPLOYER_ENDINGS = (
    "Systems", "Software", "Group", "Partners", "Labs", "Logistics", "Foods", "Health", "Bank",
    "Consulting", "Media", "Networks", "Energy", "Robotics", "Retail", "Insurance", "Studios",
    "Pharma", "Analytics", "Mobility", "Works", "& Sons", "Industries", "Digital",
)  # fmt: skip
EMPLOYERS = 4000
SCHOOL_FORMS = (
    "University of {}",
    "{} Institute of Technology",
    "{} Business School",
    "{} College",
)
DEGREES = ("Bachelor of Science", "Bachelor of Arts", "Master of Science", "MBA", "Diploma")
LANGUAGE_OF = {
    "US": "English", "CA": "English", "GB": "English", "IE": "English", "AU": "English",
    "NZ": "English", "MX": "Spanish", "CO": "Spanish", "PE": "Spanish", "CL": "Spanish",
    "AR": "Spanish", "ES": "Spanish", "BR": "Portuguese", "PT": "Portuguese", "FR": "French",
    "DE": "German", "AT": "German", "CH": "German", "IT": "Italian", "NL": "Dutch",
    "BE": "Dutch", "SE": "Swedish", "DK": "Danish", "NO": "Norwegian", "FI": "Finnish",
    "PL": "Polish", "CZ": "Czech", "HU": "Hungarian", "RO": "Romanian", "BG": "Bulgarian",
    "GR": "Greek", "TR": "Turkish", "UA": "Ukrainian", "IL": "Hebrew", "EG": "Arabic",
    "AE": "Arabic", "SA": "Arabic", "IN": "Hindi", "PK": "Urdu", "BD": "Bengali",
    "CN": "Chinese", "TW": "Chinese", "HK": "Chinese", "SG": "Chinese", "JP": "Japanese",
    "KR": "Korean", "VN": "Vietnamese", "TH": "Thai", "ID": "Indonesian", "PH": "Tagalog",
}  # fmt: skip


@dataclass(slots=True)
class Job:
    title: str
    employer: str
    started_on: str
    ended_on: str


@dataclass(slots=True)
class Study:
    school: str
    degree: str
    field_of_study: str
    started_on: str
    ended_on: str


@dataclass(slots=True)
class Person:
    """One made-up person, ready to be written."""

    public_id: str
    slug: str
    first_name: str
    last_name: str
    headline: str
    summary: str
    industry: str
    place: Place
    skills: list[str]
    languages: list[str]
    openness: str
    hidden: bool
    shares: bool
    last_seen_at: datetime
    last_replied_at: datetime | None
    emails: list[str]
    phone: str
    jobs: list[Job] = field(default_factory=list)
    studies: list[Study] = field(default_factory=list)


class Population:
    """People in an endless row, the same row for the same seed and day.

    Args:
        seed: which row.
        as_of: the day on which these people live; careers end there, sign-ins lie before it.
        employers: names of real companies of this server, which employ some of the people.
    """

    def __init__(self, seed: int, as_of: datetime, employers: list[str]) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - wants to be repeatable, not secret
        self.as_of = as_of
        self.places = places()
        self.place_steps = list(accumulate(place.weight for place in self.places))
        self.trade_steps = list(accumulate(trade.weight for trade in TRADES))
        self.employers = self._employers(employers)
        self.schools = self._schools()

    def people(self, count: int) -> Iterator[Person]:
        """The next `count` people."""
        for _ in range(count):
            yield self._person()

    def _employers(self, known: list[str]) -> Weighted:
        dice = self.dice
        family = culture("en_US").family.words
        made = {
            f"{dice.choice(family)} {dice.choice(EMPLOYER_ENDINGS)}": 1 for _ in range(EMPLOYERS)
        }
        weights = {name: 1 / (rank + 20) for rank, name in enumerate(made)}
        share = sum(weights.values()) / 250
        weights |= dict.fromkeys(known, share)
        return Weighted(list(weights), list(accumulate(weights.values())))

    def _schools(self) -> Weighted:
        names = [form.format(place.city) for place in self.places for form in SCHOOL_FORMS]
        self.dice.shuffle(names)
        steps = accumulate(1 / (rank + 15) for rank in range(len(names)))
        return Weighted(names, list(steps))

    def _person(self) -> Person:
        dice = self.dice
        place = self._weighted(self.places, self.place_steps)
        trade = self._weighted(TRADES, self.trade_steps)
        names = culture(self._mostly_first(place.cultures))
        first, last = names.given.pick(dice), names.family.pick(dice)
        years = min(int(dice.expovariate(1 / 11)), 42)
        jobs = self._jobs(trade, years)
        mark = "".join(dice.choices(PERSON_ID_ALPHABET, k=PERSON_ID_LENGTH))
        ascii_name = plain(first), plain(last)
        seen = self.as_of - timedelta(hours=min(dice.lognormvariate(6.2, 1.6), 60_000))
        return Person(
            public_id=mark,
            slug="-".join(part for part in (*ascii_name, mark.lower()) if part)[:120],
            first_name=first,
            last_name=last,
            headline=f"{jobs[0].title} at {jobs[0].employer}"
            if jobs
            else f"Student of {dice.choice(trade.studies)}",
            summary=self._summary(trade, years) if dice.random() < 0.6 else "",
            industry=self._mostly_first(trade.industries),
            place=place,
            skills=dice.sample(trade.skills, k=dice.randint(4, min(11, len(trade.skills)))),
            languages=self._languages(place),
            openness=self._openness(),
            hidden=dice.random() < 0.01,
            shares=dice.random() < 0.85,
            last_seen_at=seen,
            last_replied_at=self._replied(),
            emails=self._emails(*ascii_name, jobs),
            phone=f"+{dice.randint(10**10, 10**12 - 1)}" if dice.random() < 0.4 else "",
            jobs=jobs,
            studies=self._studies(trade, years),
        )

    def _weighted(self, options: Sequence[T], steps: list[int]) -> T:
        return options[bisect(steps, self.dice.random() * steps[-1])]

    def _mostly_first(self, options: tuple[T, ...]) -> T:
        """The first option for two in three, else any."""
        return options[0] if self.dice.random() < 0.66 else self.dice.choice(options)

    def _jobs(self, trade: Trade, years: int) -> list[Job]:
        """A career, newest first: it climbs the trade's ladder and has no gaps over a year."""
        dice, this_year, month = self.dice, self.as_of.year, self.as_of.month
        year, rung = this_year - years, 0
        jobs: list[Job] = []
        start = f"{year}-{dice.randint(1, 12):02}" if years else f"{this_year - 1}-{month:02}"
        while len(jobs) < 7:
            stay = 1 + int(dice.expovariate(1 / 3))
            last = year + stay >= this_year
            employer = self.employers.pick(dice)
            end = "" if last and dice.random() < 0.94 else f"{min(year + stay, this_year - 1)}-06"
            if end and end < start:
                end = ""
            jobs.append(Job(trade.ladder[rung], employer, start, end))
            if last or not end:
                break
            year += stay
            start = end
            rung = min(rung + (dice.random() < 0.7), len(trade.ladder) - 1)
        return jobs[::-1]

    def _studies(self, trade: Trade, years: int) -> list[Study]:
        dice = self.dice
        end = self.as_of.year - years - dice.randint(0, 2)
        count = dice.choices((0, 1, 2), cum_weights=(8, 80, 100))[0]
        return [
            Study(
                self.schools.pick(dice),
                dice.choice(DEGREES),
                dice.choice(trade.studies),
                str(end - 3 - 3 * back),
                str(end - 3 * back),
            )
            for back in range(count)
        ]

    def _summary(self, trade: Trade, years: int) -> str:
        dice = self.dice
        first, second = dice.sample(trade.aims, k=2)
        known = dice.sample(trade.skills, k=3)
        span = f"{years} years" if years > 1 else "New"
        return (
            f"{span} in {trade.industries[0].lower()}. I care about {first}, and "
            f"about {second}. People ask me when it comes to {known[0]}, {known[1]} or {known[2]}."
        )

    def _languages(self, place: Place) -> list[str]:
        own = LANGUAGE_OF.get(place.country_code, "English")
        return [own] if own == "English" else [own, "English"]

    def _openness(self) -> str:
        chance = self.dice.random()
        if chance < 0.05:
            return Member.Openness.PUBLIC
        return Member.Openness.PRIVATE if chance < 0.15 else Member.Openness.NO

    def _replied(self) -> datetime | None:
        if self.dice.random() > 0.3:
            return None
        return self.as_of - timedelta(days=self.dice.randint(1, 800))

    def _emails(self, first: str, last: str, jobs: list[Job]) -> list[str]:
        dice = self.dice
        local = ".".join(part for part in (first, last) if part) or "me"
        emails = [f"{local[:50]}{dice.randint(1, 9999)}@{MAIL_HOSTS.pick(dice)}"]
        if jobs and dice.random() < 0.3:
            emails.append(f"{local[:50]}@{plain(jobs[0].employer)}.example")
        return emails


def day(text: str) -> datetime:
    """A day given as YYYY-MM-DD, at midnight UTC."""
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)

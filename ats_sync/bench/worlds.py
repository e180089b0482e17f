"""Worlds that matching has never seen: made-up members, and candidates with known mistakes.

Of the form of matching.md 4, with names, places and careers of the demo's population instead of
those by which weights and gates were learnt.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

from ats_sync.bench import mistakes
from ats_sync.bench.mistakes import Around, Rates
from recruiter.population.names import culture, plain
from recruiter.population.people import Job, Person, Population
from recruiter.population.places import Place

_AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
_FIRST_RECORD = datetime(2017, 1, 1, tzinfo=UTC)
_LEGAL_FORMS = ("", "", " Inc.", " Ltd", " GmbH", " Group", " PLC")
_AGENCY_SENDS = 40  # candidates, about
# The population's places are few and its titles plain: with quarters and fields, two members of a
# made-up world share a town and a title as rarely as two of world A do.
_QUARTERS = (
    "Abbey", "Bridge", "Castle", "Dale", "Elms", "Ferry", "Grove", "Harbour", "Island", "Junction",
    "Kiln", "Lake", "Market", "North", "Orchard", "Park", "Quarry", "Ridge", "South", "Temple",
)  # fmt: skip
_MANY_BEARERS = 40  # of a name
_TRIES = 20  # to find a brother or sister another name
_PASTES_A_NEAR_ONE = 0.3  # of those who would paste the profile of a namesake in town or at work
_FIELDS = ("Retail", "Digital", "Health", "Energy", "Export")


@dataclass
class World:
    """Records as files hold them, who is who, and what is wrong with each candidate."""

    members: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    truth: dict[str, set[str]] = field(default_factory=dict)
    classes: dict[str, set[str]] = field(default_factory=dict)


def make(seed: int, rates: Rates, *, members: int, candidates: int) -> World:
    """A world, the same for the same arguments.

    Args:
        members: how many people have an account, not counting relatives and second accounts.
        candidates: how many people have a record, not counting second records.
    """
    maker = _Maker(seed, rates)
    maker.make_members(members)
    maker.make_candidates(candidates)
    return maker.world


class _Maker:
    def __init__(self, seed: int, rates: Rates) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - wants to be repeatable, not secret
        self.rates = rates
        self.population = Population(seed + 1, _AS_OF, [])
        self.world = World()
        self.people: list[Person] = []
        self.accounts: dict[str, set[str]] = {}  # by public id, the members that are this person
        self.relatives: dict[str, Person] = {}
        self.namesakes: dict[tuple[str, str], list[Person]] = defaultdict(list)
        self.towns: dict[str, list[Place]] = defaultdict(list)
        for place in self.population.places:
            self.towns[place.country_code].append(place)

    def _people(self, count: int) -> Iterator[Person]:
        for person in self.population.people(count):
            work = self.dice.choice(_FIELDS)
            jobs = [replace(job, title=f"{work} {job.title}") for job in person.jobs]
            yield replace(person, place=self._quarter_of(person.place), jobs=jobs)

    def _quarter_of(self, place: Place) -> Place:
        return place._replace(city=f"{place.city} {self.dice.choice(_QUARTERS)}")

    # -------------------------------------------------------------------------------- members
    def make_members(self, count: int) -> None:
        for person in self._people(count):
            self._add(person)
            chance = self.dice.random()
            if chance < self.rates.doubled:
                self._add_second_account(person)
            elif chance < self.rates.doubled + self.rates.relatives:
                relative = self._relative_of(person, self.rates.namesakes)
                self.relatives[person.public_id] = relative
                self.relatives[relative.public_id] = person
                self._add(relative)

    def _add(self, person: Person) -> None:
        number = str(len(self.world.members) + 1)
        self.world.members.append(_member(number, person, self.dice.random() < 0.7))
        self.accounts.setdefault(person.public_id, set()).add(number)
        self.people.append(person)
        self.namesakes[person.first_name, person.last_name].append(person)

    def _add_second_account(self, person: Person) -> None:
        """Forgotten since: another address and the first job only."""
        emails = [mistakes.new_email(self.dice, person)]
        slug = f"{person.slug}-2"
        again = replace(person, emails=emails, slug=slug, jobs=person.jobs[-1:], phone="")
        self._add(again)

    def _relative_of(self, person: Person, namesakes: float) -> Person:
        """In the same town, of the same family name, with a career of their own."""
        other = next(self._people(1))
        first = person.first_name
        if self.dice.random() >= namesakes:
            first = self._another_first_name(person)
        slug = f"{plain(first)}-{plain(person.last_name)}-{other.public_id.lower()}"
        like = replace(
            other, first_name=first, last_name=person.last_name, place=person.place, slug=slug
        )
        return replace(like, emails=[mistakes.new_email(self.dice, like)])

    def _another_first_name(self, person: Person) -> str:
        """Brothers and sisters do not bear one name."""
        given = culture(self.dice.choice(person.place.cultures)).given
        names = (given.pick(self.dice) for _ in range(_TRIES))
        return next((name for name in names if name != person.first_name), person.first_name)

    # ----------------------------------------------------------------------------- candidates
    def make_candidates(self, count: int) -> None:
        agencies = self._agencies(count)
        strange = self._people(count)
        for _ in range(count):
            is_stranger = self.dice.random() < self.rates.stranger
            person = self._stranger(strange) if is_stranger else self.dice.choice(self.people)
            if is_stranger and self.dice.random() < self.rates.relatives:
                kin = self.dice.choice(self.people)
                person = self._relative_of(kin, self.rates.strange_namesakes)
                self.relatives[person.public_id] = kin
            for _ in range(1 + (self.dice.random() < self.rates.second_record)):
                self._add_record(person, agencies)

    def _stranger(self, strange: Iterator[Person]) -> Person:
        """The next one, who may be a member's namesake."""
        person = next(strange)
        if not self.rates.namesake or self.dice.random() > sum(self.rates.namesake.values()):
            return person
        member = self._with_namesakes()
        shared = mistakes.one_of(self.dice, self.rates.namesake)
        person = replace(person, first_name=member.first_name, last_name=member.last_name)
        if shared != "work":
            person = replace(person, place=member.place)
        if shared != "town" and person.jobs:
            work = zip(member.jobs, cycle(person.jobs))
            jobs = [replace(job, title=own.title) for job, own in work]
            person = replace(person, jobs=jobs)
        return person

    def _with_namesakes(self) -> Person:
        """A member, the likelier the more share the name: so strangers come to share it, too."""
        while True:
            member = self.dice.choice(self.people)
            bearers = len(self.namesakes[member.first_name, member.last_name])
            if self.dice.random() * _MANY_BEARERS < bearers:
                return member

    def _agencies(self, candidates: int) -> list[str]:
        """Some of them with an account of their own under that address."""
        sent = candidates * self.rates.emails["em_agency"]
        recruiters = self.dice.sample(self.people, k=max(int(sent / _AGENCY_SENDS), 1))
        return [one.emails[0] for one in recruiters]

    def _add_record(self, person: Person, agencies: Sequence[str]) -> None:
        dice, rates = self.dice, self.rates
        number = str(len(self.world.candidates) + 1)
        around = Around(
            other=dice.choice(self.people),
            namesake=self._namesake_of(person),
            relative=self.relatives.get(person.public_id, person),
            agency=dice.choice(agencies),
        )
        first, last, tags = mistakes.name(dice, rates, person)
        known = self.accounts.get(person.public_id, set())
        kinds = [self._email_kind(person, around, is_stranger=not known)]
        kinds += [mistakes.one_of(dice, each) for each in (rates.phones, rates.urls)]
        if rates.kins_phone and not known and dice.random() < rates.kins_phone:
            kinds[1] = "ph_family"
        if rates.namesake and kinds[2] == "url_wrong" and _are_near(person, around.namesake):
            kinds[2] = "url_wrong" if dice.random() < _PASTES_A_NEAR_ONE else "url_missing"
        made_at = _FIRST_RECORD + dice.random() * (_AS_OF - _FIRST_RECORD)
        town = self._town_of(person)
        sent = {
            "id": number,
            "firstName": first,
            "lastName": last,
            "emailAddresses": _some(mistakes.email(dice, kinds[0], person, around)),
            "phoneNumbers": [
                {"number": each} for each in _some(mistakes.phone(dice, kinds[1], person, around))
            ],
            "addresses": town,
            "linkedInProfileUrl": mistakes.url(dice, kinds[2], person, around),
            "atsCreatedAt": int(made_at.timestamp() * 1000),
        }
        if known and dice.random() < rates.exported:
            sent["manualMatchedMember"] = min(known)
            tags.add("exported")
        self.world.candidates.append(sent | self._work_of(person, made_at))
        self.world.truth[number] = known
        tags |= {*kinds, "member" if known else "nonmember"}
        if town and town[0]["city"] != person.place.city:
            tags.add("moved")
        self.world.classes[number] = tags

    def _email_kind(self, person: Person, around: Around, *, is_stranger: bool) -> str:
        has_kin = around.relative is not person
        rates = self.rates
        kins_address = rates.kins_address if is_stranger else rates.members_kins_address
        if has_kin and kins_address and self.dice.random() < kins_address:
            return "em_family"
        kind = mistakes.one_of(self.dice, rates.emails)
        return "em_exact" if kind == "em_family" and not has_kin else kind

    def _namesake_of(self, person: Person) -> Person:
        alike = self.namesakes.get((person.first_name, person.last_name))
        return self.dice.choice(alike) if alike else person

    def _town_of(self, person: Person) -> list[dict[str, str]]:
        place, chance = person.place, self.dice.random()
        if chance < self.rates.moved:
            place = self._quarter_of(self.dice.choice(self.towns[place.country_code]))
        elif chance > 0.9:
            return []
        country = place.country_code.lower()
        return [{"city": place.city, "geographicArea": place.region, "country": country}]

    def _work_of(self, person: Person, made_at: datetime) -> dict[str, str]:
        """The job when the record was made; for some another one, or none."""
        month = f"{made_at:%Y-%m}"
        then = [job for job in person.jobs if job.started_on <= month <= (job.ended_on or month)]
        if not then or self.dice.random() < self.rates.no_work:
            return {}
        job: Job = then[0]
        if self.dice.random() < 0.08:
            return {"currentCompanyName": self.population.employers.pick(self.dice)}
        employer = job.employer + self.dice.choice(_LEGAL_FORMS)
        return {"currentCompanyName": employer, "currentJobTitle": job.title}


def _are_near(one: Person, other: Person) -> bool:
    employers = {job.employer for job in one.jobs}
    return one.place == other.place or any(job.employer in employers for job in other.jobs)


def _some(value: str) -> list[str]:
    return [value] if value else []


def _member(number: str, person: Person, tells_phone: bool) -> dict[str, Any]:
    basics = {
        "givenName": person.first_name,
        "familyName": person.last_name,
        "emails": person.emails,
        "phone": person.phone if tells_phone else "",
        "profile": person.slug,
        "location": {
            "city": person.place.city,
            "region": person.place.region,
            "countryCode": person.place.country_code,
        },
    }
    work = [
        {"name": job.employer, "position": job.title, "startDate": job.started_on}
        | ({"endDate": job.ended_on} if job.ended_on else {})
        for job in person.jobs
    ]
    return {"id": number, "basics": basics, "work": work}

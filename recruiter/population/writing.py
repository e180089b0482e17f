"""Write made-up people with COPY, which is what makes millions of them bearable."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from recruiter.events import MEMBERS_ADDED
from recruiter.population.people import Person
from rsc import outbox
from rsc.addresses import email_normal_form

CHUNK = 5_000  # people a transaction

MEMBER = (
    "id", "public_id", "source_key", "source_digest", "slug", "first_name", "last_name",
    "headline", "summary", "industry", "location", "city", "region", "country_code", "website",
    "skills", "languages", "openness", "hidden_from_recruiters", "shares_with_third_parties",
    "last_seen_at", "last_replied_at", "created_at", "modified_at",
)  # fmt: skip
EMAIL = ("member_id", "address", "normal_form", "verified_at", "primary")
PHONE = ("member_id", "number", "kind")
POSITION = (
    "member_id", "title", "employer", "company_id", "location", "started_on", "ended_on", "summary",
)  # fmt: skip
EDUCATION = ("member_id", "school", "degree", "field_of_study", "started_on", "ended_on")


def write(
    people: Iterable[Person],
    *,
    key: str,
    companies: dict[str, int],
    at: datetime,
    on_chunk: Callable[[int], None],
) -> tuple[int, int]:
    """Write people, a chunk a transaction.

    Args:
        key: what the stable keys of these members begin with.
        companies: lower-case names of companies of this server to their ids.
        at: when they joined.
        on_chunk: told the number of people of each chunk that was written.

    Returns:
        The first and the last member id.
    """
    rows = iter(people)
    first = last = number = 0
    while chunk := list(islice(rows, CHUNK)):
        with transaction.atomic():
            start = _reserve(len(chunk))
            _copy_chunk(chunk, start, key, number, companies, at)
            outbox.publish(MEMBERS_ADDED, start, first=start, last=start + len(chunk) - 1)
        first, last, number = first or start, start + len(chunk) - 1, number + len(chunk)
        on_chunk(len(chunk))
    return first, last


def connect(first: int, last: int, *, mean: int, seed: int, at: datetime) -> int:
    """Give the members of an id range acquaintances in both directions.

    Args:
        mean: how many each knows on average.

    Returns:
        The number of rows written.
    """
    dice = random.Random(seed)  # noqa: S311 - wants to be repeatable, not secret
    count = last - first + 1
    pairs = {
        (one, other)
        for _ in range(count * mean // 2)
        if (one := dice.randint(first, last)) != (other := dice.randint(first, last))
    }
    both = pairs | {(other, one) for one, other in pairs}
    with transaction.atomic():
        _copy(
            "recruiter_connection",
            ("member_id", "other_id", "since"),
            ((*pair, at) for pair in sorted(both)),
        )
    return len(both)


def _reserve(count: int) -> int:
    """Take a run of member ids from the table's sequence; returns the first."""
    with connection.cursor() as cursor:
        # The lock keeps two generators from taking overlapping runs.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('recruiter.population'))")
        cursor.execute("SELECT nextval(pg_get_serial_sequence('recruiter_member', 'id'))")
        start = cursor.fetchone()[0]
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('recruiter_member', 'id'), %s)",
            [start + count - 1],
        )
    return start


def _copy_chunk(
    chunk: list[Person],
    start: int,
    key: str,
    number: int,
    companies: dict[str, int],
    at: datetime,
) -> None:
    numbered = list(enumerate(chunk, start))
    members = (
        _member_row(pk, person, f"{key}{number + pk - start}", at) for pk, person in numbered
    )
    _copy("recruiter_member", MEMBER, members)
    _copy("recruiter_memberemail", EMAIL, _email_rows(numbered, at))
    _copy(
        "recruiter_memberphone", PHONE, ((pk, p.phone, "mobile") for pk, p in numbered if p.phone)
    )
    _copy("recruiter_position", POSITION, _position_rows(numbered, companies))
    _copy(
        "recruiter_education",
        EDUCATION,
        (
            (pk, s.school, s.degree, s.field_of_study, s.started_on, s.ended_on)
            for pk, person in numbered
            for s in person.studies
        ),
    )


def _copy(table: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _member_row(pk: int, person: Person, key: str, at: datetime) -> tuple[object, ...]:
    place = person.place
    return (
        pk, person.public_id, key, "", person.slug, person.first_name, person.last_name,
        person.headline, person.summary, person.industry, f"{place.city}, {place.region}",
        place.city, place.region, place.country_code, "", _array(person.skills),
        _array(person.languages),
        person.openness, person.hidden, person.shares, person.last_seen_at,
        person.last_replied_at, at, at,
    )  # fmt: skip


def _array(words: list[str]) -> str:
    """A text[] as COPY reads it; our own words hold no quotes or backslashes."""
    return "{" + ",".join(f'"{word}"' for word in words) + "}"


def _email_rows(numbered: list[tuple[int, Person]], at: datetime) -> Iterator[tuple[object, ...]]:
    for pk, person in numbered:
        for rank, address in enumerate(person.emails):
            yield pk, address, email_normal_form(address), at, rank == 0


def _position_rows(
    numbered: list[tuple[int, Person]], companies: dict[str, int]
) -> Iterator[tuple[object, ...]]:
    for pk, person in numbered:
        for job in person.jobs:
            company = companies.get(job.employer.lower())
            yield pk, job.title, job.employer, company, "", job.started_on, job.ended_on, ""

"""Which user of an ATS is which of our people, and who is mapped to nobody on either side.

A person is mapped in one of three ways: by signing in through the ATS, by the ATS naming their
person id in an ACL, or by an administrator's hand. A name or an address alone only suggests.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from ats_sync.models import Ats, AtsPerson
from rsc import audit
from rsc.models import User

How = AtsPerson.How


@dataclass(frozen=True)
class Pair:
    """A user of the ATS without one of ours, and whom the name or address suggests."""

    person: AtsPerson
    suggested: User | None


def people_of(ats: Ats) -> QuerySet[User]:
    """Those with an active seat at the ATS's company."""
    seats = {"seats__state": "ACTIVE", "seats__contract__active": True}
    held = User.objects.filter(is_active=True, seats__contract__company=ats.company_id, **seats)
    return held.distinct().order_by("last_name", "first_name", "pk")


def without_ats_user(ats: Ats) -> list[User]:
    """Our people whom nobody in the ATS is known to be. One query."""
    mapped = AtsPerson.objects.filter(ats=ats).exclude(user=None).values("user")
    return list(people_of(ats).exclude(pk__in=mapped))


def without_seat(ats: Ats) -> list[Pair]:
    """Users of the ATS who are nobody here yet, each with a suggestion. Two queries."""
    people = list(people_of(ats))
    by_email = {user.email.lower(): user for user in people if user.email}
    by_name: dict[str, User | None] = {}
    for user in people:
        name = user.full_name.lower()
        by_name[name] = None if name in by_name else user  # two of one name suggest nobody
    return [
        Pair(one, by_email.get(one.email.lower()) or by_name.get(one.name.lower()))
        for one in ats.people.filter(user=None).order_by("name", "email", "pk")
    ]


@transaction.atomic
def look_for_people(ats: Ats) -> None:
    """Take in the authors of notes and the holders of ACLs, whom the wire names. Two statements."""
    with connection.cursor() as cursor:
        for statement in (_AUTHORS, _HOLDERS):
            cursor.execute(statement, {"ats": ats.pk})


def look_everywhere() -> int:
    """`look_for_people` in all ATSs; returns how many there are."""
    return len([look_for_people(ats) for ats in Ats.objects.order_by("pk")])


@transaction.atomic
def map_by_hand(person: AtsPerson, user: User, *, actor: User) -> AtsPerson:
    """Say which of our people a user of the ATS is; who has a seat at its company only.

    Raises:
        User.DoesNotExist: somebody else.
    """
    return _map(person, people_of(person.ats).get(pk=user.pk), How.BY_HAND, actor)


@transaction.atomic
def map_same_address(ats: Ats, users: list[User], *, actor: User) -> int:
    """Say that people have in the ATS the address that they have here; returns how many."""
    known = {one.pk: one for one in people_of(ats).exclude(email="")}
    chosen = [known[user.pk] for user in users if user.pk in known]
    for user in chosen:
        person, _ = AtsPerson.objects.get_or_create(ats=ats, name="", email=user.email.lower())
        _map(person, user, How.BY_HAND, actor)
    return len(chosen)


@transaction.atomic
def map_by_sign_in(ats: Ats, user: User) -> None:
    """Somebody signed in from the ATS's own page: no better proof exists."""
    if not AtsPerson.objects.filter(ats=ats, user=user, how=How.SIGNED_IN).exists():
        person, _ = AtsPerson.objects.get_or_create(ats=ats, name="", email=user.email.lower())
        _map(person, user, How.SIGNED_IN, user)


def users_behind(ats: Ats, email: str) -> QuerySet[Any]:
    """The ids of those who are mapped to an address of the ATS; for a filter."""
    known = AtsPerson.objects.filter(ats=ats, email__iexact=email).exclude(email="")
    return known.exclude(user=None).values("user")


def meet(ats: Ats, email: str) -> None:
    """Keep the address of a user of the ATS whom nobody here is known to be."""
    with contextlib.suppress(ValidationError):
        validate_email(email)
        AtsPerson.objects.get_or_create(ats=ats, name="", email=email.lower())


@transaction.atomic
def forget(person: AtsPerson, *, actor: User) -> None:
    """Undo a mapping; the user of the ATS is listed as unmapped again."""
    person.user, person.how, person.mapped_at = None, "", None
    person.save(update_fields=["user", "how", "mapped_at"])
    _tell(person, "unmapped", actor)


def _map(person: AtsPerson, user: User, how: str, actor: User) -> AtsPerson:
    person.user, person.how, person.mapped_at = user, how, timezone.now()
    person.save(update_fields=["user", "how", "mapped_at"])
    _tell(person, "mapped", actor, how=how)
    return person


def _tell(person: AtsPerson, verb: str, actor: User, **detail: str) -> None:
    subject = f"ats:{person.ats_id}"
    audit.record(f"ats_person.{verb}", subject, actor=actor, person=person.pk, **detail)


_AUTHORS = """
INSERT INTO ats_sync_atsperson (ats_id, name, email, unknown_person_id, how)
SELECT DISTINCT ON (lower(found.name)) %(ats)s::bigint, found.name, '', '', ''
FROM (
    SELECT trim(author_first_name || ' ' || author_last_name) AS name
    FROM ats_sync_candidatenote WHERE ats_id = %(ats)s
    UNION
    SELECT trim(author_first_name || ' ' || author_last_name)
    FROM ats_sync_applicationnote WHERE ats_id = %(ats)s
) AS found
WHERE found.name <> ''
ON CONFLICT DO NOTHING
"""

_HOLDERS = """
INSERT INTO ats_sync_atsperson
    (ats_id, name, email, unknown_person_id, user_id, how, mapped_at)
SELECT DISTINCT %(ats)s::bigint, '', coalesce(lower(u.email), ''),
    CASE WHEN u.id IS NULL THEN a.person_id ELSE '' END, u.id,
    CASE WHEN u.id IS NULL THEN '' ELSE 'by_ats' END,
    CASE WHEN u.id IS NULL THEN NULL ELSE now() END
FROM ats_sync_entityaclassignee AS a
LEFT JOIN rsc_user AS u ON u.person_id = a.person_id AND u.email <> ''
WHERE a.ats_id = %(ats)s
ON CONFLICT (ats_id, lower(name), lower(email), unknown_person_id) DO UPDATE
SET user_id = EXCLUDED.user_id, how = EXCLUDED.how, mapped_at = EXCLUDED.mapped_at
WHERE ats_sync_atsperson.user_id IS NULL AND EXCLUDED.user_id IS NOT NULL
"""

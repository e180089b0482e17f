"""Bring people from a CSV file into a project: read the file, find the members, say what became
of each line.

Only a verified address finds somebody for certain. A name alone may mean several people, so a
person decides; who cannot be seen is not found, for whatever reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from recruiter import events, pipeline
from recruiter.models import ImportedPerson, Member, MemberEmail, PeopleImport, Project
from rsc import outbox
from rsc.addresses import email_normal_form
from rsc.csv_files import decode, read
from rsc.models import Seat

MOST_POSSIBLE = 5  # people offered for one name
Outcome = ImportedPerson.Outcome
NO_ADDRESS = "No member whom you may see has verified this address."
NO_NAME = "There is no address, and nobody whom you may see has this name."
NAME_FITS = "Only the name fits. Say who it is."


# ------------------------------------------------------------------------------------------ verbs
def upload(seat: Seat, project: Project, *, name: str, content: bytes) -> PeopleImport:
    """Keep a file until its columns are named.

    Raises:
        FileRefused: it cannot be read.
    """
    text = decode(content)
    read(text)
    return PeopleImport.objects.create(project=project, seat=seat, file_name=name[:200], text=text)


@transaction.atomic
def invite(person: ImportedPerson) -> None:
    """Write to somebody who was not found, once, that they can open a profile here."""
    person.outcome = Outcome.INVITED
    person.save(update_fields=["outcome"])
    outbox.publish(events.PERSON_INVITED, person.pk)


@outbox.subscribe(events.PERSON_INVITED)
def tell_invited(key: str, payload: dict[str, Any]) -> None:
    """Send the invitation, unless the line was dropped meanwhile."""
    related = ImportedPerson.objects.select_related(
        "people_import__seat__user", "people_import__seat__contract__company"
    )
    person = related.filter(pk=int(key), outcome=Outcome.INVITED).first()
    if person is None:
        return
    seat = person.people_import.seat
    context = {
        "person": person,
        "seat": seat,
        "url": f"{settings.BASE_URL}{reverse('account_signup')}",
    }
    subject = f"{seat.user.full_name} at {seat.contract.company} invites you"
    text = render_to_string("recruiter/mail/invitation.txt", context)
    send_mail(subject, text, None, [person.email])


@transaction.atomic
def run(
    seat: Seat, people_import: PeopleImport, *, columns: dict[str, int | None], headings: bool
) -> PeopleImport:
    """Find the people of a file and save them to its project.

    Args:
        columns: in which column each of `FIELDS` stands; None where it does not.
        headings: whether the first row is no person.
    """
    people_import = (
        PeopleImport.objects.select_for_update(of=("self",))
        .select_related("project")
        .get(pk=people_import.pk)
    )
    if people_import.done_at:  # the same click arrived twice
        return people_import
    rows = read(people_import.text).rows[1 if headings else 0 :]
    people = [_person(people_import, line, cells, columns) for line, cells in rows]
    _find(seat, people)
    _save(seat, people_import.project, people)
    ImportedPerson.objects.bulk_create(people)
    _offer(seat, people)
    people_import.text, people_import.done_at = "", timezone.now()
    people_import.save(update_fields=["text", "done_at"])
    return people_import


def choose(seat: Seat, person: ImportedPerson, member: Member) -> None:
    """Say whom a line means, out of those offered."""
    pipeline.save(seat, [member], project=person.people_import.project)
    person.member, person.outcome, person.reason = member, Outcome.SAVED, "Chosen by hand."
    person.save(update_fields=["member", "outcome", "reason"])


def drop(people: Iterable[ImportedPerson]) -> None:
    """Forget who some lines were about: their names and addresses go."""
    for person in people:
        person.first_name = person.last_name = person.email = ""
        person.outcome, person.reason = Outcome.DROPPED, ""
    ImportedPerson.objects.bulk_update(
        people, ["first_name", "last_name", "email", "outcome", "reason"]
    )


# -------------------------------------------------------------------------------------- one by one
def _person(
    people_import: PeopleImport, line: int, cells: list[str], columns: dict[str, int | None]
) -> ImportedPerson:
    values = {
        field: cells[at].strip() if at is not None and at < len(cells) else ""
        for field, at in columns.items()
    }
    person = ImportedPerson(people_import=people_import, line=line, outcome=Outcome.UNKNOWN)
    if reason := _fault(values):
        person.outcome, person.reason = Outcome.BAD, reason
    for field, value in values.items():
        setattr(person, field, value[: ImportedPerson._meta.get_field(field).max_length])
    return person


def _fault(values: dict[str, str]) -> str:
    if not values["email"]:
        return (
            "" if values["first_name"] and values["last_name"] else "No address and no full name."
        )
    return "" if email_normal_form(values["email"]) else "This is no e-mail address."


def _find(seat: Seat, people: list[ImportedPerson]) -> None:
    """Name the members whose verified address stands in the file. One query."""
    forms = {email_normal_form(person.email) for person in people if _readable(person)}
    seen = Member.objects.visible_to(seat)
    rows = MemberEmail.objects.filter(normal_form__in=forms - {""}, member__in=seen.values("pk"))
    owners: dict[str, set[Member]] = defaultdict(set)
    for email in rows.exclude(verified_at=None).select_related("member"):
        owners[email.normal_form].add(email.member)
    for person in people:
        found = owners.get(email_normal_form(person.email), set()) if _readable(person) else set()
        if len(found) == 1:
            person.member = next(iter(found))


def _readable(person: ImportedPerson) -> bool:
    return person.outcome != Outcome.BAD and bool(person.email)


def _save(seat: Seat, project: Project, people: list[ImportedPerson]) -> None:
    standing = project.prospects.filter(archived_at=None)
    there = set(standing.values_list("member", flat=True))
    first_lines: dict[int, int] = {}
    for person in people:
        if person.member is None:
            continue
        if person.member.pk in first_lines:
            person.outcome = Outcome.THERE
            person.reason = f"The same person as in line {first_lines[person.member.pk]}."
        elif person.member.pk in there:
            person.outcome, person.reason = Outcome.THERE, ""
        else:
            person.outcome = Outcome.SAVED
        first_lines.setdefault(person.member.pk, person.line)
    new = [person.member for person in people if person.outcome == Outcome.SAVED]
    pipeline.save(seat, new, project=project)


def _offer(seat: Seat, people: list[ImportedPerson]) -> None:
    """For lines without a known address: who has that very name."""
    open_lines = [person for person in people if person.outcome == Outcome.UNKNOWN]
    by_name = _by_name(seat, {_name(person) for person in open_lines})
    through = ImportedPerson.possible.through
    links = []
    for person in open_lines:
        found = by_name.get(_folded(_name(person)), [])[:MOST_POSSIBLE]
        links += [through(importedperson=person, member=member) for member in found]
        person.outcome = Outcome.SEVERAL if found else Outcome.UNKNOWN
        person.reason = NAME_FITS if found else NO_ADDRESS if person.email else NO_NAME
    through.objects.bulk_create(links)
    ImportedPerson.objects.bulk_update(open_lines, ["outcome", "reason"])


def _by_name(seat: Seat, names: set[tuple[str, str]]) -> dict[tuple[str, str], list[Member]]:
    """Members by their name in small letters. One query for each hundred names.

    The index on names knows capitals, so each name is looked up as it may be written.
    """
    found: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for some in _batched(sorted(name for name in names if all(name)), 100):
        wanted = Q()
        for first, last in some:
            wanted |= Q(last_name__in=_written(last), first_name__in=_written(first))
        for member in Member.objects.visible_to(seat).filter(wanted).order_by("pk"):
            found[_folded(_name(member))].append(member)
    return found


def _batched(names: list[tuple[str, str]], size: int) -> Iterable[list[tuple[str, str]]]:
    """The names in lists of that size."""
    return (names[at : at + size] for at in range(0, len(names), size))


def _written(name: str) -> set[str]:
    return {name, name.lower(), name.upper(), name.title()}


def _name(person: ImportedPerson | Member) -> tuple[str, str]:
    return person.first_name, person.last_name


def _folded(name: tuple[str, str]) -> tuple[str, str]:
    return name[0].lower(), name[1].lower()

"""Erase a person everywhere, and write a receipt that says how much it was but not what.

What stays, and why: the member's row with its public id and the time (so that ATSs which ask for
closed profiles hear of it), the numbers of exports and of decisions about links, and the audit.
They hold ids only. Backups are not touched: after restoring one, `erase_person --again` erases
anew whom a list of receipts names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

import msgspec
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ats_sync import (
    applications,
    candidates,
    closed_profiles,
    member_keys,
    persons,
    request_log,
)
from ats_sync.batches import batch
from ats_sync.models import ApiRequest, Application, Candidate, Erasure
from ats_sync.persons import Part, Person
from recruiter import leftovers, legal_holds, members
from recruiter.legal_holds import HeldByLaw, Kind
from recruiter.models import LegalHold
from recruiter.search import care
from rsc import audit, outbox, traces
from rsc.models import User

PERSON_ERASED = "person.erased"  # the key is the receipt
_SALT = "ats_sync.erasure"


class WorksHere(ValueError):
    """The person has a seat: colleagues' work hangs on it."""


class NobodyFound(LookupError):
    """No row is of that person."""


def holds_on(person: Person) -> list[LegalHold]:
    """What forbids it: holds on the members, on the candidates, or on a company of theirs."""
    found = legal_holds.on_members([one.pk for one in person.members])
    own = {
        Kind.CANDIDATE: {one.pk for one in person.candidates},
        Kind.COMPANY: {one.ats.company_id for one in [*person.candidates, *person.applications]},
    }
    standing = LegalHold.objects.standing().exclude(pk__in=[one.pk for one in found])
    return found + [one for one in standing if one.object_id in own.get(Kind(one.kind), ())]


@transaction.atomic
def erase(person: Person, *, actor: User | None, look: bool = False) -> Erasure:
    """Erase a person for good.

    Args:
        person: what `persons.find` gave and somebody confirmed.
        actor: the administrator; None for a command.
        look: read every table afterwards for the person's addresses, phones and names, and note
            where other people's words hold one still. Slow with many members.

    Raises:
        NobodyFound: there is nothing.
        WorksHere: it is somebody with a seat.
        HeldByLaw: a legal hold stands.
    """
    if not person.subjects:
        raise NobodyFound("Nothing is kept under that.")
    if any(user.seats.exists() for user in person.users):
        raise WorksHere("This person has a seat here. Give it to somebody else first.")
    if holds := holds_on(person):
        raise HeldByLaw(holds)
    counts = {part.name: _counted(part) for part in persons.parts(person)}
    known = _values(person)
    _erase_members(person)
    _erase_records(person)
    _erase_rest(person, known)
    receipt = Erasure.objects.create(
        kind=Erasure.Kind.PERSON,
        subjects=person.subjects,
        asked_by=actor,
        counts={name: each for name, each in counts.items() if each["rows"]},
        finished_at=timezone.now(),
        traces=traces.in_tables(known) if look else {},
    )
    _sign(receipt)
    audit.record("person.erased", f"erasure:{receipt.pk}", actor=actor, subjects=person.subjects)
    outbox.publish(PERSON_ERASED, receipt.pk)
    return receipt


def _counted(part: Part) -> dict[str, int | str]:
    numbers = sorted(map(str, part.rows.order_by().values_list("pk", flat=True)))
    digest = hashlib.sha256(",".join(numbers).encode()).hexdigest()
    return {"rows": len(numbers), "ids": digest}


def _values(person: Person) -> set[str]:
    """What to look for afterwards: addresses, phones, whole names."""
    found = set(person.addresses)
    for member in person.members:
        found |= leftovers.words_of(member).typed
    for candidate in person.candidates:
        found |= {*candidate.emails, *(str(each.get("number", "")) for each in candidate.phones)}
        if candidate.last_name:
            found.add(candidate.full_name)
    found |= {one.candidate_email for one in person.applications}
    found |= {one.email for one in person.users}
    return found - {""}


def _erase_members(person: Person) -> None:
    for member in person.members:
        members.close_account(member)
        closed_profiles.part_from(member.pk)
    for user in person.users:
        if user.is_active:
            leftovers.end_sign_in(user)
            user.username, user.email = f"erased-{user.pk}", ""
            user.first_name = user.last_name = ""
            user.is_active = False
            user.set_unusable_password()
            user.save()


def _erase_records(person: Person) -> None:
    """The ATS side, by the same verbs by which an ATS deletes: they keep footprints right."""
    by_ats = {one.ats_id: one.ats for one in [*person.candidates, *person.applications]}
    for pk, ats in sorted(by_ats.items()):
        applied = [one.external_id for one in person.applications if one.ats_id == pk]
        known = [one.external_id for one in person.candidates if one.ats_id == pk]
        with batch(pk):
            _forget_requests(ats.application_id, [*applied, *known])
            applications.delete(ats, applied)
            candidates.delete(ats, known)


def _forget_requests(application_id: int, external_ids: Sequence[str]) -> None:
    names = [request_log.record_name(one) for one in external_ids]
    concerned = ApiRequest.objects.filter(application=application_id, record_ids__overlap=names)
    for row in concerned:
        row.record_ids = [one for one in row.record_ids if one not in names]
        row.errors = [one for one in row.errors if one.get("id") not in names]
        row.save(update_fields=["record_ids", "errors"])


def _erase_rest(person: Person, known: Collection[str]) -> None:
    """What hangs on no row that went: by the ATS's ids, by address, by words."""
    # Names are counted over members: while their keys are there, they can still be taken off.
    member_keys.rewrite([one.pk for one in person.members])
    for part in persons.parts(person):
        if not part.stays:
            part.rows.delete()
    leftovers.forget_typed({one for one in known if "@" in one}, known)
    for model, rows in ((Candidate, person.candidates), (Application, person.applications)):
        LogEntry.objects.filter(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
            object_id__in=[str(row.pk) for row in rows],
        ).update(object_repr=f"{model._meta.model_name}", change_message="")


def clean_index() -> int:
    """Write the files of the search index anew, without those who were erased since.

    Searches give an erased person at no time; but the words of a profile stay in the files of
    the version that was built with it. For a worker; returns how many receipts it completes.
    """
    waiting = list(Erasure.objects.filter(kind=Erasure.Kind.PERSON, index_clean_at=None))
    if not waiting:
        return 0
    care.forget_erased()
    now = timezone.now()
    numbers = [receipt.pk for receipt in waiting]
    return Erasure.objects.filter(pk__in=numbers).update(index_clean_at=now)


def digest_of(receipt: Erasure) -> str:
    """The keyed digest that shows that a receipt was not changed."""
    told = [receipt.kind, receipt.subjects, receipt.counts, receipt.asked_at.isoformat()]
    text = msgspec.json.encode(told, order="deterministic").decode()
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()


def _sign(receipt: Erasure) -> None:
    receipt.digest = digest_of(receipt)
    receipt.save(update_fields=["digest"])

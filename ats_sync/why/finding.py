"""What did the administrator mean? One text: a name, an address, an id, a URN or a uuid.

The kinds are told apart by how the text looks, never by guessing among rows: an address is not
looked for among names.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from ats_sync.models import ApiRequest, Ats, Candidate, Export, JobPosting
from recruiter.models import Conversation, Member, MemberEmail, RecruiterNote
from rsc import urns
from rsc.addresses import email_normal_form
from rsc.models import Seat

MOST = 5  # of each kind; a longer name or an id tells more
# As people write our own numbers: "note 12", "export 5", "notice 77".
_NUMBERED = re.compile(r"(note|export|notice|seat|thread)\W*([0-9]{1,18})", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be asked about.

    Attributes:
        label: what an administrator calls it.
        rows: all of them, with what their explanations need.
        name: how one of them is told from its neighbours.
    """

    label: str
    rows: Callable[[], QuerySet[Any]]
    name: Callable[[Any], str]


@dataclass(frozen=True)
class Found:
    """Something that fits the text."""

    kind: str
    row: Model

    @property
    def label(self) -> str:
        return KINDS[self.kind].label

    @property
    def name(self) -> str:
        return KINDS[self.kind].name(self.row)


def seats() -> QuerySet[Seat]:
    return Seat.objects.select_related("user", "contract__company").order_by("pk")


KINDS = {
    "candidate": Kind(
        "Record of an ATS",
        lambda: Candidate.objects.select_related("ats").order_by("pk"),
        lambda row: f"{row.full_name} · {row.external_id} · {row.ats.name}",
    ),
    "member": Kind(
        "Member",
        lambda: Member.objects.prefetch_related("emails").order_by("pk"),
        lambda row: f"{row.full_name} · {row.public_id}",
    ),
    "requisition": Kind(
        "Requisition",
        lambda: JobPosting.objects.select_related("ats").order_by("pk"),
        lambda row: f"{row.title} · {row.external_id} · {row.ats.name}",
    ),
    "seat": Kind("Seat", seats, lambda row: f"{row} · {row.pk}"),
    "request": Kind(
        "Request of an ATS",
        lambda: ApiRequest.objects.select_related("application"),
        lambda row: f"{row.method} {row.resource} · {row.uuid}",
    ),
    "export": Kind(
        "Export",
        lambda: Export.objects.with_state()
        .select_related("delivery", "ats", "job_posting", "seat__user")
        .order_by("pk"),
        lambda row: f"number {row.pk} to {row.job_posting} · {row.ats.name}",
    ),
    "thread": Kind(
        "InMail thread",
        lambda: Conversation.objects.select_related(
            "seat__contract__company", "seat__user", "member"
        ).order_by("pk"),
        lambda row: f"number {row.pk}, {row.seat.user.full_name} and {row.member}",
    ),
    "note": Kind(
        "Note",
        lambda: RecruiterNote.objects.select_related(
            "seat__user", "project", "member"
        ).order_by("pk"),
        lambda row: f"number {row.pk} by {row.seat.user.full_name} on {row.member}",
    ),
}  # fmt: skip
_BY_URN = {
    urns.PERSON: ("member", "public_id"),
    urns.SEAT: ("seat", "pk"),
    urns.JOB_POSTING: ("requisition", "pk"),
    urns.MESSAGING_THREAD: ("thread", "pk"),
}


def look_for(text: str) -> list[Found]:
    """Everything that fits a text, in the order of `KINDS`; at most nine queries."""
    text = text.strip()
    asked = list(_asked(text)) if text else []
    return [
        Found(kind, row)
        for kind, condition in asked
        for row in KINDS[kind].rows().filter(condition)[:MOST]
    ]


def named(kind: str, key: str) -> Found | None:
    """The thing that an address of ours names by kind and primary key."""
    if kind not in KINDS:
        return None
    good = _is_uuid(key) if kind == "request" else key.isdecimal() and len(key) < 19
    row = KINDS[kind].rows().filter(pk=key).first() if good else None
    return Found(kind, row) if row else None


def seats_like(text: str) -> list[Seat]:
    """Seats by name, address, number or URN: who is meant by “as seen by”."""
    return [found.row for found in look_for(text) if isinstance(found.row, Seat)]


def _asked(text: str) -> Iterator[tuple[str, Q]]:
    """Which kinds a text may mean, and how to find them."""
    if _is_uuid(text):
        yield "request", Q(pk=text)
    elif text.startswith("urn:"):
        yield from _by_urn(text)
    elif numbered := _NUMBERED.fullmatch(text):
        kind, number = numbered[1].lower(), int(numbered[2])
        yield ("export", Q(delivery=number)) if kind == "notice" else (kind, Q(pk=number))
    elif "@" in text:
        form = email_normal_form(text)
        yield "candidate", Q(email_keys__contains=[form or text])
        held = MemberEmail.objects.filter(normal_form=form or text)
        yield "member", Q(pk__in=held.values("member"))
        yield "seat", Q(user__email__iexact=text)
    else:
        yield from _by_id(text)
        yield from _by_name(text)


def _by_urn(text: str) -> Iterator[tuple[str, Q]]:
    try:
        urn = urns.Urn.parse(text)
    except urns.UrnError:
        return
    if urn.kind in _BY_URN:
        kind, field = _BY_URN[urn.kind]
        if field == "public_id":
            yield "member", Q(public_id=urn.id)
            yield "seat", Q(user__person_id=urn.id)
        elif urn.id.isdecimal():
            yield kind, Q(pk=int(urn.id))


def _by_id(text: str) -> Iterator[tuple[str, Q]]:
    # Naming the ATSs lets the indexes serve, which begin with them.
    atss = list(Ats.objects.values_list("pk", flat=True))
    yield "candidate", _named(text) | Q(ats__in=atss, external_id=text)
    yield "requisition", Q(ats__in=atss) & (Q(external_id=text) | Q(company_job_code=text))
    if text.isdecimal() and len(text) < 19:
        yield "seat", Q(pk=int(text))


def _by_name(text: str) -> Iterator[tuple[str, Q]]:
    yield "member", Q(public_id=text) | _spelt(text)
    if not text.isdecimal():
        yield "seat", _named(text, "user__") | Q(user__username=text)


def _named(text: str, path: str = "") -> Q:
    """First and last name, or a last name alone, whatever the case."""
    first, _, last = text.partition(" ")
    if not last:
        return Q(**{f"{path}last_name__iexact": text})
    both = {f"{path}first_name__iexact": first, f"{path}last_name__iexact": last.strip()}
    return Q(**both)


def _spelt(text: str) -> Q:
    """The same of members, who are millions: as typed or in the usual case, by their index."""
    first, _, last = text.partition(" ")
    if not last:
        return Q(last_name__in=_spellings(text))
    return Q(first_name__in=_spellings(first), last_name__in=_spellings(last.strip()))


def _spellings(name: str) -> list[str]:
    return sorted({name, name.title(), name.upper()})


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return len(text) in (32, 36)

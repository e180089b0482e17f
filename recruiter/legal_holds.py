"""What the law wants kept: erasure, retention and purges ask here first."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from recruiter.models import LegalHold, Member
from rsc import audit
from rsc.models import User

Kind = LegalHold.Kind
Held = dict[Kind, set[int]]


class HeldByLaw(RuntimeError):
    """A legal hold forbids it."""

    def __init__(self, holds: Collection[LegalHold]) -> None:
        self.holds = list(holds)
        names = ", ".join(f"{one.get_kind_display()} {one.object_id}" for one in self.holds)
        super().__init__(f"A legal hold forbids it, on: {names}.")


@transaction.atomic
def place(kind: str, object_id: int, reason: str, *, actor: User) -> LegalHold:
    """Hold a member, a candidate or a company. Audited; one that stands already is given back."""
    hold, is_new = LegalHold.objects.standing().get_or_create(
        kind=kind, object_id=object_id, defaults={"reason": reason, "placed_by": actor}
    )
    if is_new:
        audit.record("legal_hold.placed", f"{kind}:{object_id}", actor=actor, hold=hold.pk)
    return hold


@transaction.atomic
def lift(hold: LegalHold, *, actor: User) -> None:
    """End a hold. Audited; what waited for it happens by night."""
    standing = LegalHold.objects.standing().filter(pk=hold.pk)
    if standing.update(lifted_at=timezone.now(), lifted_by=actor):
        subject = f"{hold.kind}:{hold.object_id}"
        audit.record("legal_hold.lifted", subject, actor=actor, hold=hold.pk)


def held() -> Held:
    """The numbers of what is held, by kind. One query; there are few."""
    found: Held = {kind: set() for kind in Kind}
    for kind, number in LegalHold.objects.standing().values_list("kind", "object_id"):
        found[Kind(kind)].add(number)
    return found


def on_members(member_ids: Collection[int]) -> list[LegalHold]:
    """Holds on members, or on companies whose people wrote to them or about them."""
    standing = list(LegalHold.objects.standing())
    if not standing:
        return []
    companies = {one.object_id for one in standing if one.kind == Kind.COMPANY}
    touched = _companies_of(member_ids, companies) if companies else set()
    return [
        one
        for one in standing
        if (one.kind == Kind.MEMBER and one.object_id in member_ids)
        or (one.kind == Kind.COMPANY and one.object_id in touched)
    ]


def _companies_of(member_ids: Collection[int], among: Collection[int]) -> set[int]:
    people = Member.objects.filter(pk__in=member_ids)
    ways = (
        "conversations__seat__contract__company",
        "recruiter_notes__seat__contract__company",
        "attachments__seat__contract__company",
        "prospects__project__contract__company",
    )
    return {
        company
        for way in ways
        for company in people.filter(**{f"{way}__in": among}).values_list(way, flat=True)
    }

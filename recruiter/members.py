"""Verbs on members: take up records, addresses, privacy, closing an account.

Each tells the outbox that the member changed, so that search and matching follow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from recruiter import closing, events, json_resume, legal_holds
from recruiter.json_resume import RecordRejected, Resume
from recruiter.models import (
    Education,
    Member,
    MemberEmail,
    MemberPhone,
    Position,
    Recommendation,
)
from rsc import outbox
from rsc.addresses import email_normal_form
from rsc.models import Company, new_person_id

PROFILE_FIELDS = (
    "first_name", "last_name", "headline", "summary", "industry", "location", "city", "region",
    "country_code", "website", "skills", "languages", "source_digest",
)  # fmt: skip


@dataclass
class TakenUp:
    """What an import did, in numbers of members."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass
class Draft:
    """A checked record on its way into the tables."""

    member: Member
    children: list[Any] = field(default_factory=list)


def tell_changed(member_ids: Iterable[int]) -> None:
    """Announce that these members changed. Needs an open transaction."""
    outbox.publish_many(events.MEMBER_CHANGED, [(pk, {}) for pk in member_ids])


@transaction.atomic
def take_up(records: Sequence[tuple[str, Resume]], *, verified: bool) -> TakenUp:
    """Insert or update members from checked records, in one transaction.

    Args:
        records: pairs of stable key and record; of two with one key the later wins.
        verified: whether the operator vouches for the addresses; only a verified address can
            match a candidate by itself.

    Returns:
        How many were new, changed, and the same as at the last import.

    Raises:
        RecordRejected: a record has no name (checked by the caller with `check` beforehand).
    """
    by_key = dict(records)
    total = len(by_key)
    # An old file must not bring back people who have left.
    for key in closing.left_for_good(by_key):
        del by_key[key]
    known = {m.source_key: m for m in Member.objects.filter(source_key__in=by_key)}
    # Whoever has an account keeps their own profile; a file must not undo what they typed.
    for key in [key for key, member in known.items() if member.user_id]:
        del by_key[key]
    companies = {name.lower(): pk for pk, name in Company.objects.values_list("id", "name")}
    taken_slugs = set(
        Member.objects.filter(slug__in=[_slug(resume) for resume in by_key.values()]).values_list(
            "slug", flat=True
        )
    )
    new: list[Draft] = []
    changed: list[Draft] = []
    for key, resume in by_key.items():
        digest = _digest(resume, verified)
        member = known.get(key) or Member(source_key=key, slug=_free_slug(resume, taken_slugs))
        if member.source_digest == digest:
            continue
        member.source_digest = digest
        draft = _draft(member, resume, companies, timezone.now() if verified else None)
        (changed if member.pk else new).append(draft)
    _write(new, changed)
    tell_changed(draft.member.pk for draft in [*new, *changed])
    return TakenUp(len(new), len(changed), total - len(new) - len(changed))


def check(resume: Resume) -> str:
    """Check what concerns the record as a whole; returns its stable key.

    Raises:
        RecordRejected: no name, or nothing that could be a key.
    """
    json_resume.names_of(resume.basics)
    for place, work in enumerate(resume.work):
        if not (work.name or work.company or work.position):
            raise RecordRejected(f"work[{place}]", "names neither employer nor position")
    return json_resume.stable_key(resume)


@transaction.atomic
def add_email(member: Member, address: str, *, verified_at: datetime | None = None) -> MemberEmail:
    """Give a member another address; returns it. An address known already is verified anew."""
    email, _ = MemberEmail.objects.update_or_create(
        member=member,
        address=address,
        defaults={"normal_form": email_normal_form(address), "verified_at": verified_at},
    )
    tell_changed([member.pk])
    return email


@transaction.atomic
def remove_email(member: Member, address: str) -> bool:
    """Take an address from a member. Returns whether they had it."""
    removed, _ = member.emails.filter(address=address).delete()
    if removed:
        tell_changed([member.pk])
    return bool(removed)


@transaction.atomic
def close_account(member: Member) -> None:
    """Close a member's account for good: the data goes, ATSs learn that they must follow.

    While a legal hold stands nothing is deleted: recruiters see the member no more, and the
    account closes when the hold is lifted.
    """
    if legal_holds.on_members([member.pk]):
        member.hidden_from_recruiters, member.closing_asked_at = True, timezone.now()
        member.save(update_fields=["hidden_from_recruiters", "closing_asked_at"])
        tell_changed([member.pk])
        return
    closing.erase(member)
    outbox.publish(events.MEMBER_CLOSED, member.pk)
    tell_changed([member.pk])


def close_waiting() -> int:
    """Close the accounts for which a hold was in the way and none is now; returns how many."""
    asked = Member.objects.filter(closed_at=None).exclude(closing_asked_at=None)
    free = [member for member in asked if not legal_holds.on_members([member.pk])]
    for member in free:
        close_account(member)
    return len(free)


def _digest(resume: Resume, verified: bool) -> str:
    return hashlib.sha256(msgspec.json.encode([resume, verified])).hexdigest()


def _slug(resume: Resume) -> str:
    """The last part of a profile URL if the record has one, else made of the name."""
    for profile in resume.basics.profiles:
        if tail := slugify((profile.url or "").rstrip("/").rpartition("/")[2]):
            return tail[:100]
    return slugify(" ".join(json_resume.names_of(resume.basics)))[:100] or "member"


def _free_slug(resume: Resume, taken: set[str]) -> str:
    slug = _slug(resume)
    if slug in taken:
        slug = f"{slug}-{new_person_id().lower()}"
    taken.add(slug)
    return slug


def _draft(
    member: Member, resume: Resume, companies: dict[str, int], verified_at: datetime | None
) -> Draft:
    basics = resume.basics
    place = basics.location or json_resume.Location()
    member.first_name, member.last_name = json_resume.names_of(basics)
    member.headline = basics.label or ""
    member.summary = basics.summary or ""
    member.industry = basics.industry or ""
    member.city, member.region = place.city or "", place.region or ""
    member.country_code = (place.country_code or "").upper()
    member.location = ", ".join(part for part in (member.city, member.region) if part)
    member.website = basics.url or basics.website or ""
    skills = [word for skill in resume.skills for word in (skill.name, *skill.keywords) if word]
    member.skills = list(dict.fromkeys(skills))
    member.languages = [known.language for known in resume.languages if known.language]
    draft = Draft(member)
    draft.children += _contacts(member, basics, verified_at)
    draft.children += _career(member, resume, companies)
    return draft


def _contacts(
    member: Member, basics: json_resume.Basics, verified_at: datetime | None
) -> Iterable[Any]:
    for rank, address in enumerate(json_resume.addresses_of(basics)):
        yield MemberEmail(
            member=member,
            address=address,
            normal_form=email_normal_form(address),
            verified_at=verified_at,
            primary=rank == 0,
        )
    if basics.phone:
        yield MemberPhone(member=member, number=basics.phone)


def _career(member: Member, resume: Resume, companies: dict[str, int]) -> Iterable[Any]:
    for work in resume.work:
        employer = work.name or work.company or ""
        yield Position(
            member=member,
            title=work.position or "",
            employer=employer,
            company_id=companies.get(employer.lower()),
            location=work.location or "",
            started_on=work.start_date or "",
            ended_on=work.end_date or "",
            summary=work.summary or "",
        )
    for school in resume.education:
        yield Education(
            member=member,
            school=school.institution or "",
            degree=school.study_type or "",
            field_of_study=school.area or "",
            started_on=school.start_date or "",
            ended_on=school.end_date or "",
        )
    for reference in resume.references:
        if reference.reference:
            yield Recommendation(
                member=member, author_name=reference.name or "", text=reference.reference
            )


def _write(new: list[Draft], changed: list[Draft]) -> None:
    Member.objects.bulk_create([draft.member for draft in new])
    members = [draft.member for draft in changed]
    for member in members:
        member.modified_at = timezone.now()
    Member.objects.bulk_update(members, [*PROFILE_FIELDS, "modified_at"])
    for model in (MemberEmail, MemberPhone, Position, Education, Recommendation):
        if members:
            model.objects.filter(member__in=members).delete()
        rows = [row for draft in [*new, *changed] for row in draft.children]
        model.objects.bulk_create(row for row in rows if isinstance(row, model))

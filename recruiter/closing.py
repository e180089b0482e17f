"""What remains when a member closes their account: a public id, so that copies can be deleted.

Nothing else about the person stays; rows that others made keep their ids and lose their text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from recruiter import leftovers
from recruiter.models import (
    Activity,
    BrandEngagement,
    Connection,
    ContactShare,
    Conversation,
    DataCopy,
    Education,
    Enclosure,
    Follow,
    ImportedPerson,
    InMailBlock,
    Member,
    MemberAttachment,
    MemberChange,
    MemberDocument,
    MemberEmail,
    MemberPhone,
    MemberSnapshot,
    MemberTag,
    PooledMember,
    Position,
    ProfilePdf,
    Prospect,
    Recommendation,
    RecruiterNote,
    Reminder,
    Review,
)

NAME = "Former member"
OWNED = (
    MemberEmail, MemberPhone, Position, Education, Recommendation, MemberDocument, BrandEngagement,
    Conversation, ContactShare, Prospect, Activity, MemberTag, Reminder, MemberAttachment, Follow,
    MemberSnapshot, MemberChange, InMailBlock, DataCopy, Enclosure, PooledMember, Review,
    ImportedPerson,
)  # fmt: skip


def tombstone(source_key: str) -> str:
    """What a source key becomes: enough to know the record again, not to read it."""
    return f"closed:{hashlib.sha256(source_key.encode()).hexdigest()}"


def left_for_good(source_keys: Iterable[str]) -> set[str]:
    """Those of the keys whose members have closed their account. One query."""
    by_tombstone = {tombstone(key): key for key in source_keys}
    found = Member.objects.filter(source_key__in=by_tombstone)
    return {by_tombstone[key] for key in found.values_list("source_key", flat=True)}


def erase(member: Member) -> None:
    """Delete a member's data for good. Call it in a transaction.

    The row stays with its public id and the time of closing. Recruiters' shared notes become
    deleted ones, so that ATSs which have read them delete their copies.
    """
    words = leftovers.words_of(member)
    if photo := member.photo.name:
        transaction.on_commit(lambda: default_storage.delete(photo))
        member.photo = ""
    _erase_profile(member)
    for model in OWNED:
        model.objects.filter(member=member).delete()
    ProfilePdf.objects.filter(member_ids__contains=[member.pk]).delete()
    Connection.objects.filter(Q(member=member) | Q(other=member)).delete()
    Recommendation.objects.filter(author=member).update(
        author=None, author_name=NAME, author_headline=""
    )
    now = timezone.now()
    RecruiterNote.objects.filter(member=member, deleted_at=None).update(
        text="", deleted_at=now, modified_at=now
    )
    _erase_login(member)
    leftovers.clear(member, words)


def _erase_profile(member: Member) -> None:
    kept = {"id", "public_id", "source_key", "user", "slug", "photo", "created_at"}
    for field in Member._meta.concrete_fields:
        if field.name not in kept:
            setattr(member, field.name, field.get_default())
    member.first_name = NAME
    member.slug = f"closed-{member.pk}"
    member.closed_at = timezone.now()
    if member.source_key:
        member.source_key = tombstone(member.source_key)
    member.save()


def _erase_login(member: Member) -> None:
    """Take the sign-in too, unless the person also works here as a recruiter."""
    user = member.user
    if user is None or user.seats.exists():
        return
    leftovers.end_sign_in(user)
    user.username, user.email = f"closed-{member.pk}", ""
    user.first_name = user.last_name = ""
    user.is_active = False
    user.set_unusable_password()
    user.save()

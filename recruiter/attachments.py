"""Verbs on the files that recruiters keep with a member."""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from recruiter import file_kinds
from recruiter.file_kinds import FileRefused
from recruiter.models import Member, MemberAttachment, ProfilePdf
from rsc.models import Seat

LONGEST_NAME = MemberAttachment._meta.get_field("name").max_length


class AttachmentOfAnother(ValueError):
    """Somebody else uploaded it."""


@transaction.atomic
def add(seat: Seat, member: Member, uploaded: UploadedFile) -> MemberAttachment:
    """Keep a file with a member (whom the seat may see, checked by the caller).

    Raises:
        FileRefused: too large, or of no kind that is kept.
    """
    if (uploaded.size or 0) > file_kinds.LARGEST:  # before it is read into memory
        raise FileRefused(f"The file is larger than {file_kinds.LARGEST // 1024 // 1024} MB.")
    content = uploaded.read()
    kind = file_kinds.kind_of(content)
    name = PurePath(uploaded.name or "").stem[: LONGEST_NAME - 5] or "file"
    kept = MemberAttachment(
        member=member, seat=seat, name=f"{name}.{kind}", kind=kind, size=len(content)
    )
    kept.file.save(f"{secrets.token_hex(16)}.{kind}", ContentFile(content), save=False)
    kept.save()
    return kept


@transaction.atomic
def delete(seat: Seat, attachment: MemberAttachment) -> None:
    """Delete a file.

    Raises:
        AttachmentOfAnother: only who uploaded it may.
    """
    if attachment.seat_id != seat.pk:
        raise AttachmentOfAnother("Only who uploaded a file may delete it.")
    attachment.delete()


# A row may go in many ways, with its member or its seat; the file goes too.
@receiver(post_delete, sender=MemberAttachment)
@receiver(post_delete, sender=ProfilePdf)
def on_row_deleted(instance: MemberAttachment | ProfilePdf, **_: Any) -> None:
    """Delete the file once the row is gone for certain."""
    if name := instance.file.name:
        transaction.on_commit(lambda: default_storage.delete(name))

"""Files that go with a message: what may be sent, and when a file goes."""

from __future__ import annotations

import mimetypes
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from recruiter import file_kinds
from recruiter.file_kinds import FileRefused
from recruiter.models import DataCopy, Enclosure, Member
from rsc.models import Seat

MOST = 5  # files with one message
LARGEST = 5 * 1024 * 1024  # bytes of one file
LONGEST_NAME = Enclosure._meta.get_field("name").max_length


def check(files: list[UploadedFile]) -> None:
    """Refuse files that are too many, too large, or of no kind that is sent.

    Raises:
        FileRefused: with a sentence for the one who chose them.
    """
    if len(files) > MOST:
        raise FileRefused(f"Choose at most {MOST} files.")
    for file in files:
        if (file.size or 0) > LARGEST:
            raise FileRefused(f"{file.name} is larger than {LARGEST // 1024 // 1024} MB.")
        _kind(file)


def keep(files: list[UploadedFile], *, sender: Seat | Member) -> list[Enclosure]:
    """Store files that `check` has passed."""
    owner = {"seat": sender} if isinstance(sender, Seat) else {"member": sender}
    kept = []
    for file in files:
        kind = _kind(file)
        name = f"{PurePath(file.name or '').stem[: LONGEST_NAME - 5] or 'file'}.{kind}"
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kept.append(
            Enclosure.objects.create(
                file=file, name=name, content_type=content_type, size=file.size, **owner
            )
        )
    return kept


@transaction.atomic
def sweep() -> int:
    """Delete files whose last message is gone, a day after they came. Returns how many rows."""
    yesterday = timezone.now() - timedelta(days=1)
    loose = Enclosure.objects.filter(messages=None, created_at__lt=yesterday)
    return Enclosure.objects.filter(pk__in=list(loose.values_list("pk", flat=True))).delete()[0]


def _kind(file: UploadedFile) -> str:
    file.seek(0)
    try:
        return file_kinds.kind_of(file.read())
    except FileRefused as error:
        raise FileRefused(f"{file.name}: {error}") from error
    finally:
        file.seek(0)


# A row may go in many ways, with its member or its seat; the file goes too.
@receiver(post_delete, sender=Enclosure)
@receiver(post_delete, sender=DataCopy)
def on_row_deleted(instance: Enclosure | DataCopy, **_: Any) -> None:
    """Delete the file once the row is gone for certain."""
    if name := instance.file.name:
        transaction.on_commit(lambda: default_storage.delete(name))

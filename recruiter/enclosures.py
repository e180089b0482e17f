"""Files that go with a message: what may be sent, and when a file goes."""

from __future__ import annotations

import mimetypes
from datetime import timedelta
from pathlib import PurePath

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from recruiter.models import Enclosure, Member
from rsc.models import Seat

MOST = 5  # files with one message
LARGEST = 5 * 1024 * 1024  # bytes of one file
# What a file's name may end with, and how its bytes must begin then.
KINDS = {
    ".pdf": b"%PDF-",
    ".docx": b"PK\x03\x04",
    ".xlsx": b"PK\x03\x04",
    ".pptx": b"PK\x03\x04",
    ".odt": b"PK\x03\x04",
    ".png": b"\x89PNG\r\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".txt": b"",
}


class EnclosureRefused(ValueError):
    """A file cannot be sent; the message says why."""


def check(files: list[UploadedFile]) -> None:
    """Refuse files that are too many, too large or not what their names say.

    Raises:
        EnclosureRefused: with a sentence for the one who chose them.
    """
    if len(files) > MOST:
        raise EnclosureRefused(f"Choose at most {MOST} files.")
    for file in files:
        kind = PurePath(file.name or "").suffix.lower()
        if kind not in KINDS:
            raise EnclosureRefused(
                f"{file.name} is not of a kind that can be sent: PDF, Office, picture or text."
            )
        if not file.size:
            raise EnclosureRefused(f"{file.name} is empty.")
        if file.size > LARGEST:
            raise EnclosureRefused(f"{file.name} is larger than {LARGEST // 1024 // 1024} MB.")
        if not _begins(file, KINDS[kind]):
            raise EnclosureRefused(f"{file.name} is not what its name says.")


def keep(files: list[UploadedFile], *, sender: Seat | Member) -> list[Enclosure]:
    """Store files that `check` has passed."""
    owner = {"seat": sender} if isinstance(sender, Seat) else {"member": sender}
    return [
        Enclosure.objects.create(
            file=file,
            name=(file.name or "file")[-120:],
            content_type=mimetypes.guess_type(file.name or "")[0] or "application/octet-stream",
            size=file.size,
            **owner,
        )
        for file in files
    ]


def forget(enclosures: QuerySet[Enclosure]) -> int:
    """Delete files and rows; the files go once that is certain. Returns how many."""
    names = list(enclosures.values_list("file", flat=True))
    enclosures.delete()
    transaction.on_commit(lambda: [default_storage.delete(name) for name in names])
    return len(names)


@transaction.atomic
def sweep() -> int:
    """Delete files whose last message is gone, a day after they came. Returns how many."""
    yesterday = timezone.now() - timedelta(days=1)
    loose = Enclosure.objects.filter(messages=None, created_at__lt=yesterday)
    return forget(Enclosure.objects.filter(pk__in=list(loose.values_list("pk", flat=True))))


def _begins(file: UploadedFile, start: bytes) -> bool:
    file.seek(0)
    head = file.read(len(start) or 1024)
    file.seek(0)
    return head.startswith(start) if start else b"\0" not in head

"""Files in the storage that no row names: a crash between file and row leaves one behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import Storage, default_storage
from django.utils import timezone

from ats_sync.attachments import delete_files
from ats_sync.models import Attachment, ResumeUpload

# A younger file may belong to a row that is being written.
YOUNGEST = timedelta(days=1)
# The folders that are ours, and whose rows name what is in them.
FOLDERS = {"attachments": Attachment, "uploads": ResumeUpload}


def orphans() -> Iterator[str]:
    """The names of files that are older than a day and that no row names."""
    for folder, model in FOLDERS.items():
        for names in _folders(default_storage, folder):
            named = set(model.objects.filter(file__in=names).values_list("file", flat=True))
            yield from (name for name in names if name not in named and _old(name))


def delete_orphans() -> list[str]:
    """Delete them; returns their names."""
    found = list(orphans())
    delete_files(found)
    return found


def _folders(storage: Storage, folder: str) -> Iterator[list[str]]:
    """The files below a folder, one list per folder."""
    try:
        below, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    if files:
        yield [f"{folder}/{name}" for name in files]
    for name in below:
        yield from _folders(storage, f"{folder}/{name}")


def _old(name: str) -> bool:
    return default_storage.get_modified_time(name) < timezone.now() - YOUNGEST

"""Resumes and other files that an ATS sends, kept in the storage under names without meaning."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import functions
from django.utils import timezone

from ats_sync.batches import Receipt, batch
from ats_sync.file_text import read_apart
from ats_sync.models import Application, Ats, Attachment, Candidate
from ats_sync.standing import Known
from rsc import outbox

# Parent, parent's external id, own external id: the name of an attachment within its ATS.
AttachmentName = tuple[str, str, str]
# Files came whose text a worker is to read; the key is the ATS.
ATTACHMENTS_CAME = "attachments.came"
PREVIEW = 600  # characters
_KEY = ["ats", "parent", "external_parent_id", "external_id"]


class AttachmentRecord(msgspec.Struct, kw_only=True):
    """A file as received, of a type that was checked."""

    parent: str
    external_parent_id: str
    external_id: str
    name: str
    file_type: str
    content: bytes
    external_created_at: datetime | None = None

    @property
    def full_name(self) -> AttachmentName:
        return self.parent, self.external_parent_id, self.external_id


def upsert(ats: Ats, records: Sequence[AttachmentRecord]) -> Receipt:
    """Store files, or replace those that are there; each waits for its parent if need be."""
    newest = {record.full_name: record for record in records}
    saved: list[str] = []
    try:
        with batch(ats.pk):
            replaced = [row.file.name for row in _rows(ats, newest)]
            rows = [_row(ats, record, saved) for record in newest.values()]
            _join_parents(ats, rows)
            Attachment.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=_KEY,
                update_fields=[
                    "application", "candidate", "name", "file_type", "file", "size", "text",
                    "text_read_at", "external_created_at", "received_at",
                ],
            )  # fmt: skip
            outbox.publish(ATTACHMENTS_CAME, ats.pk)
            transaction.on_commit(lambda: delete_files(replaced))
    except BaseException:
        delete_files(saved)  # their rows were undone
        raise
    return Receipt(frozenset(newest))


def delete(ats: Ats, names: Collection[AttachmentName]) -> frozenset[AttachmentName]:
    """Delete files; returns the names of which there was none."""
    with batch(ats.pk):
        found = _rows(ats, names)
        there = {(row.parent, row.external_parent_id, row.external_id) for row in found}
        Attachment.objects.filter(pk__in=[row.pk for row in found]).delete()
    return frozenset(set(names) - there)


def read_texts(limit: int = 50) -> int:
    """Read the text of files that wait for it, oldest first; returns how many. For a worker."""
    count = 0
    while count < limit and _read_next():
        count += 1
    return count


@transaction.atomic
def _read_next() -> bool:
    waiting = Attachment.objects.unread().select_for_update(skip_locked=True)
    attachment = waiting.order_by("received_at").first()
    if attachment is None:
        return False
    try:
        with attachment.file.open("rb") as file:
            attachment.text = read_apart(file.read(), attachment.file_type)
    except FileNotFoundError:
        attachment.text = ""
    attachment.text_read_at = timezone.now()
    attachment.save(update_fields=["text", "text_read_at"])
    return True


def of_member(known: Known) -> models.QuerySet[Attachment]:
    """The files that ATSs sent of a member and the seat may see, newest first. One query.

    Each has `preview`, the beginning of its text.
    """
    return (
        Attachment.objects.filter(
            models.Q(candidate__in=[link.candidate_id for link in known.links])
            | models.Q(application__in=known.applications)
        )
        .annotate(preview=functions.Left("text", PREVIEW))
        .select_related("ats", "application")
        .defer("text")
        .order_by("-received_at", "-pk")
    )


def delete_files(names: Collection[str]) -> None:
    """Take files out of the storage; one that is gone already is no error."""
    for name in names:
        default_storage.delete(name)


def _rows(ats: Ats, names: Collection[AttachmentName]) -> list[Attachment]:
    wanted = models.Q(pk__in=[])
    for parent, external_parent_id, external_id in names:
        wanted |= models.Q(
            parent=parent, external_parent_id=external_parent_id, external_id=external_id
        )
    return list(Attachment.objects.filter(wanted, ats=ats).defer("text"))


def _row(ats: Ats, record: AttachmentRecord, saved: list[str]) -> Attachment:
    row = Attachment(
        ats=ats,
        parent=record.parent,
        external_parent_id=record.external_parent_id,
        external_id=record.external_id,
        name=record.name,
        file_type=record.file_type,
        size=len(record.content),
        external_created_at=record.external_created_at,
        received_at=timezone.now(),
    )
    name = f"{secrets.token_hex(16)}.{record.file_type.lower()}"
    row.file.save(name, ContentFile(record.content), save=False)
    saved.append(row.file.name)
    return row


def _join_parents(ats: Ats, rows: list[Attachment]) -> None:
    """Give each row the candidate or application that it is about; at most two queries."""
    for model, parent, link in (
        (Application, Attachment.Parent.APPLICATION, "application_id"),
        (Candidate, Attachment.Parent.CANDIDATE, "candidate_id"),
    ):
        waiting = [row for row in rows if row.parent == parent]
        if not waiting:
            continue
        names = [row.external_parent_id for row in waiting]
        known = model.objects.filter(ats=ats, external_id__in=names)
        ids = dict(known.values_list("external_id", "pk"))
        for row in waiting:
            setattr(row, link, ids.get(row.external_parent_id))

"""Resumes and other files that an ATS sends, kept in the storage under names without meaning."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from ats_sync.attachment_content import text_of
from ats_sync.batches import Receipt, batch
from ats_sync.models import Application, Ats, Attachment, Candidate

# Parent, parent's external id, own external id: the name of an attachment within its ATS.
AttachmentName = tuple[str, str, str]
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
                    "external_created_at", "received_at",
                ],
            )  # fmt: skip
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
        text=text_of(record.content, Attachment.FileType(record.file_type)),
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

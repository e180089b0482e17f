"""`attachments`: resumes as base64 in JSON (contract.md 10; how the content travels is ours)."""

from __future__ import annotations

from typing import Literal

import msgspec

from ats_sync import attachments
from ats_sync.api.base import CONTEXT, AtsResource
from ats_sync.api.fields import FieldRefused, Millis, Text, moment
from ats_sync.attachment_content import ContentRefused, type_of
from ats_sync.attachments import AttachmentName, AttachmentRecord
from ats_sync.models import Attachment
from ats_sync.restli.items import Item
from ats_sync.restli.keys import ComplexKey

PARENT = "externalReferenceEntityType"
PARENT_ID = "externalReferenceEntityId"
OWN_ID = "externalAttachmentId"
KIND = "attachmentType"
RESUME = "RESUME"


class AttachmentEntity(msgspec.Struct, rename="camel"):
    content: bytes
    external_file_name: Text | None = None
    external_created_at: Millis | None = None
    external_last_modified_at: Millis | None = None
    file_type: Literal["PDF", "DOC", "DOCX", "TXT"] | None = None
    contract: str | None = None

    def record(self, name: AttachmentName) -> AttachmentRecord:
        """Ours; what the file is, its content says."""
        found = record_of(name, self.content, self.external_file_name, self.external_created_at)
        if self.file_type not in (None, found.file_type):
            why = f"is {self.file_type}, but the content is {found.file_type}"
            raise FieldRefused("fileType", why)
        return found


def record_of(
    name: AttachmentName, content: bytes, file_name: str | None, created: int | None
) -> AttachmentRecord:
    """A file of a type that its content says; raises FieldRefused."""
    try:
        file_type = type_of(content)
    except ContentRefused as refusal:
        raise FieldRefused("content", str(refusal)) from refusal
    parent, parent_id, own_id = name
    return AttachmentRecord(
        parent=parent,
        external_parent_id=parent_id,
        external_id=own_id,
        name=file_name or own_id,
        file_type=file_type.value,
        content=content,
        external_created_at=moment(created) if created else None,
    )


class Attachments(AtsResource):
    """Files are stored, replaced and deleted; nobody reads them over the wire."""

    resource = "attachments"
    key = ComplexKey(KIND, OWN_ID, PARENT_ID, PARENT, CONTEXT, optional={KIND: RESUME})
    batch_limit = 10

    def batch_update(self, items: list[Item]) -> None:
        """Store files; each is checked by what it holds, not by what it is called."""
        self.store(self._of_known_kind(items), AttachmentEntity, name_of, attachments.upsert)

    def batch_delete(self, items: list[Item]) -> None:
        """Delete files."""
        self.drop(self._of_known_kind(items), name_of, attachments.delete)

    def _of_known_kind(self, items: list[Item]) -> list[Item]:
        for item in items:
            if item.key[KIND] != RESUME:
                item.fail(400, f"/{KIND} :: must be {RESUME}")
            elif item.key[PARENT] not in Attachment.Parent.values:
                item.fail(400, f"/{PARENT} :: must be {' or '.join(Attachment.Parent.values)}")
        return [item for item in items if item.error is None]


def name_of(item: Item) -> AttachmentName:
    """An attachment's name within its ATS."""
    return item.key[PARENT], item.key[PARENT_ID], item.key[OWN_ID]

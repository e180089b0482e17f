"""What an attached file really is, by its first bytes."""

from __future__ import annotations

from ats_sync.file_text import CONTROL, Unreadable, decoded, word_document
from ats_sync.models import Attachment

LARGEST = 10 * 1024 * 1024  # bytes of a file (contract.md 10)
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

FileType = Attachment.FileType


class ContentRefused(ValueError):
    """The file cannot be kept; the message says why."""


def type_of(content: bytes) -> Attachment.FileType:
    """What a file is, whatever its name says.

    Raises:
        ContentRefused: empty, too large, or none of PDF, DOC, DOCX and text.
    """
    if not content:
        raise ContentRefused("must not be empty")
    if len(content) > LARGEST:
        raise ContentRefused(f"must not be larger than {LARGEST // 1024 // 1024} MB")
    if b"%PDF-" in content[:1024]:
        return FileType.PDF
    if content.startswith(_OLD_WORD):
        return FileType.DOC
    if content.startswith(b"PK\x03\x04"):
        try:
            word_document(content)
        except Unreadable as error:
            raise ContentRefused(str(error)) from error
        return FileType.DOCX
    if CONTROL.search(decoded(content)):
        raise ContentRefused("must be a PDF, a Word document or a text")
    return FileType.TXT

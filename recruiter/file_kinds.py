"""What an uploaded file really is, by its first bytes; its name is only a name."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from recruiter.models import MemberAttachment

Kind = MemberAttachment.Kind

LARGEST = 10 * 1024 * 1024  # bytes
_STARTS = (
    (b"%PDF-", Kind.PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.DOC),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPG),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class FileRefused(ValueError):
    """The file cannot be kept; the message says why."""


def kind_of(content: bytes) -> Kind:
    """What a file is.

    Raises:
        FileRefused: empty, too large, or of no kind that is kept.
    """
    if not content:
        raise FileRefused("The file is empty.")
    if len(content) > LARGEST:
        raise FileRefused(f"The file is larger than {LARGEST // 1024 // 1024} MB.")
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if _is_word_document(content):
        return Kind.DOCX
    if _is_text(content):
        return Kind.TXT
    raise FileRefused("Only PDF, Word, text, PNG and JPEG files are kept.")


def _is_word_document(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _is_text(content: bytes) -> bool:
    try:
        return not _CONTROL.search(content.decode())
    except UnicodeDecodeError:
        return False

"""What an attached file really is, by its first bytes, and the text in it."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib

from ats_sync.models import Attachment

LARGEST = 10 * 1024 * 1024  # bytes of a file (contract.md 10)
LONGEST_TEXT = 500_000  # characters kept for search and preview
_LARGEST_DOCUMENT = 50 * 1024 * 1024  # bytes of an unpacked Word document
_DOCUMENT = "word/document.xml"
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Paragraphs, tabs, line breaks and runs of text of a Word document. No part of it looks beyond the
# next angle bracket, so that no file takes longer than its length.
_PIECE = re.compile(r"<w:t(?: [^<>]*)?>([^<]*)</w:t>|<w:(tab|br)\b[^<>]*/>|(</w:p>)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)

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
        _word_document(content)
        return FileType.DOCX
    if _CONTROL.search(_decoded(content)):
        raise ContentRefused("must be a PDF, a Word document or a text")
    return FileType.TXT


def text_of(content: bytes, file_type: Attachment.FileType) -> str:
    """The text in a file of a type that `type_of` found; empty for the types we cannot read."""
    match file_type:
        case FileType.TXT:
            text = _decoded(content)
        case FileType.DOCX:
            text = "".join(_pieces(_word_document(content)))
        case _:
            return ""
    return _CONTROL.sub("", text).strip()[:LONGEST_TEXT]


def _decoded(content: bytes) -> str:
    """A text file in whatever of the usual encodings it is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _word_document(content: bytes) -> str:
    """The main part of a Word document; raises ContentRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package, package.open(_DOCUMENT) as part:
            # The size that the package states may be a lie, so count what comes out.
            unpacked = part.read(_LARGEST_DOCUMENT + 1)
    except (*_BROKEN, KeyError, RuntimeError, OSError) as error:
        raise ContentRefused("is no Word document that can be opened") from error
    if len(unpacked) > _LARGEST_DOCUMENT:
        raise ContentRefused("is a Word document that unpacks to too much")
    return unpacked.decode("utf-8", "replace")


def _pieces(document: str) -> list[str]:
    """The text of a document, without an XML parser and the tricks that one can be played."""
    return [
        html.unescape(found[1]) if found[1] is not None else "\n" if found[3] else "\t"
        for found in _PIECE.finditer(document)
    ]

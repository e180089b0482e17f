"""The text in a resume. Strangers wrote the file, so it is read in a process of its own.

This module imports nothing of ours: `python -m ats_sync.file_text PDF` reads the file from its
input, prints the text, and may use so much time and memory and no more.
"""

from __future__ import annotations

import html
import io
import re
import resource
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

LONGEST_TEXT = 500_000  # characters kept for search and preview
MOST_PAGES = 200
SECONDS = 20  # of computing for one file
_MEMORY = 1024 * 1024 * 1024  # bytes
_LARGEST_DOCUMENT = 50 * 1024 * 1024  # bytes of an unpacked Word document
_DOCUMENT = "word/document.xml"
# Paragraphs, tabs, line breaks and runs of text of a Word document. No part of it looks beyond the
# next angle bracket, so that no file takes longer than its length.
_PIECE = re.compile(r"<w:t(?: [^<>]*)?>([^<]*)</w:t>|<w:(tab|br)\b[^<>]*/>|(</w:p>)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, RuntimeError, OSError,
)  # fmt: skip


class Unreadable(ValueError):
    """The file cannot be opened as what it claims to be; the message says why."""


def read_apart(content: bytes, file_type: str) -> str:
    """The text of a file, read in a process of its own.

    Args:
        content: the file.
        file_type: PDF, DOCX or TXT; of any other type nothing is read.

    Returns:
        The text, or what of it came in time; empty when none can be read.
    """
    if file_type not in _READERS:
        return ""
    command = [sys.executable, "-m", "ats_sync.file_text", file_type]
    root = Path(__file__).resolve().parents[1]
    try:
        done = subprocess.run(  # noqa: S603 - the words of the command are ours
            command, input=content, capture_output=True, cwd=root, timeout=2 * SECONDS, check=True
        )
    except subprocess.SubprocessError:
        return ""
    return done.stdout.decode("utf-8", "replace")


def text_of(content: bytes, file_type: str) -> str:
    """The text of a file, read in this process; raises whatever a broken file makes it raise."""
    text = CONTROL.sub("", _READERS[file_type](content)).strip()[:LONGEST_TEXT]
    # Half a surrogate pair, as broken fonts give it, is no text to any database.
    return text.encode("utf-8", "replace").decode()


def decoded(content: bytes) -> str:
    """A text file in whatever of the usual encodings it is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def word_document(content: bytes) -> str:
    """The main part of a Word document; raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package, package.open(_DOCUMENT) as part:
            # The size that the package states may be a lie, so count what comes out.
            unpacked = part.read(_LARGEST_DOCUMENT + 1)
    except _BROKEN as error:
        raise Unreadable("is no Word document that can be opened") from error
    if len(unpacked) > _LARGEST_DOCUMENT:
        raise Unreadable("is a Word document that unpacks to too much")
    return unpacked.decode("utf-8", "replace")


def _word_text(content: bytes) -> str:
    """The text of a Word document, without an XML parser and the tricks one can be played."""
    return "".join(
        html.unescape(found[1]) if found[1] is not None else "\n" if found[3] else "\t"
        for found in _PIECE.finditer(word_document(content))
    )


def _pdf_text(content: bytes) -> str:
    from pypdf import PdfReader  # late: heavy, and needed in the process apart only

    pages, length = [], 0
    for page in PdfReader(io.BytesIO(content)).pages[:MOST_PAGES]:
        pages.append(page.extract_text())
        length += len(pages[-1])
        if length > LONGEST_TEXT:
            break
    return "\n\n".join(pages)


_READERS = {"TXT": decoded, "DOCX": _word_text, "PDF": _pdf_text}


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    text = text_of(sys.stdin.buffer.read(), sys.argv[1])
    sys.stdout.buffer.write(text.encode())


if __name__ == "__main__":
    _main()

"""A CSV file as people make it: any usual encoding and separator, with or without headings."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

LARGEST = 1_000_000  # bytes of a file
MOST_LINES = 1_000
FIELDS = ("first_name", "last_name", "email")
# Headings by which a column is recognised.
_KNOWN = {
    "first_name": {"first name", "firstname", "first", "given name", "forename", "vorname"},
    "last_name": {"last name", "lastname", "last", "surname", "family name", "nachname", "name"},
    "email": {"email", "e-mail", "email address", "e-mail address", "mail"},
    "role": {"role", "rolle", "seat role"},
    "contract": {"contract", "team", "vertrag"},
}
# A cell that begins like this would be run as a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FileRefused(ValueError):
    """A file cannot be read; the message says why."""


@dataclass(frozen=True)
class Table:
    """A file as rows of text; the first row may be headings."""

    rows: list[tuple[int, list[str]]]

    @property
    def columns(self) -> int:
        return max(len(cells) for _, cells in self.rows)

    def guess(self, fields: tuple[str, ...] = FIELDS) -> dict[str, int | None]:
        """In which column each field stands, by the headings."""
        headings = [cell.strip().lower().replace("_", " ") for cell in self.rows[0][1]]
        return {
            field: next((at for at, word in enumerate(headings) if word in _KNOWN[field]), None)
            for field in fields
        }

    @property
    def has_headings(self) -> bool:
        """Whether the first row names columns: one is known, and none is an address."""
        first = self.rows[0][1]
        return any(at is not None for at in self.guess().values()) and "@" not in "".join(first)


# ---------------------------------------------------------------------------------------- reading
def decode(content: bytes) -> str:
    """The text of a file in UTF-8, with or without a mark, UTF-16, or else Latin-1.

    Raises:
        FileRefused: it is too large, empty, or no text.
    """
    if len(content) > LARGEST:
        raise FileRefused("The file is larger than 1 MB. Split it.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise FileRefused("This is no CSV file. Save the sheet as CSV and try again.")
    if not text.strip():
        raise FileRefused("The file is empty.")
    return text


def read(text: str) -> Table:
    """The rows of a file whose cells are parted by commas, semicolons or tabs.

    Raises:
        FileRefused: it cannot be read, or has too many lines.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise FileRefused(f"Line {reader.line_num} cannot be read: {error}.") from None
    if not rows:
        raise FileRefused("The file is empty.")
    if len(rows) > MOST_LINES + 1:
        raise FileRefused(f"The file has more than {MOST_LINES} lines. Split it.")
    return Table(rows)


def _separator(text: str) -> str:
    """The one of the three that stands most often in the first line."""
    first = text.lstrip().splitlines()[0]
    return max(",;\t", key=first.count)


# ---------------------------------------------------------------------------------------- writing
def harmless(cell: str) -> str:
    """A cell that no sheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell

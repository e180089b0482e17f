"""URNs: the names that travel on the wire (contract.md 0.3). Nothing else knows the string."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LENGTH = 255
_PATTERN = re.compile(r"urn:li:([A-Za-z]+):(.+)", re.DOTALL)

ORGANIZATION = "organization"
CONTRACT = "contract"
SEAT = "seat"
PERSON = "person"
DEVELOPER_APPLICATION = "developerApplication"
JOB_POSTING = "jobPosting"
JOB_POSTING_TASK = "simpleJobPostingTask"
MESSAGING_THREAD = "messagingThread"
MEDIA = "digitalmediaAsset"

KINDS = frozenset(
    {
        ORGANIZATION, CONTRACT, SEAT, PERSON, DEVELOPER_APPLICATION, JOB_POSTING,
        JOB_POSTING_TASK, MESSAGING_THREAD, "jobApplication", MEDIA,
    }
)  # fmt: skip


class UrnError(ValueError):
    """A text is no URN of a kind that we know; the message names the text."""


@dataclass(frozen=True)
class Urn:
    """A parsed URN: `Urn("person", "Zq3xAmp1e")` prints as `urn:li:person:Zq3xAmp1e`."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"urn:li:{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str, kind: str | None = None) -> Urn:
        """Read a URN.

        Args:
            text: the URN as sent.
            kind: the one kind that is wanted here, or None for any known kind.

        Raises:
            UrnError: not a URN, an unknown kind, another kind than wanted, or too long.
        """
        found = _PATTERN.fullmatch(text) if len(text) <= MAX_LENGTH else None
        if found is None or found[1] not in KINDS:
            raise UrnError(f"{text[:MAX_LENGTH]!r} is not a URN of a known kind")
        if kind is not None and found[1] != kind:
            raise UrnError(f"{text!r} is not a {kind} URN")
        return cls(found[1], found[2])

    @property
    def number(self) -> int:
        """The id as a row number (organizations, contracts, seats).

        Raises:
            UrnError: the id is no positive integer that fits 64 bits.
        """
        # Ten digits more than a bigint has would overflow in the database, so refuse here.
        if not (self.id.isascii() and self.id.isdigit()) or int(self.id) > 2**63 - 1:
            raise UrnError(f"{self} does not end in a number")
        return int(self.id)

"""What must be known of all members to weigh one of them: how many there are, how many share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from ats_sync.identity.keys import name_counts_of
from ats_sync.identity.records import MemberRecord


class Population(Protocol):
    """How the engine asks for counts; the database side answers from its own tables."""

    @property
    def size(self) -> int:
        """The number of members."""

    def holders(self, key: int) -> int:
        """How many members hold a key of `keys.name_counts_of` (at least 0)."""


@dataclass
class CountedPopulation:
    """A population counted in memory, or filled with the few counts that a batch needs."""

    size: int = 0
    counts: Counter[int] = field(default_factory=Counter)

    def holders(self, key: int) -> int:
        return self.counts[key]

    def count(self, members: Iterable[MemberRecord], secret: bytes = b"") -> CountedPopulation:
        """Add members; returns itself."""
        for member in members:
            self.size += 1
            keys = name_counts_of(member.name, member.place.city, secret)
            self.counts.update(key for key in keys if key)
        return self

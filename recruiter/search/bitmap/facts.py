"""Facts that change by themselves: what ATSs know of members, and who follows whom.

An ATS's facts are sets of members, one for each (token, fact). The table of footprints is their
snapshot: a worker reads it when a seat first needs a token (70 ms for 300,000 members), and from
then on the fact log above the last entry that it saw. Per token the order of the log is that of
the commits (the writers of an ATS take turns), so nothing can appear below it.
"""

# ruff: noqa: S608 - statements are put together from constants; values travel as parameters
from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from django.db import connection
from pyroaring import BitMap

from recruiter.models.footprint import Fact
from recruiter.search.bitmap import reading
from recruiter.search.bitmap.files import bitmap, union
from recruiter.search.bitmap.reading import NEVER

FOREVER = 2**62  # when a follower's engagement ends, in microseconds
Numbering = Callable[[Iterable[int]], np.ndarray]
LogEntry = tuple[int, int, str, int, bool]  # id, token, fact, member, added


@dataclass
class TokenFacts:
    """The members of each fact under one token, as ids and as numbers of the index."""

    last: int
    members: dict[str, BitMap] = field(default_factory=dict)
    numbers: dict[str, BitMap] = field(default_factory=dict)


class Facts:
    """The facts of the tokens that were asked for so far.

    Args:
        numbers_of: gives members' numbers in the index; unknown members have none.
    """

    def __init__(self, numbers_of: Numbering) -> None:
        self._numbers_of = numbers_of
        self._tokens: dict[int, TokenFacts] = {}
        self._unions: dict[tuple[str, tuple[int, ...]], BitMap] = {}  # until something changes

    def last_entries(self, tokens: Iterable[int]) -> list[int]:
        """The last log entry seen of each token; those not seen yet are read now."""
        return [self._token(token).last for token in tokens]

    def take_up(self, entries: Iterable[LogEntry]) -> None:
        """Apply log entries, in their order: of several about the same, the last one counts."""
        last: dict[tuple[int, str], dict[int, bool]] = defaultdict(dict)
        for entry, token, fact, member, added in entries:
            facts = self._token(token)
            facts.last = max(facts.last, entry)
            last[token, fact][member] = added
        for (token, fact), said in last.items():
            self._unions.clear()
            facts = self._token(token)
            for added, change in ((True, BitMap.update), (False, BitMap.difference_update)):
                some = sorted(member for member, now in said.items() if now is added)
                change(facts.members[fact], BitMap(some))
                change(facts.numbers[fact], bitmap(self._numbers_of(some)))

    def moved(self, member: int, old: int | None, new: int | None) -> None:
        """A member has another number now."""
        self._unions.clear()
        for facts in self._tokens.values():
            for fact, members in facts.members.items():
                if member in members:
                    _move(facts.numbers[fact], old, new)

    def having(self, fact: str, tokens: tuple[int, ...]) -> BitMap:
        """The numbers of those of whom a fact is known under any of some tokens.

        The same set until something changes. Not to be changed.
        """
        held = self._unions.get((fact, tokens))
        if held is None:
            held = union(self._token(token).numbers[fact] for token in tokens)
            self._unions[fact, tokens] = held
        return held

    def members_having(self, fact: str, token: int) -> BitMap:
        """Their ids: for the doctor."""
        return self._token(token).members[fact]

    def _token(self, token: int) -> TokenFacts:
        if token not in self._tokens:
            self._tokens[token] = self._read(token)
        return self._tokens[token]

    def _read(self, token: int) -> TokenFacts:
        with connection.cursor() as cursor:
            # First the log's end, then the table: what comes in between is applied twice.
            cursor.execute(
                "SELECT coalesce(max(id), 0) FROM recruiter_factlogentry WHERE token_id = %s",
                [token],
            )
            facts = TokenFacts(last=cursor.fetchone()[0])
        members, applied = reading.fetch_columns(_FOOTPRINTS, 2, [token])
        known = {Fact.IN_ATS.value: members, Fact.PAST_APPLICANT.value: members[applied == 1]}
        for fact, some in known.items():
            facts.members[fact] = bitmap(some)
            facts.numbers[fact] = bitmap(self._numbers_of(some))
        return facts


_FOOTPRINTS = """
SELECT member_id, past_applicant::int::bigint FROM recruiter_atsfootprint
WHERE token_id = %s ORDER BY member_id
"""


class Engaged:
    """Who is engaged with one company's brand, and until when that counts."""

    def __init__(self, company_id: int, numbers_of: Numbering) -> None:
        self._company = company_id
        self._numbers_of = numbers_of
        members, at = reading.fetch_columns(_ENGAGED, 2, [company_id])
        self._at: dict[int, int] = dict(zip(members.tolist(), at.tolist(), strict=True))
        self._time: int | None = None
        self._now = BitMap()
        self._due: list[tuple[int, int]] = []

    def since(self, time: int) -> BitMap:
        """The numbers of those who follow, or looked at that time or later. Not to be changed."""
        if self._time is None or time < self._time:
            recent = [member for member, at in self._at.items() if at >= time]
            self._now = bitmap(self._numbers_of(recent))
            self._due = [(at, member) for member, at in self._at.items() if time <= at < FOREVER]
            heapq.heapify(self._due)
        while self._due and self._due[0][0] < time:
            at, member = heapq.heappop(self._due)
            if self._at.get(member) == at:
                self._now -= bitmap(self._numbers_of([member]))
        self._time = time
        return self._now

    def refresh(self, member_ids: Iterable[int]) -> None:
        """Read some members' engagement anew."""
        some = list(member_ids)
        members, at = reading.fetch_columns(
            f"SELECT * FROM ({_ENGAGED}) AS engaged WHERE member_id = ANY(%s)",
            2,
            [self._company, some],
        )
        for member in some:
            self._at.pop(member, None)
        self._at.update(zip(members.tolist(), at.tolist(), strict=True))
        self._time = None

    def moved(self, member: int, old: int | None, new: int | None) -> None:
        """A member has another number now."""
        if self._time is not None and self._at.get(member, NEVER) >= self._time:
            _move(self._now, old, new)


def _move(numbers: BitMap, old: int | None, new: int | None) -> None:
    if old is not None:
        numbers.discard(old)
    if new is not None:
        numbers.add(new)


_ENGAGED = f"""
SELECT member_id, max(CASE kind WHEN 'follows' THEN {FOREVER}
    ELSE {reading.microseconds("at")} END) AS until
FROM recruiter_brandengagement WHERE company_id = %s GROUP BY member_id ORDER BY member_id
"""

"""The search port: what a page may ask and what an engine must answer. Our words only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

# Those that are counted where a question names none.
PANELS = (
    "title", "company", "past_company", "location", "skill", "industry", "school", "experience",
)  # fmt: skip
FACETS = (
    *PANELS, "past_title", "country", "region", "field_of_study", "tenure", "seniority",
    "language",
)  # fmt: skip
FACET_SIZE = 15  # values a panel lists, besides the chosen ones
# What each means is written in recruiter.spotlights.
SPOTLIGHTS = ("engaged", "open", "past_applicants", "likely_to_respond", "company_connections")
LONGEST_TEXT = 2_000  # characters of free text that an engine looks at
RELEVANCE, RECENT = "relevance", "recent"  # orders; what each means: recruiter.search.relevance


# ------------------------------------------------------------------- what words may be asked for
@dataclass(frozen=True)
class Word:
    """A word that stands anywhere in a profile. Text with several words asks for all of them."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Words that stand next to each other, in this order."""

    text: str


@dataclass(frozen=True)
class Prefix:
    """A word that begins like this one; of several words, the last."""

    text: str


@dataclass(frozen=True)
class Field:
    """Some value of one facet holds these words: Field("title", Word("engineer"))."""

    kind: str
    inside: Node


@dataclass(frozen=True)
class Value:
    """Has exactly this value of a facet, whatever its case: Value("skill", "Python")."""

    kind: str
    label: str


@dataclass(frozen=True)
class Known:
    """ATSs say this of them under one of these visibility tokens, all of which the viewer holds."""

    fact: str
    tokens: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Members:
    """Is one of these: what the database knows of people beside their documents."""

    ids: Sequence[int]


@dataclass(frozen=True)
class And:
    of: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    of: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """Everybody but those. A part without a word in it ("!!!") asks for nothing, nor does this."""

    node: Node


# Leaves without a word in them.
Given = Value | Known | Members
Node = Word | Phrase | Prefix | Field | Given | And | Or | Not


# ---------------------------------------------------------------------------- question and answer
class SearchUnavailable(Exception):
    """The engine cannot answer now. The page says so; it never looks like "no results"."""


@dataclass(frozen=True)
class Viewer:
    """What the answer depends on besides the question: who is asking.

    Attributes:
        company_id: the seat's company.
        tokens: the visibility tokens that the seat holds.
        member_ids: None, or the only members that the seat may see (a hiring manager's).
        seat: the seat itself, for pages; engines never look at it.
    """

    company_id: int
    tokens: tuple[int, ...] = ()
    member_ids: tuple[int, ...] | None = None
    seat: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class MemberQuery:
    """One question. Values of one facet are alternatives; different facets all apply.

    Attributes:
        text: free text: words are ANDed; OR, quotes and a leading minus as in web searches.
        words: the same, read already; where both are given, both apply.
        spotlights: keys of Spotlights that must all hold.
        include_current_employees: count people who work at the seat's company as past applicants.
        without: members who are not looked for, by their ids.
        order: RELEVANCE, or RECENT, in which words only choose.
        start, count: the page, in rows.
        panels: the facets whose values are counted.
        tallies: further groups of members that are counted among those found.
    """

    viewer: Viewer
    text: str = ""
    words: Node | None = None
    title: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    past_company: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    skill: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    school: tuple[str, ...] = ()
    experience: tuple[str, ...] = ()
    past_title: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    field_of_study: tuple[str, ...] = ()
    tenure: tuple[str, ...] = ()
    seniority: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    spotlights: tuple[str, ...] = ()
    include_current_employees: bool = False
    without: tuple[int, ...] = ()
    order: str = RELEVANCE
    start: int = 0
    count: int = 25
    panels: tuple[str, ...] = PANELS
    tallies: tuple[Given, ...] = ()


class FacetCount(msgspec.Struct, gc=False):
    """One line of a facet panel. (A page has 120: a dataclass takes three times as long.)"""

    label: str
    count: int
    selected: bool = False


def with_lost_values(kind: str, query: MemberQuery, lines: list[FacetCount]) -> list[FacetCount]:
    """A panel's lines, and those chosen values that nobody has, with a count of zero."""
    if not getattr(query, kind):
        return lines
    selected = [line.label for line in lines if line.selected]
    if lost := [label for label in getattr(query, kind) if label not in selected]:
        listed = {" ".join(line.label.lower().split()) for line in lines}
        lost = [label for label in lost if " ".join(label.lower().split()) not in listed]
    return lines + [FacetCount(label, 0, selected=True) for label in lost]


@dataclass(frozen=True)
class SearchPage:
    """One answer: members in order, the exact total, and exact counts beside it.

    `spotlight_counts` says for each Spotlight how many of the results would remain if it were
    ticked as well. A facet's panel ignores its own choice, so that the choice can be widened;
    it lists the most frequent values and every chosen one, the frequent first. `tallies` are the
    sizes of the groups asked for, in their order.

    `notice` says in a sentence that another engine than the one set had to answer, and why.
    """

    member_ids: list[int]
    total: int
    spotlight_counts: dict[str, int] = field(default_factory=dict)
    facets: dict[str, list[FacetCount]] = field(default_factory=dict)
    tallies: list[int] = field(default_factory=list)
    notice: str = ""


class MemberIndex(Protocol):
    """An engine."""

    def search(self, query: MemberQuery) -> SearchPage:
        """Answer one question. Raises SearchUnavailable when the engine cannot."""
        ...

    def suggest(self, viewer: Viewer, kind: str, text: str, most: int = 10) -> list[FacetCount]:
        """Values of a facet whose words begin as typed, with how many members have each.

        The most frequent first. A text without a word suggests nothing. Raises SearchUnavailable.
        """
        ...

    def put(self, member_ids: Iterable[int]) -> None:
        """Take up the present state of these members; those that are gone are dropped."""
        ...

    def drop(self, member_ids: Iterable[int]) -> None:
        """Forget these members."""
        ...

    def rebuild(self, on_progress: Callable[[int], None] | None = None) -> int:
        """Build everything anew from the database, then swap: no search sees half of it.

        Args:
            on_progress: told after each chunk how many members it held.

        Returns:
            The number of members that can now be found.
        """
        ...

    def ready(self) -> bool:
        """Whether the engine can answer now."""
        ...

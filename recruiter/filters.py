"""What a search URL asks for: GET parameters to one typed question, and back to links.

Parameters: `q` (text), `spotlight` and the names of the facets (repeatable), `employees=yes`
(past applicants who work here now count too), `like` (people by whom the search was made, who are
left out themselves), `order`, `size` (results a page), `page`. Whatever cannot be read is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.http import QueryDict
from django.urls import reverse

from recruiter import query_language, spotlights
from recruiter.query_language import Reading
from recruiter.search import FACETS, MemberQuery, Viewer
from recruiter.search.port import LONGEST_TEXT, RECENT, RELEVANCE
from rsc.models import PERSON_ID_LENGTH

PAGE_SIZES = (25, 50, 100)
PAGE_SIZE = PAGE_SIZES[0]
LAST_RESULT = 10_000  # nobody reads further, and a database must sort all that comes before
ORDERS = {RELEVANCE: "Best match", RECENT: "Most recently active"}
MOST_LIKE = 25  # people by whom one search is made
PUBLIC_ID = re.compile(rf"[A-Za-z0-9]{{{PERSON_ID_LENGTH}}}")
MOST_VALUES = 50  # of one facet
LONGEST_VALUE = 200  # characters, as in the columns that the values come from
FACET_LABELS = {
    "title": "Current title",
    "company": "Current company",
    "past_company": "Past company",
    "location": "Location",
    "skill": "Skill",
    "industry": "Industry",
    "school": "School",
    "experience": "Years of experience",
}


@dataclass(frozen=True)
class Chip:
    """One active filter.

    Attributes:
        name, value: the parameter that stands for it.
        label: what it says.
        without: the search that is left when it goes.
    """

    name: str
    value: str
    label: str
    without: Choice


@dataclass(frozen=True)
class Choice:
    """A question as a URL states it. `spotlights` holds keys, `like` public ids."""

    text: str = ""
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    spotlights: tuple[str, ...] = ()
    employees: bool = False
    like: tuple[str, ...] = ()
    order: str = RELEVANCE
    size: int = PAGE_SIZE
    page: int = 1

    @cached_property
    def reading(self) -> Reading:
        """What the text was taken for."""
        return query_language.read(self.text)

    def query(self, viewer: Viewer, without: tuple[int, ...] = ()) -> MemberQuery:
        """The question for the search port; `without` are the ids of those whom `like` names."""
        return MemberQuery(
            viewer=viewer,
            words=self.reading.node,
            spotlights=self.spotlights,
            include_current_employees=self.employees,
            without=without,
            order=self.order,
            start=(self.page - 1) * self.size,
            count=self.size,
            **self.facets,
        )

    def at_page(self, page: int) -> Choice:
        return replace(self, page=page)

    def with_spotlight(self, key: str) -> Choice:
        return replace(self, spotlights=(*self.spotlights, key), page=1)

    def without_facet(self, kind: str) -> Choice:
        facets = {name: values for name, values in self.facets.items() if name != kind}
        return replace(self, facets=facets, page=1)

    @property
    def url(self) -> str:
        """The one address of this search."""
        return reverse("recruiter:search") + (f"?{query}" if (query := self.parameters) else "")

    @property
    def parameters(self) -> str:
        """The part behind the question mark: nothing empty, always in the same order."""
        parameters = QueryDict(mutable=True)
        if self.text:
            parameters["q"] = self.text
        parameters.setlist("spotlight", list(self.spotlights))
        for kind in FACETS:
            parameters.setlist(kind, list(self.facets.get(kind, ())))
        if self.employees:
            parameters["employees"] = "yes"
        parameters.setlist("like", list(self.like))
        if self.order != RELEVANCE:
            parameters["order"] = self.order
        if self.size != PAGE_SIZE:
            parameters["size"] = str(self.size)
        if self.page > 1:
            parameters["page"] = str(self.page)
        return parameters.urlencode()

    @property
    def chips(self) -> list[Chip]:
        """The active filters, the text first. `employees` belongs to its Spotlight."""
        chips = []
        if self.text:
            chips.append(Chip("q", self.text, f"“{self.text}”", replace(self, text="", page=1)))
        for key in self.spotlights:
            left = tuple(other for other in self.spotlights if other != key)
            label = spotlights.BY_KEY[key].label
            chips.append(Chip("spotlight", key, label, replace(self, spotlights=left, page=1)))
        for kind, values in self.facets.items():
            for value in values:
                left = {**self.facets, kind: tuple(other for other in values if other != value)}
                without = replace(self, facets={k: v for k, v in left.items() if v}, page=1)
                chips.append(Chip(kind, value, f"{FACET_LABELS[kind]}: {value}", without))
        return chips

    @property
    def loosened(self) -> list[Chip]:
        """What could be dropped as a whole: the text, a Spotlight, all values of a facet."""
        whole = [chip for chip in self.chips if chip.name in ("q", "spotlight")]
        for kind, values in self.facets.items():
            label = f"{FACET_LABELS[kind]}: {' or '.join(values)}"
            whole.append(Chip(kind, "", label, self.without_facet(kind)))
        return whole


def read(parameters: QueryDict) -> Choice:
    """Read a URL's parameters. Never fails: what cannot be understood is left out."""
    named = (spotlights.named(value) for value in parameters.getlist("spotlight"))
    ticked = {spotlight.key for spotlight in named if spotlight}
    facets = {kind: _values(parameters.getlist(kind)) for kind in FACETS}
    order, size = parameters.get("order", ""), _size(parameters.get("size", ""))
    return Choice(
        text=_tidy(parameters.get("q", ""), LONGEST_TEXT),
        facets={kind: values for kind, values in facets.items() if values},
        spotlights=tuple(spotlight.key for spotlight in spotlights.ALL if spotlight.key in ticked),
        employees=parameters.get("employees") == "yes",
        like=_people(parameters.getlist("like")),
        order=order if order in ORDERS else RELEVANCE,
        size=size,
        page=_page(parameters.get("page", ""), LAST_RESULT // size),
    )


def kept(query: str) -> Choice:
    """The question that stored parameters ask, from its first page on."""
    return read(QueryDict(query)).at_page(1)


def _tidy(text: str, longest: int) -> str:
    """One line of printable text."""
    return " ".join(text.replace("\0", " ")[:longest].split())


def _values(raw: list[str]) -> tuple[str, ...]:
    """Values in the order given, each once whatever its case."""
    once = {value.lower(): value for text in reversed(raw) if (value := _tidy(text, LONGEST_VALUE))}
    return tuple(reversed(once.values()))[:MOST_VALUES]


def _people(raw: list[str]) -> tuple[str, ...]:
    """Public ids, each once."""
    named = (value for value in raw if PUBLIC_ID.fullmatch(value))
    return tuple(dict.fromkeys(named))[:MOST_LIKE]


def _size(text: str) -> int:
    return next((size for size in PAGE_SIZES if text == str(size)), PAGE_SIZE)


def _page(text: str, last: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), last)

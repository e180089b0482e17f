"""What a search URL asks for: GET parameters to one typed question, and back to links.

Parameters: `q` (text), `spotlight` (repeatable), those of the facets (see recruiter.facets),
`radius` (km around the chosen locations), `panel` (panels opened besides), `employees=yes`
(past applicants who work here now count too), `like` (people by whom the search was made, who are
left out themselves), `order`, `size` (results a page), `page`. Whatever cannot be read is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial

from django.http import QueryDict
from django.urls import get_script_prefix, reverse

from recruiter import facets, places, query_language, spotlights, team_facets
from recruiter.facets import Chosen
from recruiter.query_language import Reading
from recruiter.search import FACETS, MemberQuery, Viewer
from recruiter.search.port import LONGEST_TEXT, RECENT, RELEVANCE, And, Field, Node, Value
from rsc.models import PERSON_ID_LENGTH

PAGE_SIZES = (25, 50, 100)
PAGE_SIZE = PAGE_SIZES[0]
LAST_RESULT = 10_000  # nobody reads further, and a database must sort all that comes before
ORDERS = {RELEVANCE: "Best match", RECENT: "Most recently active"}
MOST_LIKE = 25  # people by whom one search is made
PUBLIC_ID = re.compile(rf"[A-Za-z0-9]{{{PERSON_ID_LENGTH}}}")


@cache
def _path(_prefix: str) -> str:
    return reverse("recruiter:search")  # slow, and a page has dozens of searches


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

    @property
    def said(self) -> str:
        """The label without the facet's name."""
        said = self.label.partition(": ")[2]
        return said[:1].upper() + said[1:]


@dataclass(frozen=True)
class Choice:
    """A question as a URL states it. `spotlights` holds keys, `like` public ids.

    `labels` are what people read for values of team facets, as far as somebody looked them up.
    """

    text: str = ""
    facets: dict[str, Chosen] = field(default_factory=dict)
    radius: int = 0
    panels: tuple[str, ...] = ()
    labels: dict[tuple[str, str], str] = field(default_factory=dict, compare=False)
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
            words=self._tree(viewer),
            spotlights=self.spotlights,
            include_current_employees=self.employees,
            without=without,
            order=self.order,
            start=(self.page - 1) * self.size,
            count=self.size,
            panels=tuple(kind for kind in FACETS if kind in self.open_panels),
            **self._can(),
        )

    @property
    def open_panels(self) -> tuple[str, ...]:
        """Those that always are, those that were opened, and those with something chosen."""
        return (*facets.STAND_OPEN, *self.panels, *self.facets)

    def _can(self) -> dict[str, tuple[str, ...]]:
        """The values of profiles of which somebody must have any; places with those around them."""
        can = {kind: chosen.can for kind, chosen in self.facets.items() if kind in FACETS}
        if self.radius and can.get("location"):
            can["location"] = places.around(can["location"], self.radius)
        return can

    def _tree(self, viewer: Viewer) -> Node | None:
        """The words, and all conditions of facets but `can`, which panels must know apart."""
        asked: list[Node] = [self.reading.node] if self.reading.node else []
        for kind, chosen in self.facets.items():
            if kind in FACETS:
                asked += chosen.conditions(partial(Value, kind), partial(Field, kind))
        asked += team_facets.conditions(viewer.seat, self.facets)
        return And(tuple(asked)) if len(asked) > 1 else next(iter(asked), None)

    def opening(self, kind: str) -> Choice:
        return replace(self, panels=(*self.panels, kind))

    def at_page(self, page: int) -> Choice:
        return replace(self, page=page)

    def in_order(self, order: str) -> Choice:
        return replace(self, order=order, page=1)

    def of_size(self, size: int) -> Choice:
        return replace(self, size=size, page=1)

    @property
    def like_nobody(self) -> Choice:
        return replace(self, like=(), page=1)

    def with_spotlight(self, key: str) -> Choice:
        return replace(self, spotlights=(*self.spotlights, key), page=1)

    def without_facet(self, kind: str) -> Choice:
        return self._with(kind, Chosen())

    def without_can(self, kind: str) -> Choice:
        """The search as a facet's own panel sees it."""
        return self._with(kind, replace(self.facets.get(kind, Chosen()), can=()))

    def _with(self, kind: str, chosen: Chosen) -> Choice:
        changed = {**self.facets, kind: chosen}
        return replace(self, facets={k: each for k, each in changed.items() if each}, page=1)

    @property
    def url(self) -> str:
        """The one address of this search."""
        return _path(get_script_prefix()) + (f"?{query}" if (query := self.parameters) else "")

    @property
    def parameters(self) -> str:
        """The part behind the question mark: nothing empty, always in the same order."""
        parameters = QueryDict(mutable=True)
        if self.text:
            parameters["q"] = self.text
        parameters.setlist("spotlight", list(self.spotlights))
        for kind, chosen in self.facets.items():
            facets.write(chosen, kind, parameters)
        if self.radius:
            parameters["radius"] = str(self.radius)
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
        return chips + [chip for kind in self.facets for chip in self.chips_of(kind)]

    def chips_of(self, kind: str, *states: str) -> list[Chip]:
        """The active filters of one facet, in some states or in all."""
        chosen, chips = self.facets.get(kind, Chosen()), []
        for state in states or (*facets.STATES, "text"):
            end, said = facets.STATES.get(state, (facets.TEXT, ""))
            values = (chosen.text,) if state == "text" and chosen.text else ()
            for value in values or getattr(chosen, state, ()):
                shown = f"“{value}”" if state == "text" else self.labels.get((kind, value), value)
                without = self._with(kind, chosen.dropping(state, value))
                chips.append(Chip(kind + end, value, f"{label_of(kind)}: {said}{shown}", without))
        return chips

    @property
    def loosened(self) -> list[Chip]:
        """What could be dropped as a whole: the text, a Spotlight, all values of a facet."""
        whole = [chip for chip in self.chips if chip.name in ("q", "spotlight")]
        for kind in self.facets:
            said = [chip.label.partition(": ")[2] for chip in self.chips_of(kind)]
            label = f"{label_of(kind)}: {', '.join(said)}"
            whole.append(Chip(kind, "", label, self.without_facet(kind)))
        return whole


def label_of(kind: str) -> str:
    """What people call a facet."""
    return facets.LABELS.get(kind) or team_facets.ALL[kind].label


def read(parameters: QueryDict) -> Choice:
    """Read a URL's parameters. Never fails: what cannot be understood is left out."""
    named = (spotlights.named(value) for value in parameters.getlist("spotlight"))
    ticked = {spotlight.key for spotlight in named if spotlight}
    kinds = (*facets.LABELS, *team_facets.ALL)
    named_here = {name.partition(".")[0] for name in parameters}
    chosen = {kind: facets.read(parameters, kind) for kind in kinds if kind in named_here}
    order, size = parameters.get("order", ""), _size(parameters.get("size", ""))
    return Choice(
        text=_tidy(parameters.get("q", ""), LONGEST_TEXT),
        facets={kind: each for kind, each in chosen.items() if each},
        radius=next((km for km in places.RADII if parameters.get("radius") == str(km)), 0),
        panels=tuple(kind for kind in parameters.getlist("panel") if kind in kinds),
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


def _people(raw: list[str]) -> tuple[str, ...]:
    """Public ids, each once."""
    named = (value for value in raw if PUBLIC_ID.fullmatch(value))
    return tuple(dict.fromkeys(named))[:MOST_LIKE]


def _size(text: str) -> int:
    return next((size for size in PAGE_SIZES if text == str(size)), PAGE_SIZE)


def _page(text: str, last: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), last)

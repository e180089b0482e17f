"""What panels ask for: the three states of a facet's values, and words typed into its box.

In a URL each facet has up to four parameters: `title` (can have: any of them), `title.must`,
`title.not` and `title.text`, which speaks the language of every search box; there each word or
quotation asks for a value that holds it, so that `java AND go` finds who has both skills.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import QueryDict

from recruiter import query_language
from recruiter.query_language import Reading
from recruiter.search.port import And, Field, Given, Node, Not, Or, Phrase, Prefix, Word

MOST_VALUES = 50  # of one facet, in each state
LONGEST_VALUE = 200  # characters, as in the columns that the values come from
# The facets of profiles, in the order of their panels. Those of a team: recruiter.team_facets.
LABELS = {
    "title": "Current title",
    "company": "Current company",
    "location": "Location",
    "country": "Country",
    "region": "Region",
    "past_title": "Past title",
    "past_company": "Past company",
    "skill": "Skill",
    "industry": "Industry",
    "experience": "Years of experience",
    "tenure": "Years in position",
    "seniority": "Seniority",
    "school": "School",
    "field_of_study": "Field of study",
    "language": "Language",
}
STAND_OPEN = ("title", "company", "location")  # and are counted with every page
# The attributes of a choice, the ends of its parameters, and what chips say.
STATES = {"can": ("", ""), "must": (".must", "must have "), "never": (".not", "not ")}
TEXT = ".text"


@dataclass(frozen=True)
class Chosen:
    """What one facet is asked for.

    Attributes:
        can, must, never: values of which somebody has any, all, none.
        text: what was typed into the box.
    """

    can: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.can or self.must or self.never or self.text)

    @cached_property
    def reading(self) -> Reading:
        """What the text was taken for."""
        return query_language.read(self.text)

    @property
    def values(self) -> tuple[str, ...]:
        """The values in any state."""
        return self.can + self.must + self.never

    def dropping(self, state: str, value: str) -> Chosen:
        """The same without one value, or without the text."""
        if state == "text":
            return replace(self, text="")
        left = tuple(other for other in getattr(self, state) if other != value)
        return replace(self, **{state: left})

    def conditions(
        self, group: Callable[[str], Given], holding: Callable[[Word | Phrase | Prefix], Node]
    ) -> list[Node]:
        """What must hold besides `can`.

        Args:
            group: gives who has a value.
            holding: gives who has a value that holds these words.
        """
        typed = self.reading.node
        return [
            *(group(value) for value in self.must),
            *(Not(group(value)) for value in self.never),
            *([_spread(typed, holding)] if typed else []),
        ]


def _spread(node: Node, holding: Callable[[Word | Phrase | Prefix], Node]) -> Node:
    """The same tree, each of its leaves looked for in the values of a facet."""
    if isinstance(node, And | Or):
        return type(node)(tuple(_spread(part, holding) for part in node.of))
    if isinstance(node, Not):
        return Not(_spread(node.node, holding))
    return node if isinstance(node, Field | Given) else holding(node)


def read(parameters: QueryDict, kind: str) -> Chosen:
    """What a URL asks of one facet. The last word counts: not, then must, then can."""
    never = _values(parameters.getlist(f"{kind}.not"))
    must = _without(_values(parameters.getlist(f"{kind}.must")), never)
    can = _without(_values(parameters.getlist(kind)), must + never)
    text = " ".join(_tidy(text) for text in parameters.getlist(kind + TEXT)).strip()
    return Chosen(can, must, never, text[:LONGEST_VALUE])


def write(chosen: Chosen, kind: str, parameters: QueryDict) -> None:
    """The parameters that say it."""
    for state, (end, _) in STATES.items():
        if values := getattr(chosen, state):
            parameters.setlist(kind + end, list(values))
    if chosen.text:
        parameters[kind + TEXT] = chosen.text


def _tidy(text: str) -> str:
    """One line of printable text."""
    return " ".join(text.replace("\0", " ")[:LONGEST_VALUE].split())


def _values(raw: list[str]) -> tuple[str, ...]:
    """Values in the order given, each once whatever its case."""
    once = {value.lower(): value for text in reversed(raw) if (value := _tidy(text))}
    return tuple(reversed(once.values()))[:MOST_VALUES]


def _without(values: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    taken = {value.lower() for value in others}
    return tuple(value for value in values if value.lower() not in taken)

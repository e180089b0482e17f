"""“Find more people like”: a search made from what some people have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.http import QueryDict

from recruiter import filters, search
from recruiter.filters import Choice
from recruiter.models import Member
from recruiter.search import Viewer

ENOUGH = 10  # people that a first attempt should find
MOST = {"title": 5, "skill": 5, "industry": 3, "location": 3}  # values of each facet
LABELS = {"title": "Current title", "skill": "Skills", "industry": "Industry", "location": "Place"}
# What is tried, the closest first; the first that finds enough is proposed.
ATTEMPTS = (
    ("title", "skill", "industry", "location"),
    ("title", "skill", "industry"),
    ("title", "skill"),
    ("skill", "industry", "location"),
    ("skill", "industry"),
    ("title",),
    ("skill",),
)


@dataclass(frozen=True)
class Proposal:
    """A search to begin with.

    Attributes:
        values: what the people have, for each facet, the most common first.
        used: the facets that the search asks for; asking for the others as well finds too few.
        total: how many people it finds, without those it is made from.
    """

    values: dict[str, list[str]]
    used: tuple[str, ...]
    total: int


def propose(viewer: Viewer, members: Sequence[Member]) -> Proposal:
    """The search to begin with for people like these. A search each attempt, seven at most."""
    values = _in_common(members)
    best = Proposal(values, (), -1)
    for facets in dict.fromkeys(tuple(k for k in each if values[k]) for each in ATTEMPTS):
        if facets:
            total = _count(viewer, members, values, facets)
            if total > best.total:
                best = Proposal(values, facets, total)
            if total >= ENOUGH:
                break
    return best


def choice_of(
    values: dict[str, list[str]], used: Iterable[str], members: Sequence[Member]
) -> Choice:
    """The search as an address states it: it can be changed there like any other."""
    parameters = QueryDict(mutable=True)
    for kind in used:
        parameters.setlist(kind, values[kind])
    parameters.setlist("like", [member.public_id for member in members])
    return filters.read(parameters)


def _count(
    viewer: Viewer, members: Sequence[Member], values: dict[str, list[str]], used: Sequence[str]
) -> int:
    without = tuple(member.pk for member in members)
    query = choice_of(values, used, members).query(viewer, without=without)
    return search.index().search(query).total


def _in_common(members: Sequence[Member]) -> dict[str, list[str]]:
    """What the people have, the most common first."""
    prefetch_related_objects(members, "positions")
    return {
        "title": _frequent(
            "title",
            ({p.title for p in member.positions.all() if p.current} for member in members),
        ),
        "skill": _frequent("skill", (dict.fromkeys(member.skills) for member in members)),
        "industry": _frequent("industry", ([member.industry] for member in members)),
        "location": _frequent("location", ([member.location] for member in members)),
    }


def _frequent(kind: str, stated: Iterable[Iterable[str]]) -> list[str]:
    counts = Counter(value for each in stated for value in each if value)
    return [value for value, _ in counts.most_common(MOST[kind])]

"""Who fits a question, in one part of the index: words, Spotlights, facets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, reduce

from pyroaring import BitMap

from recruiter.search import words
from recruiter.search.bitmap.base import Base
from recruiter.search.bitmap.changes import field_values
from recruiter.search.bitmap.files import union
from recruiter.search.bitmap.overlay import Overlay
from recruiter.search.port import (
    SPOTLIGHTS,
    And,
    Field,
    Given,
    Known,
    MemberQuery,
    Members,
    Not,
    Or,
    Value,
)
from recruiter.spotlights import ENGAGED_WITHIN, REPLIED_WITHIN, SEEN_WITHIN

Part = Base | Overlay
DAY = 86_400_000_000  # microseconds
FieldValues = dict[Field | Value, list[int]]
KnownTo = Callable[[str, tuple[int, ...]], BitMap]


@dataclass
class Asked:
    """A question, resolved: the same for each part of the index.

    Attributes:
        tree: its words as lexemes.
        fields: the ids of the values that its fields, and its exact values, mean.
        chosen: the ids of chosen values, for each facet with a choice.
        known: gives the numbers of those of whom a fact is known under some tokens.
        past_applicants, engaged: numbers of members, whatever part they are in.
        now: in microseconds.
    """

    query: MemberQuery
    tree: words.Resolved | None
    fields: FieldValues
    chosen: dict[str, list[int]]
    known: KnownTo
    past_applicants: BitMap
    engaged: BitMap
    now: int

    def ago(self, days: int) -> int:
        """The time so many days ago, in microseconds."""
        return self.now - days * DAY

    @property
    def engaged_since(self) -> int:
        return self.ago(ENGAGED_WITHIN)


def now() -> int:
    """The present time as the index keeps times: in microseconds, exact, which a float is not."""
    return time.time_ns() // 1_000


@dataclass
class Found:
    """Who was found in one part.

    Attributes:
        hits: who fits everything.
        but_for: for each facet with a choice, who fits everything but that.
    """

    part: Part
    asked: Asked
    hits: BitMap = field(default_factory=BitMap)
    but_for: dict[str, BitMap] = field(default_factory=dict)

    @cached_property
    def spotlights(self) -> dict[str, BitMap]:
        """Who stands in each Spotlight, found or not, in this part or another."""
        return _spotlights(self.part, self.asked)

    @cached_property
    def tallies(self) -> list[BitMap]:
        """Who is in each further group that is counted, found or not."""
        return [_holding(node, self.part, self.asked) for node in self.asked.query.tallies]

    @property
    def somebody(self) -> bool:
        """Whether anybody is found here, if only without the choice of one facet."""
        return bool(self.hits) or any(self.but_for.values())

    def among(self, kind: str) -> BitMap:
        """Among whom a facet's panel counts: it ignores its own choice."""
        return self.but_for.get(kind, self.hits)


def find(part: Part, asked: Asked) -> Found:
    """Evaluate a question in one part of the index."""
    found, query = Found(part, asked), asked.query
    sets = [found.spotlights[key] for key in SPOTLIGHTS if key in query.spotlights]
    if query.viewer.member_ids is not None:
        sets.append(BitMap(part.numbers_of(query.viewer.member_ids).tolist()))
    if asked.tree is not None:
        sets.append(_holding(asked.tree, part, asked))
    choices = {kind: part.having(kind, ids) for kind, ids in asked.chosen.items()}
    sets = [_together(sets)] if len(sets) > 1 and choices else sets
    away = BitMap(part.numbers_of(query.without).tolist()) if query.without else None
    for kind in choices:
        others = [choice for other, choice in choices.items() if other != kind]
        found.but_for[kind] = _reached(part, [*sets, *others], away)
    if choices:  # who is found but for one choice, and has that
        kind = min(found.but_for, key=lambda one: len(found.but_for[one]))
        found.hits = found.but_for[kind] & choices[kind]
    else:
        found.hits = _reached(part, sets, away)
    return found


def _reached(part: Part, sets: list[BitMap], away: BitMap | None) -> BitMap:
    """Who is in all of some sets: everybody where there are none."""
    found = _in_force(part, _together(sets)) if sets else part.everyone
    return found - away if away else found


def _in_force(part: Part, found: BitMap) -> BitMap:
    """Of some members of the whole index those who are in this part. Not to be changed."""
    if not isinstance(part, Base):
        return found & part.everyone
    if found and found.max() >= part.size:  # facts are known of the young members, too
        found = found & part.everyone
    return found - part.gone if part.gone else found


def _together(sets: list[BitMap]) -> BitMap:
    """The members of all of some sets; the smallest first, since it bounds the work."""
    return sets[0] if len(sets) == 1 else reduce(BitMap.intersection, sorted(sets, key=len))


def _spotlights(part: Part, asked: Asked) -> dict[str, BitMap]:
    """Who stands in each Spotlight: the rules of recruiter.spotlights, on sets."""
    company = asked.query.viewer.company_id
    here = part.flagged("works_at", company)
    is_open = part.remembered(
        _open, part.flagged("open_publicly"), part.flagged("open_privately"), here
    )
    past = asked.past_applicants
    replied = part.last_replied.since(asked.ago(REPLIED_WITHIN))
    seen = part.last_seen.since(asked.ago(SEEN_WITHIN))
    return {
        "engaged": asked.engaged,
        "open": is_open,
        "past_applicants": past
        if asked.query.include_current_employees
        else part.remembered(BitMap.difference, past, here),
        "likely_to_respond": part.remembered(_likely, replied, seen, is_open),
        "company_connections": part.flagged("connected_to", company),
    }


def _open(publicly: BitMap, privately: BitMap, works_here: BitMap) -> BitMap:
    return publicly | (privately - works_here)


def _likely(replied: BitMap, seen: BitMap, is_open: BitMap) -> BitMap:
    return replied | (seen & is_open)


# ----------------------------------------------------------------------------------------- tree
def _holding(node: words.Resolved, part: Part, asked: Asked) -> BitMap:
    """Who fits a tree. Not to be changed."""
    if isinstance(node, Not):
        return part.everyone - _holding(node.node, part, asked)
    if isinstance(node, Or):
        return union(_holding(each, part, asked) for each in node.of)
    if isinstance(node, And):
        return _all_of(node, part, asked)
    return _leaf(node, part, asked)


def _leaf(node: words.Lexemes | Field | Given, part: Part, asked: Asked) -> BitMap:
    if isinstance(node, words.Lexemes):
        return part.holding(node)
    if isinstance(node, Known):
        return asked.known(node.fact, node.tokens)
    if isinstance(node, Members):
        return BitMap(part.numbers_of(node.ids).tolist())
    return part.having(node.kind, asked.fields[node])


def _all_of(node: And, part: Part, asked: Asked) -> BitMap:
    """Who fits all parts of an AND; exclusions are taken away at the end."""
    wanted = [each for each in node.of if not isinstance(each, Not)]
    found = _together([_holding(each, part, asked) for each in wanted]) if wanted else part.everyone
    for each in node.of:
        if isinstance(each, Not) and found:
            found = found - _holding(each.node, part, asked)
    return found


def resolve_fields(tree: words.Resolved | None, *others: Given) -> FieldValues:
    """The values that a tree's fields and values mean, and some values beside it.

    One statement, if there are any.
    """
    nodes = fields_of(tree, *others)
    ids = field_values(
        [
            (node.kind, "", words.clean(node.label))
            if isinstance(node, Value)
            else (node.kind, words.tsquery(node.inside), "")
            for node in nodes
        ]
    )
    return dict(zip(nodes, ids, strict=True))


def fields_of(tree: words.Resolved | None, *others: Given) -> list[Field | Value]:
    """A tree's fields and values, and the values beside it, each once."""
    beside = (node for node in others if isinstance(node, Value))
    return list(dict.fromkeys([*_fields(tree), *beside]))


def _fields(node: words.Resolved | None) -> Iterator[Field | Value]:
    if isinstance(node, Field | Value):
        yield node
    elif isinstance(node, Not):
        yield from _fields(node.node)
    elif isinstance(node, And | Or):
        for each in node.of:
            yield from _fields(each)

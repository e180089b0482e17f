"""A question in the cluster's language."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from pyroaring import BitMap

from recruiter.search import relevance, words
from recruiter.search.bitmap.evaluating import Asked
from recruiter.search.opensearch.mapping import NOTHING, escaped
from recruiter.search.port import (
    RELEVANCE,
    SPOTLIGHTS,
    And,
    Field,
    Given,
    Known,
    Members,
    Not,
    Or,
)
from recruiter.spotlights import REPLIED_WITHIN, SEEN_WITHIN

Clause = dict[str, Any]
EVERYBODY: Clause = {"match_all": {}}
NOBODY: Clause = {"match_none": {}}


@dataclass
class Question:
    """A question, resolved.

    Attributes:
        asked: what it means.
        folded: the folded label of each facet value in it.
    """

    asked: Asked
    folded: dict[int, str]

    def query(self) -> Clause:
        """Who fits everything but the choices of facets, with a score if words decide."""
        asked, query = self.asked, self.asked.query
        filters = [self.spotlights[key] for key in SPOTLIGHTS if key in query.spotlights]
        if asked.tree is not None:
            filters.append(self._holding(asked.tree))
        if query.viewer.member_ids is not None:
            filters.append(members(query.viewer.member_ids))
        excluded = [members(query.without)] if query.without else []
        scores = [
            _score(escaped(word), prefix)
            for word, prefix in relevance.scored(asked.tree, query.order)
        ]
        return _all(filters, must_not=excluded, should=scores)

    @property
    def sort(self) -> list[Clause]:
        first: list[Clause] = [{"_score": "desc"}] if self.asked.query.order == RELEVANCE else []
        return [*first, {"seen_day": "desc"}, {"completeness": "desc"}, {"member": "desc"}]

    @cached_property
    def choices(self) -> dict[str, Clause]:
        """For each facet with a choice, who has one of the chosen values."""
        return {kind: self._having(kind, ids) for kind, ids in self.asked.chosen.items()}

    def but_for(self, kind: str) -> Clause:
        """Who fits all choices except that of one facet."""
        return _all([choice for other, choice in self.choices.items() if other != kind])

    def fits(self) -> Clause:
        """Who fits all choices."""
        return _all(list(self.choices.values()))

    @cached_property
    def spotlights(self) -> dict[str, Clause]:
        """Who stands in each Spotlight: the rules of recruiter.spotlights."""
        asked, company = self.asked, self.asked.query.viewer.company_id
        here = {"term": {"works_at": company}}
        privately = _all([_is("open_privately")], must_not=[here])
        is_open = _either([_is("open_publicly"), privately])
        here_too = asked.query.include_current_employees
        seen = {"range": {"seen": {"gte": asked.ago(SEEN_WITHIN)}}}
        return {
            "engaged": _set(asked.engaged),
            "open": is_open,
            "past_applicants": _all(
                [_set(asked.past_applicants)], must_not=[] if here_too else [here]
            ),
            "likely_to_respond": _either(
                [{"range": {"replied": {"gte": asked.ago(REPLIED_WITHIN)}}}, _all([seen, is_open])]
            ),
            "company_connections": {"term": {"connected_to": company}},
        }

    @property
    def tallies(self) -> dict[str, Clause]:
        """The further groups that are counted, by their place."""
        return {
            str(place): self._holding(node) for place, node in enumerate(self.asked.query.tallies)
        }

    # ------------------------------------------------------------------------------------- tree
    def _holding(self, node: words.Resolved) -> Clause:
        if isinstance(node, Not):
            return {"bool": {"must_not": [self._holding(node.node)]}}
        if isinstance(node, Or):
            return _either([self._holding(each) for each in node.of])
        if isinstance(node, And):
            wanted = [self._holding(each) for each in node.of if not isinstance(each, Not)]
            excluded = [self._holding(each.node) for each in node.of if isinstance(each, Not)]
            return _all(wanted, must_not=excluded)
        return self._leaf(node)

    def _leaf(self, node: words.Lexemes | Field | Given) -> Clause:
        if isinstance(node, words.Lexemes):
            return _standing(node)
        if isinstance(node, Known):
            return _set(self.asked.known(node.fact, node.tokens))
        if isinstance(node, Members):
            return members(node.ids)
        return self._having(node.kind, self.asked.fields[node])

    def _having(self, kind: str, ids: Iterable[int]) -> Clause:
        values = [self.folded[each] for each in ids]
        return {"terms": {kind: values}} if values else NOBODY


def members(ids: Iterable[int]) -> Clause:
    """Who is one of these."""
    return _set(BitMap(sorted(ids)))


def _set(ids: BitMap) -> Clause:
    """Who is in a set. It travels as it is, as a roaring bitmap: a bit to two bytes a member."""
    if not ids:
        return NOBODY
    compact = ids.copy()
    compact.run_optimize()
    text = base64.b64encode(compact.serialize()).decode()
    return {"terms": {"member": [text], "value_type": "bitmap"}}


def _standing(leaf: words.Lexemes) -> Clause:
    """Who has these lexemes, each so far behind the one before it."""
    if len(leaf.words) == 1:
        return _word("words", escaped(leaf.words[0]), leaf.prefix)
    text = escaped(leaf.words[0])
    for word, step in zip(leaf.words[1:], leaf.steps, strict=True):
        text += f" {NOTHING}" * (step - 1) + f" {escaped(word)}"
    return {"match_phrase": {"words": text}}


def _word(field: str, word: str, prefix: bool) -> Clause:
    return {"prefix" if prefix else "term": {field: {"value": word}}}


def _score(word: str, prefix: bool) -> Clause:
    """The points of the best place at which a word stands."""
    best = [
        {
            "constant_score": {
                "filter": _word("words" if tier == "D" else f"tier_{tier}", word, prefix),
                "boost": points,
            }
        }
        for tier, points in relevance.TIERS.items()
    ]
    return {"dis_max": {"queries": best}}


def _is(flag: str) -> Clause:
    return {"term": {flag: True}}


def _either(clauses: list[Clause]) -> Clause:
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _all(
    clauses: list[Clause], must_not: list[Clause] | None = None, should: list[Clause] | None = None
) -> Clause:
    """Who fits all of some clauses and none of others; `should` only scores."""
    if not clauses and not must_not and not should:
        return EVERYBODY
    return {
        "bool": {
            "filter": clauses or [EVERYBODY],
            "must_not": must_not or [],
            "should": should or [],
            "minimum_should_match": 0,
        }
    }


def identity(ids: Iterable[int]) -> np.ndarray:
    """Members' numbers in this engine: their ids."""
    return np.fromiter(ids, dtype=np.uint32)

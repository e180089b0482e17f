"""Panels and Spotlights as aggregations, and the proof that a panel is exact.

Each shard names its most frequent values only, so a value may lack what a shard did not name. But
the cluster says by how much at most, for each value and for one that it never heard of. A panel
is taken when no such doubt can change it; otherwise it is asked for again, with longer lists.
"""

from __future__ import annotations

from typing import Any

from recruiter.search.opensearch.question import Clause, Question
from recruiter.search.port import FACET_SIZE, SPOTLIGHTS

FIRST = 128  # values that each shard names
LONGER = 16  # times as many, when that does not do
Counts = list[tuple[str, int]]  # folded labels, the frequent first


def aggregations(question: Question, kinds: list[str], longest: int) -> Clause:
    """Everything that is counted: some panels, and once the Spotlights and further groups."""
    open_panels = {
        kind: _panel(kind, longest) for kind in kinds if kind not in question.asked.chosen
    }
    among = {"panels": {"filter": question.fits(), "aggs": open_panels}} if open_panels else {}
    for kind in kinds:
        if kind in question.asked.chosen:
            aggs = {kind: _panel(kind, longest)}
            if chosen := _chosen(question, kind):
                aggs["chosen"] = _among(kind, chosen)
            among[f"but_for_{kind}"] = {"filter": question.but_for(kind), "aggs": aggs}
    return among


def groups(question: Question) -> Clause:
    """The Spotlights and the further groups."""
    counted: Clause = {"spotlights": {"filters": {"filters": question.spotlights}}}
    if question.tallies:
        counted["tallies"] = {"filters": {"filters": question.tallies}}
    return {"groups": {"filter": question.fits(), "aggs": counted}}


def _panel(kind: str, longest: int) -> Clause:
    return {
        "terms": {
            "field": kind,
            "size": longest,
            "shard_size": longest,
            "show_term_doc_count_error": True,
        }
    }


def _among(kind: str, values: list[str]) -> Clause:
    """Of these values how many members have each: exact, for every shard names them all."""
    size = len(values)
    return {"terms": {"field": kind, "include": values, "size": size, "shard_size": size}}


def suggested(kind: str, values: list[str]) -> Clause:
    """Of what somebody types, which values are frequent."""
    return {kind: _among(kind, values)}


def spotlight_counts(answer: Clause) -> dict[str, int]:
    """How many are in each Spotlight."""
    buckets = answer["aggregations"]["groups"]["spotlights"]["buckets"]
    return {key: buckets[key]["doc_count"] for key in SPOTLIGHTS}


def tallies(answer: Clause) -> list[int]:
    """How many are in each further group, in their order."""
    buckets = answer["aggregations"]["groups"].get("tallies", {"buckets": {}})["buckets"]
    return [buckets[str(place)]["doc_count"] for place in range(len(buckets))]


def panel(question: Question, kind: str, answer: Clause) -> Counts | None:
    """A panel's lines: the most frequent values, and the chosen ones. None when it is unproven."""
    found = answer["aggregations"]
    if kind not in question.asked.chosen:
        return proven(found["panels"][kind])
    lines = proven(found[f"but_for_{kind}"][kind])
    if lines is None:
        return None
    chosen = counted(found[f"but_for_{kind}"].get("chosen", {"buckets": []}))
    return sorted({*lines, *chosen}, key=lambda line: (-line[1], line[0].encode()))


def counted(terms: dict[str, Any]) -> Counts:
    """The values of an aggregation, with how many have each."""
    return [(bucket["key"], bucket["doc_count"]) for bucket in terms["buckets"]]


def proven(terms: dict[str, Any]) -> Counts | None:
    """A panel's first lines, if nothing that a shard did not name can change them; or None."""
    buckets, unheard = terms["buckets"], terms["doc_count_error_upper_bound"]
    first, others = buckets[:FACET_SIZE], buckets[FACET_SIZE:]
    lines = [(bucket["key"], bucket["doc_count"]) for bucket in first]
    if unheard == 0:
        return lines
    if len(first) < FACET_SIZE or any(bucket["doc_count_error_upper_bound"] for bucket in first):
        return None
    least = first[-1]["doc_count"]
    # One that stands behind the end of this list lacks no more than one that no shard named.
    behind = buckets[-1]["doc_count"] + unheard if terms["sum_other_doc_count"] else unheard
    doubts = [
        bucket["doc_count"] + bucket["doc_count_error_upper_bound"]
        for bucket in others
        if bucket["doc_count_error_upper_bound"]
    ]
    return lines if max([behind, *doubts]) < least else None


def _chosen(question: Question, kind: str) -> list[str]:
    return [question.folded[value] for value in question.asked.chosen[kind]]

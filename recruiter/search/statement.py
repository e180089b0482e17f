"""The one statement with which PostgreSQL answers a search, and its parameters."""

# ruff: noqa: S608 - statements are put together from constants; values travel as parameters
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from recruiter.models.footprint import Fact
from recruiter.search import document, relevance, words
from recruiter.search.port import (
    FACET_SIZE,
    FACETS,
    RELEVANCE,
    SPOTLIGHTS,
    And,
    Field,
    Given,
    Known,
    MemberQuery,
    Not,
    Or,
    Value,
)
from recruiter.spotlights import ENGAGED_WITHIN, REPLIED_WITHIN, SEEN_WITHIN


def statement_of(
    cursor: Any, query: MemberQuery, now: datetime, *, scored: bool = True
) -> tuple[str, dict[str, Any]]:
    """The one statement that answers a question, and its parameters. Asks for words and values.

    Args:
        scored: whether words decide the order.
    """
    asked = _Words(words.resolve(cursor, query))
    if not scored or query.order != RELEVANCE:
        asked.score = "0"
    return _statement(query, asked, _chosen(cursor, query), now)


def _chosen(cursor: Any, query: MemberQuery) -> dict[str, list[int]]:
    """The ids of the values that the question chose."""
    ids: dict[str, list[int]] = {kind: [] for kind in FACETS if getattr(query, kind)}
    if ids:
        cursor.execute(
            _FIND_VALUES,
            {
                "kinds": [kind for kind in ids for _ in getattr(query, kind)],
                "labels": [words.clean(label) for kind in ids for label in getattr(query, kind)],
            },
        )
        for kind, value in cursor.fetchall():
            ids[kind].append(value)
    return ids


_FIND_VALUES = f"""
SELECT value.kind, value.id
FROM unnest(%(kinds)s::text[], %(labels)s::text[]) AS asked(kind, label)
JOIN recruiter_facetvalue AS value
    ON value.kind = asked.kind AND value.folded = {document.folded("asked.label")}
"""


class _Words:
    """The words of a question as conditions on `d.words` and `d.facets`, and their parameters."""

    def __init__(self, tree: words.Resolved | None) -> None:
        self.given: dict[str, Any] = {}
        self.condition = self._holds(tree) if tree else ""
        self.score = " + ".join(self._score(*each) for each in relevance.scored(tree)) or "0"

    def _name(self, value: str | list[int]) -> str:
        name = f"word_{len(self.given)}"
        self.given[name] = value
        return f"%({name})s"

    def _holds(self, node: words.Resolved) -> str:
        if not _has_field(node):
            return f"d.words @@ {self._name(words.tsquery(node))}::tsquery"
        if isinstance(node, Given):
            return self.given_by(node)
        if isinstance(node, Not):
            return f"NOT ({self._holds(node.node)})"
        if isinstance(node, Field):
            return _IN_FIELD.format(self._name(node.kind), self._name(words.tsquery(node.inside)))
        between = " AND " if isinstance(node, And) else " OR "
        return "(" + between.join(self._holds(part) for part in node.of) + ")"

    def given_by(self, node: Given) -> str:
        """The condition of a leaf without words."""
        if isinstance(node, Value):
            label = self._name(words.clean(node.label))
            return _HAS_VALUE.format(self._name(node.kind), label)
        if isinstance(node, Known):
            fact = "AND past_applicant" if node.fact == Fact.PAST_APPLICANT else ""
            return _KNOWN.format(self._name(list(node.tokens)), fact)
        return f"d.member_id = ANY({self._name(list(node.ids))}::bigint[])"

    def _score(self, word: str, prefix: bool) -> str:
        cases = " ".join(
            f"WHEN d.words @@ {self._name(words.quoted(word, prefix, tier))}::tsquery THEN {points}"
            for tier, points in relevance.TIERS.items()
        )
        return f"CASE {cases} ELSE 0 END"


def _has_field(node: words.Resolved) -> bool:
    """Whether a tree holds anything that is no tsquery."""
    if isinstance(node, And | Or):
        return any(_has_field(part) for part in node.of)
    return isinstance(node, Field | Given) or (isinstance(node, Not) and _has_field(node.node))


_IN_FIELD = """d.facets && ARRAY(
    SELECT id FROM recruiter_facetvalue
    WHERE kind = {} AND words @@ {}::tsquery
)"""
_HAS_VALUE = f"""d.facets && ARRAY(
    SELECT id FROM recruiter_facetvalue
    WHERE kind = {{}} AND folded = {document.folded("{}::text")}
)"""
_KNOWN = """d.member_id IN (
    SELECT member_id FROM recruiter_atsfootprint WHERE token_id = ANY({}::bigint[]) {}
)"""


def _statement(
    query: MemberQuery, asked: _Words, chosen: dict[str, list[int]], now: datetime
) -> tuple[str, dict[str, Any]]:
    """The one statement that answers, and its parameters.

    `base` holds who passes everything but at most one facet: `failed` names that facet, and is
    empty for the hits. So each panel can count what its own choice leaves out.
    """
    tallies = [asked.given_by(node) for node in query.tallies]
    given: dict[str, Any] = {
        **asked.given,
        "company": query.viewer.company_id,
        "tokens": list(query.viewer.tokens),
        "members": list(query.viewer.member_ids or ()),
        "without": list(query.without),
        "with_employees": query.include_current_employees,
        "replied_after": now - timedelta(days=REPLIED_WITHIN),
        "seen_after": now - timedelta(days=SEEN_WITHIN),
        "engaged_after": now - timedelta(days=ENGAGED_WITHIN),
        "panels": list(query.panels),
        "chosen": [value for ids in chosen.values() for value in ids],
        "facet_size": FACET_SIZE,
        "start": query.start,
        "count": query.count,
        **{f"{kind}_ids": ids for kind, ids in chosen.items()},
    }
    ticked = [key for key in SPOTLIGHTS if key in query.spotlights]
    conditions = [
        *([asked.condition] if asked.condition else []),
        *(["d.member_id = ANY(%(members)s)"] if query.viewer.member_ids is not None else []),
        *(["d.member_id <> ALL(%(without)s::bigint[])"] if query.without else []),
        *(_SPOTLIGHTS[key] for key in ticked),
        *_at_most_one_fails(list(chosen)),
    ]
    statement = _SEARCH.format(
        rank=asked.score,
        failed=_failed(list(chosen)),
        spotlights=", ".join(f"({_SPOTLIGHTS[key]}) AS {key}" for key in SPOTLIGHTS),
        tallies="".join(f", ({holds}) AS tally_{n}" for n, holds in enumerate(tallies)),
        conditions=" AND ".join(conditions) or "true",
        counts=", ".join(
            f"count(*) FILTER (WHERE failed = '' AND {column})"
            for column in (*SPOTLIGHTS, *(f"tally_{n}" for n in range(len(tallies))))
        ),
    )
    return statement, given


def _at_most_one_fails(kinds: list[str]) -> list[str]:
    if len(kinds) < 2:
        return []  # the only panel ignores its own choice
    misses = " + ".join(f"(NOT d.facets && %({kind}_ids)s::bigint[])::int" for kind in kinds)
    return [f"{misses} <= 1"]


def _failed(kinds: list[str]) -> str:
    cases = " ".join(
        f"WHEN NOT d.facets && %({kind}_ids)s::bigint[] THEN '{kind}'" for kind in kinds
    )
    return f"CASE {cases} ELSE '' END" if cases else "''"


# The private signal never reaches the member's own employer.
_OPEN = """(d.open_publicly
    OR d.open_privately AND NOT d.current_company_ids @> ARRAY[%(company)s::bigint])"""

# The rules of recruiter.spotlights, on documents.
_SPOTLIGHTS = {
    "engaged": "engaged.member_id IS NOT NULL",
    "open": _OPEN,
    "past_applicants": """(past.member_id IS NOT NULL AND (
        %(with_employees)s OR NOT d.current_company_ids @> ARRAY[%(company)s::bigint]))""",
    "likely_to_respond": f"""coalesce(d.last_replied_at >= %(replied_after)s
        OR d.last_seen_at >= %(seen_after)s AND {_OPEN}, false)""",
    "company_connections": "d.connected_company_ids @> ARRAY[%(company)s::bigint]",
}

_SEARCH = """
WITH past AS (
    SELECT DISTINCT member_id FROM recruiter_atsfootprint
    WHERE token_id = ANY(%(tokens)s::bigint[]) AND past_applicant
),
engaged AS (
    SELECT DISTINCT member_id FROM recruiter_brandengagement
    WHERE company_id = %(company)s AND (kind = 'follows' OR at >= %(engaged_after)s)
),
base AS MATERIALIZED (
    SELECT d.member_id, d.facets, d.last_seen_at, d.completeness,
        {failed} AS failed, {rank} AS rank, {spotlights}{tallies}
    FROM recruiter_memberdocument AS d
    LEFT JOIN past ON past.member_id = d.member_id
    LEFT JOIN engaged ON engaged.member_id = d.member_id
    WHERE {conditions}
),
page AS (
    SELECT member_id, row_number() OVER () AS place FROM (
        SELECT member_id FROM base WHERE failed = ''
        ORDER BY rank DESC, (last_seen_at AT TIME ZONE 'UTC')::date DESC NULLS LAST,
            completeness DESC, member_id DESC
        LIMIT %(count)s OFFSET %(start)s
    ) AS ordered
),
tally AS (
    SELECT facet.id, base.failed, count(*) AS members
    FROM base CROSS JOIN unnest(base.facets) AS facet(id) GROUP BY facet.id, base.failed
),
panels AS (
    SELECT value.kind, value.label, value.folded, value.id = ANY(%(chosen)s::bigint[]) AS chosen,
        sum(tally.members)::int AS members
    FROM tally JOIN recruiter_facetvalue AS value ON value.id = tally.id
    WHERE tally.failed IN ('', value.kind) AND value.kind = ANY(%(panels)s) GROUP BY value.id
),
placed AS (
    SELECT *, row_number() OVER (
        PARTITION BY kind ORDER BY members DESC, folded COLLATE "C"
    ) AS place FROM panels
)
SELECT
    (SELECT count(*) FROM base WHERE failed = ''),
    (SELECT ARRAY[{counts}] FROM base),
    (SELECT array_agg(member_id ORDER BY place) FROM page),
    (
        SELECT json_agg(json_build_array(kind, label, members, chosen) ORDER BY kind, place)
        FROM placed WHERE place <= %(facet_size)s OR chosen
    )
"""

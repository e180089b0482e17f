"""The `sql` engine: PostgreSQL full text. Exact; the oracle for every other engine.

Order of results: see recruiter.search.relevance. At most three statements a search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from recruiter.search import bulk, document, words
from recruiter.search.port import (
    SPOTLIGHTS,
    FacetCount,
    MemberQuery,
    SearchPage,
    SearchUnavailable,
    Viewer,
    with_lost_values,
)
from recruiter.search.statement import statement_of


class SqlIndex:
    """Members in table `recruiter_memberdocument`; PostgreSQL does the rest."""

    def search(self, query: MemberQuery) -> SearchPage:
        try:
            with connection.cursor() as cursor:
                cursor.execute(*statement_of(cursor, query, timezone.now()))
                total, counts, member_ids, panels = cursor.fetchone()
        except DatabaseError as error:
            raise SearchUnavailable from error
        return SearchPage(
            member_ids=member_ids or [],
            total=total,
            spotlight_counts=dict(zip(SPOTLIGHTS, counts, strict=False)),
            facets={kind: _panel(kind, query, panels or []) for kind in query.panels},
            tallies=counts[len(SPOTLIGHTS) :],
        )

    def suggest(self, viewer: Viewer, kind: str, text: str, most: int = 10) -> list[FacetCount]:
        try:
            with connection.cursor() as cursor:
                query = words.typed(cursor, text)
                members = None if viewer.member_ids is None else list(viewer.member_ids)
                cursor.execute(
                    _SUGGEST, {"kind": kind, "query": query, "members": members, "most": most}
                )
                return [FacetCount(label, count) for label, count in cursor.fetchall()]
        except DatabaseError as error:
            raise SearchUnavailable from error

    def put(self, member_ids: Iterable[int]) -> None:
        with transaction.atomic():
            document.one_writer()
            document.refresh_connections(document.write(sorted(set(member_ids))))

    def drop(self, member_ids: Iterable[int]) -> None:
        with transaction.atomic():
            document.one_writer()
            document.execute(_DROP, ids=list(member_ids))

    def rebuild(self, on_progress: Callable[[int], None] | None = None) -> int:
        bulk.write_documents(on_progress)
        return _number(_COUNT)

    def ready(self) -> bool:
        """Whether every document is of the present kind, and no member waits for the first."""
        with connection.cursor() as cursor:
            cursor.execute(_READY, {"version": document.SCHEMA_VERSION})
            return bool(cursor.fetchone()[0])


def _panel(kind: str, query: MemberQuery, rows: list[list[Any]]) -> list[FacetCount]:
    lines = [
        FacetCount(label, count, selected) for of, label, count, selected in rows if of == kind
    ]
    return with_lost_values(kind, query, lines)


def _number(count: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(count)
        return int(cursor.fetchone()[0])


_SUGGEST = """
SELECT value.label, count(*)
FROM recruiter_facetvalue AS value
JOIN recruiter_memberdocument AS d ON d.facets @> ARRAY[value.id]
WHERE value.kind = %(kind)s AND %(query)s <> '' AND value.words @@ %(query)s::tsquery
    AND (%(members)s::bigint[] IS NULL OR d.member_id = ANY(%(members)s))
GROUP BY value.id ORDER BY count(*) DESC, value.folded COLLATE "C" LIMIT %(most)s
"""
_DROP = "DELETE FROM recruiter_memberdocument WHERE member_id = ANY(%(ids)s)"
_COUNT = "SELECT count(*) FROM recruiter_memberdocument"
_READY = """
SELECT NOT EXISTS (SELECT FROM recruiter_memberdocument WHERE schema_version <> %(version)s)
    AND (
        EXISTS (SELECT FROM recruiter_memberdocument)
        OR NOT EXISTS (
            SELECT FROM recruiter_member WHERE closed_at IS NULL AND NOT hidden_from_recruiters
        )
    )
"""

"""The `opensearch` engine: exact counts from a cluster, for who outgrew one machine.

PostgreSQL stays the truth. The cluster holds documents; what a seat's ATSs know of members stays
in this process, as in the `bitmap` engine, and travels with each search as sets of members. So a
fact counts at the next search, and an edit as soon as it was written to the cluster: by whoever
made it, at the end of their transaction, or else by the next search. When the cluster cannot
answer the `sql` engine does, and the page says so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from pyroaring import BitMap

from recruiter.models import FacetValue
from recruiter.models.footprint import Fact
from recruiter.search import words
from recruiter.search.bitmap import changes
from recruiter.search.bitmap.changes import Prepared, field_values
from recruiter.search.bitmap.evaluating import Asked, now, resolve_fields
from recruiter.search.bitmap.facts import Engaged, Facts
from recruiter.search.opensearch import build, counting
from recruiter.search.opensearch.build import NoIndex
from recruiter.search.opensearch.cluster import ClusterError, cluster
from recruiter.search.opensearch.question import EVERYBODY, Clause, Question, identity, members
from recruiter.search.port import (
    FacetCount,
    MemberQuery,
    SearchPage,
    SearchUnavailable,
    Viewer,
    with_lost_values,
)
from recruiter.search.sql import SqlIndex

# Changed members whom a search writes to the cluster itself: 0.2 s. More are left to a worker.
MOST_WAITING = 500
STALE = 1_800  # seconds without a search after which a process reads facts anew (build.sweep)
Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)


class OpenSearchIndex:
    """Members in a cluster. The documents are the `sql` engine's: it writes them for both."""

    def __init__(self) -> None:
        self._sql = SqlIndex()
        self._turn = threading.Lock()  # for what follows
        self._memory: Memory | None = None
        self._behind = False
        self._labels: dict[tuple[str, str], str] = {}

    def search(self, query: MemberQuery) -> SearchPage:
        page, why = self._answered(lambda: self._search(query))
        if page is not None:
            return page
        notice = f"{why} The database answers instead: the numbers are right, but it is slow."
        return replace(self._sql.search(query), notice=notice)

    def suggest(self, viewer: Viewer, kind: str, text: str, most: int = 10) -> list[FacetCount]:
        lines, _ = self._answered(lambda: self._suggest(viewer, kind, text, most))
        return self._sql.suggest(viewer, kind, text, most) if lines is None else lines

    def put(self, member_ids: Iterable[int]) -> None:
        self._sql.put(member_ids)
        transaction.on_commit(_catch_up, robust=True)

    def drop(self, member_ids: Iterable[int]) -> None:
        self._sql.drop(member_ids)
        transaction.on_commit(_catch_up, robust=True)

    def rebuild(self, on_progress: Callable[[int], None] | None = None) -> int:
        self._sql.rebuild(on_progress)
        return int(build.build()["members"])

    def ready(self) -> bool:
        """Whether the documents are, and the cluster has an index of them."""
        if not self._sql.ready():
            return False
        try:
            build.mark()
        except (NoIndex, ClusterError):
            return False
        return True

    def _answered(self, ask: Callable[[], Answer]) -> tuple[Answer | None, str]:
        """An answer of the cluster; or nothing, and why there is none."""
        try:
            return ask(), ""
        except DatabaseError as error:
            raise SearchUnavailable from error
        except NoIndex as error:
            why = str(error)
        except ClusterError as error:
            why = "The search cluster does not answer."
            log.error("search_cluster_failed", why=str(error))
        with self._turn:
            self._memory = None
        return None, why

    # ------------------------------------------------------------------------------- searching
    def _search(self, query: MemberQuery) -> SearchPage:
        with self._turn:  # the sets of members change when others search
            question, changed = self._question(query)
            body = {
                "query": question.query(),
                "post_filter": question.fits(),
                "sort": question.sort,
                "from": query.start,
                "size": query.count,
                "track_total_hits": True,
                "aggs": {
                    **counting.groups(question),
                    **counting.aggregations(question, list(query.panels), counting.FIRST),
                },
            }
        waiting = self._written() if changed else 0
        answer = _ask(body)
        notice = f"{waiting} members changed a moment ago and are not counted yet."
        return SearchPage(
            member_ids=[int(hit["_id"]) for hit in answer["hits"]["hits"]],
            total=answer["hits"]["total"]["value"],
            spotlight_counts=counting.spotlight_counts(answer),
            facets=self._panels(question, body["query"], answer),
            tallies=counting.tallies(answer),
            notice=notice if waiting else "",
        )

    def _panels(
        self, question: Question, asked: Clause, answer: Clause
    ) -> dict[str, list[FacetCount]]:
        """Every panel; those that a first answer leaves in doubt are asked for again."""
        query, longest = question.asked.query, counting.FIRST
        found = {kind: counting.panel(question, kind, answer) for kind in query.panels}
        while doubtful := [kind for kind, counts in found.items() if counts is None]:
            longest *= counting.LONGER
            aggs = counting.aggregations(question, doubtful, longest)
            answer = _ask({"query": asked, "size": 0, "aggs": aggs})
            found |= {kind: counting.panel(question, kind, answer) for kind in doubtful}
        labels = self._labels_of(
            [(kind, folded) for kind, counts in found.items() for folded, _ in counts or ()]
        )
        panels = {}
        for kind, counts in found.items():
            chosen = {question.folded[value] for value in question.asked.chosen.get(kind, ())}
            lines = [
                FacetCount(labels[kind, folded], count, folded in chosen)
                for folded, count in counts or ()
            ]
            panels[kind] = with_lost_values(kind, query, lines)
        return panels

    def _suggest(self, viewer: Viewer, kind: str, text: str, most: int) -> list[FacetCount]:
        with connection.cursor() as cursor:
            typed = words.typed(cursor, text)
        values = _folded(field_values([(kind, typed, "")])[0] if typed else [])
        if not values:
            return []
        build.mark()
        among = EVERYBODY if viewer.member_ids is None else members(viewer.member_ids)
        aggs = counting.suggested(kind, list(values.values()))
        answer = _ask({"query": among, "size": 0, "aggs": aggs})
        best = counting.counted(answer["aggregations"][kind])
        best = sorted(best, key=lambda line: (-line[1], line[0].encode()))[:most]
        labels = self._labels_of([(kind, folded) for folded, _ in best])
        return [FacetCount(labels[kind, folded], count) for folded, count in best]

    def _labels_of(self, values: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """How values are shown, by kind and folded label. One statement, or none."""
        unknown = {value for value in values if value not in self._labels}
        if unknown:
            with connection.cursor() as cursor:
                kinds, folded = zip(*unknown, strict=True)
                cursor.execute(_LABELS, [list(kinds), list(folded)])
                self._labels |= {(kind, key): label for kind, key, label in cursor.fetchall()}
        return self._labels

    # ------------------------------------------------------------------------------ keeping up
    def _question(self, query: MemberQuery) -> tuple[Question, bool]:
        """What a question means now, and whether members changed since the last one."""
        if self._memory is None or self._memory.stale():
            self._memory = Memory()
        prepared, changed = self._memory.caught_up(query)
        asked = self._memory.asked(query, prepared)
        ids = [*chain(*asked.chosen.values()), *chain(*asked.fields.values())]
        return Question(asked, _folded(ids)), changed or self._behind

    def _written(self) -> int:
        """Have the cluster take up who changed. Returns how many are too many for a search."""
        waiting = build.catch_up(wait=False, most=MOST_WAITING)
        self._behind = waiting > 0
        return waiting


class Memory:
    """What a process knows of the facts, and how far it has read the log of changes."""

    def __init__(self) -> None:
        self.position = build.mark().position
        self.facts = Facts(identity)
        self._engaged: dict[int, Engaged] = {}
        self._asked_at = time.monotonic()

    def stale(self) -> bool:
        """Whether changes that it has not seen may have been deleted."""
        return time.monotonic() - self._asked_at > STALE

    def caught_up(self, query: MemberQuery) -> tuple[Prepared, bool]:
        """Take up all that the viewer may see; what the words mean; whether members changed."""
        changed = False
        while True:
            ends = self.facts.last_entries(query.viewer.tokens)
            prepared = changes.prepare(query, self.position, ends, list(self._engaged))
            self.facts.take_up(prepared.facts)
            for company in {company for company, _ in prepared.engaged}:
                some = [member for other, member in prepared.engaged if other == company]
                self._engaged[company].refresh(some)
            changed = changed or bool(prepared.changed)
            self.position = prepared.position
            self._asked_at = time.monotonic()
            if not prepared.more:
                return prepared, changed

    def asked(self, query: MemberQuery, prepared: Prepared) -> Asked:
        """The question with all that this process knows. Its sets are not to be changed."""
        company = query.viewer.company_id
        if company not in self._engaged:
            self._engaged[company] = Engaged(company, identity)
        facts = self.facts
        asked = Asked(
            query=query,
            tree=prepared.tree,
            fields=resolve_fields(prepared.tree, *query.tallies),
            chosen=prepared.chosen,
            known=facts.having,
            past_applicants=facts.having(Fact.PAST_APPLICANT, query.viewer.tokens),
            engaged=BitMap(),
            now=now(),
        )
        asked.engaged = self._engaged[company].since(asked.engaged_since)
        return asked


def _ask(body: Clause) -> Clause:
    """Search. Never of some shards only: that would be a wrong number."""
    return cluster().ask(
        "POST",
        f"/{settings.SEARCH_ALIAS}/_search",
        {"_source": False, **body},
        allow_partial_search_results="false",
    )


def _catch_up() -> None:
    try:
        build.catch_up()
    except (NoIndex, ClusterError) as error:
        log.warning("search_cluster_not_told", why=str(error))


def _folded(ids: Iterable[int]) -> dict[int, str]:
    """The folded labels of some facet values. One statement, or none."""
    some = set(ids)
    return dict(FacetValue.objects.filter(pk__in=some).values_list("pk", "folded")) if some else {}


_LABELS = """
SELECT value.kind, value.folded, value.label
FROM unnest(%s::text[], %s::text[]) AS asked(kind, folded)
JOIN recruiter_facetvalue AS value ON value.kind = asked.kind AND value.folded = asked.folded
"""

"""One question to PostgreSQL before a search: what do its words mean, and what has changed?

Words, chosen values, changed members and new facts come in a single statement. Where a process
knows the words and values already, it only has PostgreSQL look for news while it answers:
looking.py.
"""

# ruff: noqa: S608 - statements are put together from constants; values travel as parameters
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections

from recruiter.search import document, words
from recruiter.search.bitmap.facts import LogEntry
from recruiter.search.port import FACETS, MemberQuery
from rsc.prepared import prepared

MOST_FACTS = 10_000  # log entries of one token that are read at once
MOST_READ = 20_000  # words of questions whose lexemes a process remembers
_READ: dict[words.Leaf, str] = {}  # they hang on the server's set-up alone, so they stay right
MOST_TREES = 1_000  # texts of questions whose trees are
_TREES: dict[str, words.Resolved | None] = {}
Choice = tuple[str, tuple[str, ...]]  # a facet and values of it


@dataclass
class Position:
    """How far a process has read the log of changes."""

    snapshot: str
    last: int = 0


@dataclass
class Prepared:
    """The answer.

    Attributes:
        tree: the question's words as lexemes; None when it asks for none.
        chosen: the ids of chosen facet values, for each facet that has a choice.
        position: where to go on the next time.
        changed: members whose documents changed since the position.
        engaged: companies and members whose engagement did.
        facts: new entries of the fact log, each token's in their order.
    """

    tree: words.Resolved | None
    chosen: dict[str, list[int]]
    position: Position
    changed: set[int] = field(default_factory=set)
    engaged: set[tuple[int, int]] = field(default_factory=set)
    facts: list[LogEntry] = field(default_factory=list)

    @property
    def news(self) -> bool:
        """Whether anything changed."""
        return bool(self.changed or self.engaged or self.facts)

    @property
    def more(self) -> bool:
        """Whether the fact log may hold more than was read at once."""
        return len(self.facts) >= MOST_FACTS


def prepare(
    query: MemberQuery, position: Position, token_ends: Sequence[int], companies: Sequence[int]
) -> Prepared:
    """Ask.

    Args:
        position: how far the log of changes was read.
        token_ends: the last log entry seen for each of the viewer's tokens.
        companies: whose engagement is in memory.
    """
    tree, leaves = words.tree_of(query)
    if len(_READ) > MOST_READ:
        _READ.clear()
    unread = [leaf for leaf in leaves if leaf not in _READ]
    kinds = [kind for kind in FACETS if getattr(query, kind)]
    given = since(position, query.viewer.tokens, token_ends, companies)
    if unread:
        given |= words.leaf_parameters(unread)
    if kinds:
        given["kinds"] = [kind for kind in kinds for _ in getattr(query, kind)]
        given["labels"] = [words.clean(label) for kind in kinds for label in getattr(query, kind)]
    rows = _fetch(_statement(bool(unread), bool(kinds)), given)
    _READ.update({unread[row.number]: row.text for row in rows["word"]})
    changes = rows["change"]
    return Prepared(
        tree=words.with_lexemes(tree, leaves, [_READ[leaf] for leaf in leaves]),
        chosen={kind: [row.number for row in rows["value"] if row.text == kind] for kind in kinds},
        position=Position(
            rows["now"][0].text, max([position.last, *(row.number for row in changes)])
        ),
        changed={row.member for row in changes if row.other is None},
        engaged={(row.other, row.member) for row in changes if row.other is not None},
        facts=[(row.number, row.other, row.text, row.member, row.added) for row in rows["fact"]],
    )


def since(
    position: Position, tokens: Sequence[int], token_ends: Sequence[int], companies: Sequence[int]
) -> dict[str, Any]:
    """The parameters of NEW_CHANGES and NEW_FACTS; `prepare` says what they are."""
    return {
        "snapshot": position.snapshot,
        "oldest": int(position.snapshot.split(":")[0]),
        "last": position.last,
        "companies": _array(companies),
        "tokens": _array(tokens),
        "ends": _array(token_ends),
    }


def remembered(
    query: MemberQuery, position: Position, chosen: Mapping[Choice, list[int]]
) -> Prepared | None:
    """What `prepare` would say if nothing were new; None when PostgreSQL must be asked.

    Args:
        chosen: what choices mean.
    """
    kinds = [kind for kind in FACETS if getattr(query, kind)]
    try:
        tree = _known_tree(query)
        ids = {kind: chosen[kind, getattr(query, kind)] for kind in kinds}
    except KeyError:
        return None
    return Prepared(tree, ids, position)


def _known_tree(query: MemberQuery) -> words.Resolved | None:
    """A question's words as lexemes. Raises KeyError when some were not read before."""
    if query.words is None and query.text in _TREES:
        return _TREES[query.text]
    tree, leaves = words.tree_of(query)
    known = words.with_lexemes(tree, leaves, [_READ[leaf] for leaf in leaves])
    if query.words is None:
        if len(_TREES) >= MOST_TREES:
            _TREES.clear()
        _TREES[query.text] = known
    return known


class Row(NamedTuple):
    """One row of the answer: what each column holds stands with its part of the statement."""

    what: str
    text: str
    number: int
    member: int
    other: int | None
    added: bool


def _fetch(statement: str, given: dict[str, Any]) -> dict[str, list[Row]]:
    """Ask by a prepared statement, past Django's cursor: that saves 0.1 of 0.2 ms (measured)."""
    database = connections[DEFAULT_DB_ALIAS]  # looked up once, for that takes its time too
    database.close_if_health_check_failed()
    database.ensure_connection()
    rows: dict[str, list[Row]] = defaultdict(list)
    with database.wrap_database_errors:
        for row in prepared(database.connection).rows(statement, given):
            rows[row[0]].append(Row._make(row))
    return rows


def _array(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL writes an array of them: psycopg takes 20 microseconds for a list."""
    return f"{{{','.join(map(str, numbers))}}}"


@cache
def _statement(with_words: bool, with_values: bool) -> str:
    parts = [_NEWS, *[_WORDS] * with_words, *[_VALUES] * with_values]
    return " UNION ALL ".join(parts)


# New is what the last snapshot did not show. Within a transaction that itself changes members
# (a test's) the snapshot says nothing of its own changes: there the id decides.
# The greatest number of all as an upper bound has changes read by transaction: without, a third of
# them are taken to be new, and all are read, which takes 0.4 ms for 7,000.
# Of the fact log the newest entries are taken from the end of each token's stretch of its index.
# A plain join is planned as if a third of the log were new, and reads all of it; asked by token
# and number apart, it would be read by number, past the entries of all other tokens.
NEW_CHANGES = """
FROM recruiter_indexchange
WHERE transaction BETWEEN %(oldest)s AND 9223372036854775807
    AND (company_id IS NULL OR company_id = ANY(%(companies)s::bigint[]))
    AND CASE transaction WHEN pg_current_xact_id_if_assigned()::text::bigint THEN id > %(last)s
        ELSE NOT pg_visible_in_snapshot(transaction::text::xid8, %(snapshot)s::pg_snapshot) END
"""
NEW_FACTS = f"""
FROM unnest(%(tokens)s::bigint[], %(ends)s::bigint[]) AS held(token, last)
CROSS JOIN LATERAL (
    SELECT * FROM recruiter_factlogentry
    WHERE (token_id, id) > (held.token, held.last) AND token_id <= held.token
    ORDER BY token_id, id LIMIT {MOST_FACTS}
) AS entry
"""
_NEWS = f"""
SELECT 'now' AS what, pg_current_snapshot()::text AS text, 0::bigint AS number,
    0::bigint AS member, NULL::bigint AS other, false AS added
UNION ALL
SELECT 'change', '', id, member_id, company_id, false {NEW_CHANGES}
UNION ALL
SELECT 'fact', entry.fact, entry.id, entry.member_id, entry.token_id, entry.added {NEW_FACTS}
"""
# Each word's lexemes, and where among the words it stands.
_WORDS = f"""
SELECT 'word', leaf.read_as, leaf.place - 1, 0, NULL, false
FROM unnest(({words.READ_LEAVES})) WITH ORDINALITY AS leaf(read_as, place)
"""
# The ids of chosen values.
_VALUES = f"""
SELECT 'value', value.kind, value.id, 0, NULL, false
FROM unnest(%(kinds)s::text[], %(labels)s::text[]) AS asked(kind, label)
JOIN recruiter_facetvalue AS value
    ON value.kind = asked.kind AND value.folded = {document.folded("asked.label")}
"""


def now() -> Position:
    """The present position: for who reads everything anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_snapshot()::text,"
            " (SELECT coalesce(max(id), 0) FROM recruiter_indexchange)"
        )
        return Position(*cursor.fetchone())


def field_values(fields: Sequence[tuple[str, str, str]]) -> list[list[int]]:
    """The ids of a facet's values, for each (facet, tsquery, label).

    Those whose words match the tsquery, and that of the label; either may be empty.
    """
    if not fields:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FIELD_VALUES, [list(column) for column in zip(*fields, strict=True)])
        return [ids for (ids,) in cursor.fetchall()]


_FIELD_VALUES = f"""
SELECT ARRAY(
    SELECT id FROM recruiter_facetvalue
    WHERE kind = asked.kind AND words @@ asked.query::tsquery
    UNION ALL SELECT id FROM recruiter_facetvalue
    WHERE kind = asked.kind AND folded = {document.folded("asked.label")}
)
FROM unnest(%s::text[], %s::text[], %s::text[])
    WITH ORDINALITY AS asked(kind, query, label, place)
ORDER BY asked.place
"""

"""Batches of synced records: one ATS at a time, one SQL statement per table (performance.md 5).

A record is a msgspec Struct whose fields are named like the columns of its table. All records
of a batch travel to PostgreSQL together, each column as one array, so a hundred cost as many
statements as one.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
from django.db import IntegrityError, connection, models, transaction
from psycopg import sql

from rsc.statements import array_of, array_of_arrays, run, run_kept


@contextmanager
def batch(ats_id: int, *, beside: bool = False) -> Iterator[None]:
    """A transaction in which nobody else writes for this ATS.

    Two batches of one ATS wait for each other, so they cannot deadlock, a child and its parent
    that arrive at once still find each other, and the fact log's order is the order of commits.

    Args:
        beside: let others run that say so too: processes that share the work of a re-match. Each
            calls `take_turns` before it writes facts.
    """
    with transaction.atomic():
        ((found, *_),) = run_kept(_LOCK_BESIDE if beside else _LOCK, ats=ats_id)
        if not found:
            raise IntegrityError(f"ATS {ats_id} is no longer there")
        yield


# A batch touches some hundred rows among millions, each by a key. So its plans are those of index
# look-ups, whatever the statistics say of tables that were empty a minute ago, and are kept.
# The ATS itself is held first, as a foreign key holds it: once instead of by each row written.
_LOCK = """
SELECT (SELECT id FROM ats_sync_ats WHERE id = %(ats)s FOR KEY SHARE),
    pg_advisory_xact_lock(hashtextextended('ats_sync.batch:' || %(ats)s::bigint, 0)),
    set_config('enable_seqscan', 'off', true),
    set_config('plan_cache_mode', 'force_generic_plan', true)
"""


_LOCK_BESIDE = _LOCK.replace("pg_advisory_xact_lock", "pg_advisory_xact_lock_shared")


def take_turns(ats_id: int) -> None:
    """From here to the end of the transaction, nobody else who took turns goes on for this ATS."""
    run_kept(_TURN, ats=ats_id)


_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('ats_sync.turn:' || %(ats)s::bigint, 0))"


@dataclass(frozen=True)
class Receipt:
    """What became of the records of one batch, by the ATS's own ids (a child's: parent's, own).

    Attributes:
        written: records stored.
        stale: records ignored because a newer version is stored (contract.md 1.10).
    """

    written: frozenset[Any] = frozenset()
    stale: frozenset[Any] = frozenset()


@dataclass(frozen=True)
class BatchTable:
    """How one kind of record is stored: insert, or replace what is not newer.

    Args:
        model: the table, which has `ats`, `external_id` and `received_at`.
        columns: the columns that a record brings.
        key: those of them that identify a record within its ATS.
        stamp: the column with the ATS's own last-modified time; empty when it has none.
        links: foreign-key columns, each with the SQL that finds the parent. In it `r` is the
            record and `%(ats)s` the ATS.
        before: columns whose earlier values the caller wants to know.
        watched: columns of which the caller wants to know whether one of them changed.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    key: tuple[str, ...] = ("external_id",)
    stamp: str = ""
    links: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()

    def upsert(self, ats_id: int, records: Sequence[Any], now: datetime) -> list[dict[str, Any]]:
        """Store records in one statement. Call it inside `batch`.

        Args:
            ats_id: the ATS that they belong to.
            records: Structs with at least the columns; of several with one key the newest wins.
            now: when they were received; later records of the batch count as received later.

        Returns:
            For each record written, its `id`, key and links, and the earlier values of `before`
            under `old_…` (None for a new record); with `watched`, also `changed`, which is true for
            a new record. A stale record is not among them.
        """
        found = run_kept(
            self._statement(),
            ats=ats_id,
            now=now,
            **self._sent(self.newest(records)),
        )
        names = self._answer()
        return [dict(zip(names, row, strict=True)) for row in found]

    def receipt(self, records: Sequence[Any], written: list[dict[str, Any]]) -> Receipt:
        """What became of the records, given what `upsert` answered."""
        names = frozenset(map(itemgetter(*self.key), written))
        asked = frozenset(map(attrgetter(*self.key), records))
        return Receipt(names, asked - names)

    def delete(self, ats_id: int, names: Collection[tuple[str, ...]]) -> set[tuple[str, ...]]:
        """Delete records on which nothing hangs, in one statement. Call it inside `batch`.

        Args:
            ats_id: the ATS that they belong to.
            names: their keys.

        Returns:
            The keys of those that existed.
        """
        sent = {part: [name[place] for name in names] for place, part in enumerate(self.key)}
        found = run(_delete_statement(self.model, self.key), ats=ats_id, **sent)
        return {tuple(row) for row in found}

    def newest(self, records: Sequence[Any]) -> Sequence[Any]:
        """One record per key; no statement may meet a row twice."""
        name_of = attrgetter(*self.key)
        kept: dict[Any, Any] = {}
        for record in records:
            rival = kept.pop(name := name_of(record), None)
            older = rival is not None and not self._at_least_as_new(record, rival)
            kept[name] = rival if older else record
        return list(kept.values())

    def _at_least_as_new(self, record: Any, rival: Any) -> bool:
        if not self.stamp:
            return True
        stamp, other = getattr(record, self.stamp), getattr(rival, self.stamp)
        return stamp is None or other is None or stamp >= other

    def _sent(self, records: Sequence[Any]) -> dict[str, str]:
        values = zip(*map(attrgetter(*self.columns), records), strict=True)
        return {
            name: _spelled(column, _type_of(self.model, name))
            for name, column in zip(self.columns, values, strict=True)
        }

    def _answer(self) -> tuple[str, ...]:
        old = (f"old_{name}" for name in self.before)
        return ("id", *self.key, *self.links, *old, *(["changed"] if self.watched else []))

    def _statement(self) -> str:
        return _upsert_statement(
            self.model,
            self.columns,
            self.key,
            self.stamp,
            tuple(self.links.items()),
            self.before,
            self.watched,
        )


# "OFFSET 0" has the planner look each record up by its key, also while the table looks empty.
# Rows are written in the order of their keys, so that writers lock them in one order.
_UPSERT = sql.SQL("""
WITH incoming AS MATERIALIZED (
    SELECT {read}, %(now)s::timestamptz + place * interval '1 microsecond' AS received_at
    FROM ROWS FROM ({columns_sent}) WITH ORDINALITY AS record({names_sent}, place)
),
before AS MATERIALIZED (
    SELECT t.* FROM incoming AS r CROSS JOIN LATERAL (
        SELECT {before_columns} FROM {table} AS t WHERE t.ats_id = %(ats)s AND {same_key} OFFSET 0
    ) AS t
),
written AS (
    INSERT INTO {table} AS t (ats_id, {columns})
    SELECT %(ats)s, {values} FROM incoming AS r ORDER BY {ordered_key}
    ON CONFLICT (ats_id, {key}) DO UPDATE SET {assignments} {fresh}
    RETURNING t.id, {answered_columns}
)
SELECT {answer} FROM written AS t LEFT JOIN before AS b ON {same_before}
""")  # fmt: skip


@functools.cache
def _upsert_statement(
    model: type[models.Model],
    columns: tuple[str, ...],
    key: tuple[str, ...],
    stamp: str,
    links: tuple[tuple[str, str], ...],
    before: tuple[str, ...],
    watched: tuple[str, ...],
) -> str:
    sent = (*columns, "received_at")
    documents = [name for name in columns if _type_of(model, name) == "jsonb"]
    arrays = [name for name in columns if name not in documents]
    linked = [name for name, _ in links]
    parts = {
        "table": sql.Identifier(model._meta.db_table),
        "columns_sent": _join(
            [
                f"unnest({', '.join(_array_sent(model, name) for name in arrays)})",
                *(f"jsonb_array_elements(%({name})s::jsonb)" for name in documents),
            ]
        ),
        "names_sent": _join([*arrays, *documents]),
        "read": _join(_as_stored(model, name) for name in columns),
        "columns": _join([*sent, *linked]),
        "values": _join([*(f"r.{name}" for name in sent), *(f"({query})" for _, query in links)]),
        "key": _join(key),
        "ordered_key": _join(f"r.{name}" for name in key),
        "same_key": _join((f"t.{name} = r.{name}" for name in key), " AND "),
        "same_before": _join((f"t.{name} = b.{name}" for name in key), " AND "),
        "before_columns": _join([*(f"t.{name}" for name in dict.fromkeys((*key, *before))),
                                 *([_differ(watched)] if watched else [])]),
        "assignments": _join(
            f"{name} = EXCLUDED.{name}" for name in (*sent, *linked) if name not in key
        ),
        "fresh": sql.SQL(_not_stale(stamp)),
        "answered_columns": _join(f"t.{name}" for name in (*key, *linked)),
        "answer": _join([f"t.{name}" for name in ("id", *key, *linked)]
                        + [f"b.{name}" for name in before]
                        + (["coalesce(b.changed, true)"] if watched else [])),
    }  # fmt: skip
    return _UPSERT.format(**parts).as_string(None)


_DELETE = sql.SQL("""
DELETE FROM {table} AS t USING unnest({sent}) AS r({key})
WHERE t.ats_id = %(ats)s AND {same_key} RETURNING {answer}
""")  # fmt: skip


@functools.cache
def _delete_statement(model: type[models.Model], key: tuple[str, ...]) -> str:
    return _DELETE.format(
        table=sql.Identifier(model._meta.db_table),
        sent=_join(f"%({name})s::varchar[]" for name in key),
        key=_join(key),
        same_key=_join((f"t.{name} = r.{name}" for name in key), " AND "),
        answer=_join(f"t.{name}" for name in key),
    ).as_string(None)


def _join(parts: Any, glue: str = ", ") -> sql.SQL:
    return sql.SQL(glue.join(parts))


@functools.cache
def _type_of(model: type[models.Model], column: str) -> str:
    """Without its length: to cast to that would cut what to store in it refuses."""
    return re.sub(r"\(\d+\)", "", model._meta.get_field(column).db_type(connection))


def _array_sent(model: type[models.Model], column: str) -> str:
    """No array holds arrays of different lengths, so those travel as texts."""
    kind = _type_of(model, column)
    return f"%({column})s::{'text' if kind.endswith('[]') else kind}[]"


def _as_stored(model: type[models.Model], column: str) -> str:
    kind = _type_of(model, column)
    return f"nullif({column}, 'null') AS {column}" if kind == "jsonb" else f"{column}::{kind}"


def _spelled(values: Sequence[Any], kind: str) -> str:
    """A column of a batch: documents as one, all other values as an array."""
    if kind == "jsonb":
        return msgspec.json.encode(values).decode()
    return array_of_arrays(values) if kind.endswith("[]") else array_of(values)


def _differ(watched: tuple[str, ...]) -> str:
    stored, sent = (", ".join(f"{row}.{name}" for name in watched) for row in "tr")
    return f"({stored}) IS DISTINCT FROM ({sent}) AS changed"


def _not_stale(stamp: str) -> str:
    """Only an older stamp loses, unless the ATS's times are not trusted (contract.md 1.10); a
    missing one on either side lets the last received win."""
    if not stamp:
        return ""
    return f"""WHERE t.{stamp} <= EXCLUDED.{stamp} IS NOT FALSE
        OR (SELECT a.takes_older FROM ats_sync_ats AS a WHERE a.id = %(ats)s)"""  # noqa: S608 - a column of ours

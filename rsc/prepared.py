"""Statements that a connection keeps parsed and planned, asked with as little around as can be.

A push asks a dozen of them. What the driver's cursor does around each (objects, generators, locks
for threads that Django never shares a connection with) took a fifth of a push.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import fetch_many, send
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Call = tuple[str, tuple[Any, ...]]  # "prepared" or "params", and what the driver wants to know
_ANSWERED = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
# Seconds after which plans are made anew for the first time since a statement came new.
_FIRST_LOOK = 0.05
_BEGIN: Call = "params", (b"BEGIN", None)
_PLACE = re.compile(r"%(?:\((\w+)\)s|%)")


class Prepared:
    """A connection with the statements that it keeps, each under a number.

    The driver must keep none of its own: it drops all there are when a transaction is rolled back.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._server = connection.pgconn
        self._values = Transformer(connection)
        self._names: dict[tuple[str, Any], bytes] = {}
        self._since = self._good_until = 0.0
        self._checked(self._server.exec_(b"SET plan_cache_mode = force_generic_plan"))

    def rows(self, statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement with parameters by name; returns its rows, none where it has no answer.

        Raises:
            psycopg.Error: as a cursor does.
        """
        return self.answers([(statement, params)])[0]

    def answers(self, asked: Sequence[tuple[str, dict[str, Any]]]) -> list[list[tuple[Any, ...]]]:
        """Run statements in this order, in one trip to the server; returns the rows of each.

        Raises:
            psycopg.Error: one was refused; those after it were not run.
        """
        if settings.PREPARE_STATEMENTS:
            self._plan_anew()
        calls = [self._call(statement, params) for statement, params in asked]
        if not self._connection.autocommit and (
            self._server.transaction_status == TransactionStatus.IDLE
        ):
            calls.insert(0, _BEGIN)
        results = self._exchanged(calls)
        for result in results:
            self._checked(result)
        return [self._read(result) for result in results[-len(asked) :]]

    def _call(self, statement: str, params: dict[str, Any]) -> Call:
        text, names = numbered(statement)
        values = self._values.dump_sequence(
            [params[name] for name in names], [PyFormat.AUTO] * len(names)
        )
        types, formats = self._values.types, self._values.formats
        if not settings.PREPARE_STATEMENTS:
            return "params", (text, values, types, formats, Format.BINARY)
        name = self._names.get((statement, types)) or self._prepare(statement, text, types)
        return "prepared", (name, values, formats, Format.BINARY)

    def _exchanged(self, calls: Sequence[Call]) -> list[PGresult]:
        """The result of each call."""
        if len(calls) == 1:  # quicker without a pipeline
            ((kind, args),) = calls
            return [getattr(self._server, f"exec_{kind}")(*args)]
        self._server.enter_pipeline_mode()
        try:
            return self._connection.wait(_exchange(self._server, calls))
        finally:
            if not self._connection.closed:
                self._server.exit_pipeline_mode()

    def _plan_anew(self) -> None:
        """Drop the plans now and then, after twice the time each time.

        PostgreSQL keeps a plan until somebody counts the rows. One made while a table was empty
        would read all of it for each row by then: a first sync took 300 ms a batch.
        """
        now = time.monotonic()
        if now >= self._good_until:
            self._checked(self._server.exec_(b"DISCARD PLANS"))
            self._good_until = now + (now - self._since)

    def _prepare(self, statement: str, text: bytes, types: Any) -> bytes:
        name = b"rsc_%d" % len(self._names)
        self._checked(self._server.prepare(name, text, types))
        self._names[statement, types] = name
        self._since = time.monotonic()
        self._good_until = self._since + _FIRST_LOOK
        return name

    def _read(self, result: PGresult) -> list[tuple[Any, ...]]:
        self._values.set_pgresult(result)
        rows = self._values.load_rows(0, result.ntuples, tuple)
        self._values.set_pgresult(None)  # an idle connection holds nobody's data
        return rows

    def _checked(self, result: PGresult) -> None:
        if result.status not in _ANSWERED:
            if self._connection.closed:
                raise psycopg.OperationalError("the server closed the connection")
            raise psycopg.errors.error_from_result(result, self._values.encoding)


def _exchange(server: PGconn, calls: Sequence[Call]) -> PQGen[list[PGresult]]:
    """Make the calls at once, then wait for the result of each."""
    for kind, args in calls:
        getattr(server, f"send_query_{kind}")(*args)
    server.pipeline_sync()
    yield from send(server)
    results = []
    for _ in calls:
        results += yield from fetch_many(server)
    yield from fetch_many(server)  # the end of the pipeline
    return results


@lru_cache(maxsize=1_000)
def numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement as the server wants it, `$1` for `%(name)s`, and the names in that order."""
    places: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        name = found[1]
        return f"${places.setdefault(name, len(places) + 1)}" if name else "%"

    return _PLACE.sub(place, statement).encode(), tuple(places)


def prepared(connection: psycopg.Connection[Any]) -> Prepared:
    """What a connection keeps, for as long as it lives."""
    if (found := _kept.get(connection)) is None:
        found = _kept[connection] = Prepared(connection)
    return found


_kept: WeakKeyDictionary[psycopg.Connection[Any], Prepared] = WeakKeyDictionary()

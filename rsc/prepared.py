"""Statements that a connection keeps parsed and planned, asked with as little around as can be.

A push asks a dozen of them. What the driver's cursor does around each (objects, generators, locks
for threads that Django never shares a connection with) took a fifth of a push.
"""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

_ANSWERED = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
# Seconds after which plans are made anew for the first time since a statement came new.
_FIRST_LOOK = 0.05
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
        text, names = numbered(statement)
        values = self._values.dump_sequence(
            [params[name] for name in names], [PyFormat.AUTO] * len(names)
        )
        types, formats = self._values.types, self._values.formats
        self._begin()
        if not settings.PREPARE_STATEMENTS:
            result = self._server.exec_params(text, values, types, formats, Format.BINARY)
        else:
            self._plan_anew()
            name = self._names.get((statement, types)) or self._prepare(statement, text, types)
            result = self._server.exec_prepared(name, values, formats, Format.BINARY)
        return self._read(result)

    def _begin(self) -> None:
        if not self._connection.autocommit and (
            self._server.transaction_status == TransactionStatus.IDLE
        ):
            self._checked(self._server.exec_(b"BEGIN"))

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
        self._checked(result)
        self._values.set_pgresult(result)
        rows = self._values.load_rows(0, result.ntuples, tuple)
        self._values.set_pgresult(None)  # an idle connection holds nobody's data
        return rows

    def _checked(self, result: PGresult) -> None:
        if result.status not in _ANSWERED:
            if self._connection.closed:
                raise psycopg.OperationalError("the server closed the connection")
            raise psycopg.errors.error_from_result(result, self._values.encoding)


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

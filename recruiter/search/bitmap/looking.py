"""Look for news while the answer is made as if there were none: mostly there are none.

All that an answer needs is in memory, so PostgreSQL and this process work at the same time. Its
word counts nevertheless: it looks after the question came, so that an answer made before it spoke
stands only if nothing was committed until then that is not in it.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import ExecStatus

from recruiter.search.bitmap.changes import NEW_CHANGES, NEW_FACTS, Position, since
from rsc.prepared import prepared

_NAME = b"rsc_search_news"  # of the statement, on each connection
_NEWS_THERE = f"""
SELECT pg_current_snapshot()::text,
    EXISTS(SELECT {NEW_CHANGES}) OR EXISTS(SELECT {NEW_FACTS})
"""
_PARAMETERS = ("snapshot", "oldest", "last", "companies", "tokens", "ends")
_STATEMENT = (
    _NEWS_THERE % {name: f"${place}" for place, name in enumerate(_PARAMETERS, 1)}
).encode()
_KEPT = threading.local()


class Look:
    """One look: sent where its block begins, read where it ends.

    Within the block the connection takes no other statement. psycopg's cursors would wait for the
    answer at once, and take longer over it than PostgreSQL does.

    Attributes:
        position: how far the log of changes was read, if there is nothing new; else None.
    """

    def __init__(
        self,
        position: Position,
        tokens: Sequence[int],
        token_ends: Sequence[int],
        companies: Sequence[int],
    ) -> None:
        """For the arguments see `changes.prepare`."""
        self.position: Position | None = None
        self._last = position.last
        given = since(position, tokens, token_ends, companies)
        self._given = [str(given[name]).encode() for name in _PARAMETERS]

    def __enter__(self) -> Look:
        self._database: Any = connections[DEFAULT_DB_ALIAS]
        self._database.close_if_health_check_failed()
        self._database.ensure_connection()
        with self._database.wrap_database_errors:
            self._wire = self._database.connection.pgconn
            if settings.PREPARE_STATEMENTS:
                _keep_statement(self._database.connection)
                self._wire.send_query_prepared(_NAME, self._given)
            else:
                self._wire.send_query_params(_STATEMENT, self._given)
            self._wire.flush()
        return self

    def __exit__(self, *raised: object) -> None:
        with self._database.wrap_database_errors:
            answer = self._answer()
            if answer.status != ExecStatus.TUPLES_OK:
                raise psycopg.errors.error_from_result(answer)
        if answer.get_value(0, 1) == b"f":
            self.position = Position(answer.get_value(0, 0).decode(), self._last)

    def _answer(self) -> Any:
        """Wait for it, without Python's lock, until the wire is free again."""
        answer = None
        self._wire.consume_input()  # mostly it is there
        while True:
            while self._wire.is_busy():
                waiting = select.poll()
                waiting.register(self._wire.socket, select.POLLIN)
                waiting.poll()
                self._wire.consume_input()
            result = self._wire.get_result()
            if result is None:
                return answer
            answer = result


def _keep_statement(driver: psycopg.Connection[Any]) -> None:
    """Have PostgreSQL parse and plan the statement once on this connection."""
    if getattr(_KEPT, "driver", None) is not driver:
        prepared(driver)  # which sees to plans that are kept
        kept = driver.pgconn.prepare(_NAME, _STATEMENT)
        if kept.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(kept)
        _KEPT.driver = driver

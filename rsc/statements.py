"""Statements of our own, with parameters by name; those that come with every request are kept."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections


def run(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    """Run one statement; returns its rows, none for a statement without an answer."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        return _rows(cursor, statement, params)


def run_kept(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    """As `run`, for the statements of every push: this connection keeps them parsed and planned.

    PostgreSQL must be able to tell the type of each parameter, so cast where only the value could
    say, and let the planner see nothing of the values that matters for the plan.
    """
    with _keeping_cursor() as cursor:
        return _rows(cursor, statement, params)


def _keeping_cursor() -> Any:
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if connection.queries_logged:
        return connection.cursor()  # whose log tells the values
    connection.ensure_connection()
    # Django's own cursors put the values into the text, so that no two statements are the same.
    return connection.make_cursor(psycopg.Cursor(connection.connection))


def _rows(cursor: Any, statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    cursor.execute(statement, {name: _bound(value) for name, value in params.items()})
    return cursor.fetchall() if cursor.description else []


def _bound(value: Any) -> Any:
    """A parameter as the driver takes it quickest: it spells lists item by item, which for the
    hundreds of numbers and names of a batch costs more than the statement."""
    if not isinstance(value, list):
        return value
    if all(type(one) is int for one in value):
        return "{" + ",".join(map(str, value)) + "}"
    if all(isinstance(one, str) for one in value):
        return "{" + ",".join(map(_quoted, value)) + "}"
    return value


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'

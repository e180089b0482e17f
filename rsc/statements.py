"""Statements of our own, with parameters by name; those that come with every request are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from rsc.prepared import prepared

Rows = list[tuple[Any, ...]]


def run(statement: str, **params: Any) -> Rows:
    """Run one statement; returns its rows, none for a statement without an answer."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(statement, _bound_all(params))
        return cursor.fetchall() if cursor.description else []


class Asked(NamedTuple):
    """A statement on its way, with its parameters by name."""

    statement: str
    params: dict[str, Any]


def run_kept(statement: str, **params: Any) -> Rows:
    """As `run`, for the statements of every push: this connection keeps them parsed and planned.

    PostgreSQL must be able to tell the type of each parameter, so cast where only the value could
    say, and let the planner see nothing of the values that matters for the plan.
    """
    (rows,) = run_together(Asked(statement, params))
    return rows


def run_together(*asked: Asked) -> list[Rows]:
    """As `run_kept`, for statements of which none waits for another's rows; returns those of each.

    They run one after the other, but travel to PostgreSQL and back together.
    """
    if not asked:
        return []
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if connection.queries_logged or connection.execute_wrappers:
        # Whoever looks on wants the values in the text.
        return [run(each.statement, **each.params) for each in asked]
    if connection.in_atomic_block or connection.health_check_done:
        return _kept(connection, asked)
    try:
        answers = _kept(connection, asked)
    except OperationalError:
        if connection.connection and not connection.connection.closed:
            raise
        connection.close()  # the server was restarted since the last request
        answers = _kept(connection, asked)
    connection.health_check_done = True  # it answers: a transaction need not ask whether it does
    return answers


def _kept(connection: Any, asked: Sequence[Asked]) -> list[Rows]:
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    # Django's own cursors put the values into the text, so that no two statements are the same.
    with connection.wrap_database_errors:
        return prepared(connection.connection).answers(
            [(each.statement, _bound_all(each.params)) for each in asked]
        )


def _bound_all(params: dict[str, Any]) -> dict[str, Any]:
    return {name: _bound(value) for name, value in params.items()}


def _bound(value: Any) -> Any:
    """A parameter as the driver takes it quickest: it spells lists item by item, which for the
    hundreds of numbers and names of a batch costs more than the statement."""
    if isinstance(value, list) and (not value or isinstance(value[0], (str, int))):
        return array_of(value)
    return value


def array_of(values: Sequence[Any]) -> str:
    """A list of texts, numbers, truths, times or None as PostgreSQL spells an array.

    That is JSON in braces, if no text holds what JSON alone escapes: a tab, say.
    """
    text = msgspec.json.encode(values).decode()
    if "\\" in text and _ONLY_JSON.search(text):
        return "{" + ",".join(map(_spelled, values)) + "}"
    return "{" + text[1:-1] + "}"


def array_of_arrays(values: Sequence[Sequence[Any] | None]) -> str:
    """Lists as `array_of` spells each, in an array of texts: they need not be of one length."""
    text = msgspec.json.encode(values).decode()
    brackets = text.count("[") + text.count("]")
    if "\\" in text or "null" in text or brackets != 2 * (len(values) + 1):
        return array_of([one if one is None else array_of(one) for one in values])
    # Nothing in a value reads as the edge of a list, so all are spelled at once.
    texts = text[1:-1].replace('"', '\\"').replace("[", '"{').replace("]", '}"')
    return "{" + texts + "}"


# A backslash before anything but a quotation mark or a backslash.
_ONLY_JSON = re.compile(r'\\[^"\\]')


def _spelled(value: Any) -> str:
    if not isinstance(value, str):
        return msgspec.json.encode(value).decode()
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'

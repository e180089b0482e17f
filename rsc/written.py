"""Questions whose SQL is written once a process and from then on only asked.

Django writes the SQL of a query set anew each time it is asked. For a question about rights,
with one EXISTS inside another, that takes ten times as long as reading its answer. Here the SQL
is kept, and only the values in it change.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, ParamSpec, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from rsc.models import Contract, Seat, User

P = ParamSpec("P")
M = TypeVar("M", bound=models.Model)
R = TypeVar("R")  # a row: a model, or a tuple of values_list
# What a question may ask of a seat. Its role is no such value: it decides how the SQL reads.
_OF_A_SEAT = attrgetter("pk", "contract_id", "contract.company_id", "user_id", "user.person_id")
_SOME_ID = 2_000_000_000  # every kind of key can hold it, and no settled value is like it
_SOME_DAY = datetime(1, 1, 2, tzinfo=UTC)


class NotWritable(TypeError):
    """A question cannot be written once: a value of it is not found again in its SQL."""


def written_once(build: Callable[P, models.QuerySet[Any, R]]) -> Callable[P, list[R]]:
    """Turn a function that returns a query set into one that returns its rows, as a list.

    Args:
        build: what may differ from one call to the next is positional: seats, rows of other
            models (of which only the id counts), numbers, texts and times; and tuples of
            numbers, for each length of which SQL is written apart. What is given by keyword is
            written into the SQL, as the role of a seat is. A `build` that looks at anything else
            fails at its first call, because the rows given to it have nothing else.

    Raises (when asked):
        NotWritable: a value became part of another one, as in `name__contains=value`.
    """
    known: dict[Hashable, _Written] = {}

    @functools.wraps(build)
    def ask(*args: P.args, **kwargs: P.kwargs) -> list[R]:
        key = (*map(_form_of, args), *kwargs.items())
        if key not in known:
            marks: list[Any] = []
            standing = [_stand_in(one, marks) for one in args]
            known[key] = _Written(build(*standing, **kwargs), marks)
        return known[key].rows([value for one in args for value in _values_of(one)])

    return ask


def _form_of(given: object) -> Hashable:
    """What of an argument decides how the SQL reads."""
    if isinstance(given, Seat):
        return given.role
    return len(given) if isinstance(given, tuple) else None


def _values_of(given: object) -> tuple[Any, ...]:
    """The values that a question takes of one argument, in the order of their marks."""
    if isinstance(given, Seat):
        return _OF_A_SEAT(given)
    if isinstance(given, tuple):
        return given
    return (given.pk,) if isinstance(given, models.Model) else (given,)


def _stand_in(given: object, marks: list[Any]) -> Any:
    """What `build` gets in place of an argument: values that are found again in the SQL."""

    def mark(kind: type) -> Any:
        number = len(marks)
        if kind is str:
            marks.append(f"\N{OBJECT REPLACEMENT CHARACTER}{number}")
        else:
            marks.append(
                _SOME_DAY + timedelta(days=number) if kind is datetime else _SOME_ID + number
            )
        return marks[-1]

    if isinstance(given, Seat):
        seat, contract, company, user, person = map(mark, (int, int, int, int, str))
        found = _bare(Seat, id=seat, contract_id=contract, user_id=user, role=given.role)
        found.contract = _bare(Contract, id=contract, company_id=company)
        found.user = _bare(User, id=user, person_id=person)
        return found
    if isinstance(given, models.Model):
        return _bare(type(given), id=mark(int))
    if isinstance(given, tuple):
        return tuple(mark(int) for _ in given)
    return mark(type(given))


def _bare(model: type[M], **values: object) -> M:
    """A row that has these columns; asking it for another one is an error."""
    names = [one.attname for one in model._meta.concrete_fields if one.attname in values]
    return model.from_db(DEFAULT_DB_ALIAS, names, [values[name] for name in names])


class _Asked(Query):
    """A query whose statement is ready."""

    ready: _Ready

    def get_compiler(self, *_args: object, **_kwargs: object) -> _Ready:
        return self.ready


class _Ready(SQLCompiler):
    """A compiler that has nothing left to do: it reads rows as the one that wrote the SQL."""

    def __init__(self, written: SQLCompiler, sql: str, params: tuple[Any, ...]) -> None:
        super().__init__(written.query, connections[DEFAULT_DB_ALIAS], DEFAULT_DB_ALIAS)
        self.select, self.klass_info = written.select, written.klass_info
        self.annotation_col_map, self.col_count = written.annotation_col_map, written.col_count
        self.has_extra_select = written.has_extra_select
        self._written = sql, params

    def as_sql(self, *_args: object, **_kwargs: object) -> tuple[str, tuple[Any, ...]]:
        return self._written


class _Written:
    """The SQL of one query set, with the places where values belong."""

    def __init__(self, asked: models.QuerySet[Any, Any], marks: list[Any]) -> None:
        self._compiler = asked.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            self._sql, params = self._compiler.as_sql()
        except EmptyResultSet:  # such as the projects in which a hiring manager may work
            self._sql, params = "", ()
        self._settled = tuple(params)
        self._places = [
            (at, marks.index(one), type(one)) for at, one in enumerate(params) if one in marks
        ]
        rest = f"{self._sql} {[one for one in params if one not in marks]}"
        if any(str(mark) in rest or repr(mark) in rest for mark in marks):
            raise NotWritable(self._sql)
        self._asked = asked.all()
        self._asked.query.__class__ = _Asked

    def rows(self, values: list[Any]) -> list[Any]:
        if not self._sql:
            return []
        params = list(self._settled)
        for at, number, kind in self._places:
            value = values[number]
            # The driver has kinds of numbers of its own (psycopg's Int8, an int).
            params[at] = kind(value) if issubclass(kind, int) else value
        asked = self._asked.all()
        query = cast("_Asked", asked.query)
        query.ready = _Ready(self._compiler, self._sql, tuple(params))
        return list(asked)

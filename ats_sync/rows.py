"""Model instances from statements of our own, for what every request reads.

The ORM takes longer to write such a statement than PostgreSQL to answer it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


class Columns(Generic[M]):
    """Some columns of a model; an instance made of them reads the others when they are asked for.

    Args:
        model: the model.
        alias: what its table is called in the statement.
        names: the columns.
    """

    def __init__(self, model: type[M], alias: str, *names: str) -> None:
        self.model = model
        # In the order of the table, as `from_db` wants it.
        self.names = [one.attname for one in model._meta.concrete_fields if one.attname in names]
        self.sql = ", ".join(f"{alias}.{name}" for name in self.names)

    def take(self, values: Iterator[object]) -> M:
        """An instance from the next values of a row."""
        return self.model.from_db(connection.alias, self.names, [next(values) for _ in self.names])

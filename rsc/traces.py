"""Is a value still anywhere? Looks through every column of every table, and through files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from django.db import connection
from psycopg import sql

# A shorter text is in many rows by chance, and would name half of them.
SHORTEST = 5


def distinctive(values: Collection[str]) -> list[str]:
    """Those of the values that are long enough to look for, each once, without spaces around."""
    return sorted({value.strip() for value in values if len(value.strip()) >= SHORTEST})


def in_tables(values: Collection[str]) -> dict[str, int]:
    """How many rows hold one of the values, by `table.column`; columns without any are left out.

    Whatever a column's type is, its text is compared, in either case; a binary one by its bytes.
    Reads every table whole: seconds for a small database, minutes for a million members.
    """
    values = distinctive(values)
    if not values:
        return {}
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table, columns in _columns():
            counted = sql.SQL(", ").join(_count(name, kind) for name, kind in columns)
            statement = sql.SQL("SELECT {} FROM {}").format(counted, sql.Identifier(table))
            given = {
                "like": [f"%{_escaped(value)}%" for value in values],
                "bytes": [value.encode() for value in values],
            }
            cursor.execute(statement, given)
            rows = cursor.fetchone()
            named = zip(columns, rows, strict=True)
            found |= {f"{table}.{name}": count for (name, _), count in named if count}
    return found


def in_files(values: Collection[str], folder: Path) -> list[str]:
    """The files below a folder that hold one of the values as UTF-8, in either case."""
    wanted = [value.casefold().encode() for value in distinctive(values)]
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [
        str(path.relative_to(folder))
        for path in files
        if any(value in path.read_bytes().lower() for value in wanted)
    ]


def _columns() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    tables: dict[str, list[tuple[str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, name, kind in cursor.fetchall():
            tables.setdefault(table, []).append((name, kind))
    yield from tables.items()


def _count(name: str, kind: str) -> sql.Composable:
    column = sql.Identifier(name)
    if kind == "bytea":
        held = sql.SQL("EXISTS (SELECT FROM unnest(%(bytes)s::bytea[]) AS v WHERE v <> ''"
                       " AND position(v IN {}) > 0)")  # fmt: skip
    else:
        held = sql.SQL("{}::text ILIKE ANY(%(like)s)")
    return sql.SQL("count(*) FILTER (WHERE {})").format(held.format(column))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# What cannot hold words is not read as text: numbers, times, truth values.
_COLUMNS = """
SELECT c.table_name, c.column_name, c.udt_name
FROM information_schema.columns AS c
JOIN information_schema.tables AS t USING (table_schema, table_name)
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
    AND c.udt_name NOT IN ('int2', 'int4', 'int8', 'bool', 'timestamptz', 'date', 'float8',
        'uuid', 'inet', '_int8', '_int4')
ORDER BY c.table_name, c.ordinal_position
"""

"""The documents of all members at once: a few thousand a second and core.

Two database connections write chunks of members side by side. Most of a document's cost is not
its text but the two GIN indexes (1 of 1.5 ms, measured); while a rebuild runs they collect
entries in a list that is sorted in once per 64 MB. Each chunk is a transaction: searches see
whole documents all the time, and a rebuild that was cut off has kept what it did.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from recruiter.search import document

CHUNK = 2_000  # members that one statement takes
CONNECTIONS = 2
REBUILD = 0x52534302  # the advisory lock of a rebuild as a whole
GIN_INDEXES = ("document_words", "document_facets")
OnProgress = Callable[[int], None] | None


def write_documents(on_progress: OnProgress = None) -> None:
    """Write the document of every member; drop those of who is gone, and unused facet values.

    Args:
        on_progress: told after each chunk how many members it held.
    """
    chunks = _Chunks(_chunks_of_members(), on_progress)
    with _one_rebuild():
        _write(chunks)


def _write(chunks: _Chunks) -> None:
    if connection.in_atomic_block:  # other connections would not see the caller's changes
        chunks.write()
    else:
        with _lists_for_new_entries(), ThreadPoolExecutor(CONNECTIONS) as pool:
            for done in [
                pool.submit(chunks.write_by_an_own_connection) for _ in range(CONNECTIONS)
            ]:
                done.result()
    with transaction.atomic():
        document.one_writer()
        document.execute(_DROP_GONE)
        document.execute(_DROP_UNUSED_VALUES)


@contextlib.contextmanager
def _one_rebuild() -> Iterator[None]:
    """Two at once would delete each other's facet values."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [REBUILD])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [REBUILD])


class _Chunks:
    """Chunks of members, each written by whoever comes first."""

    def __init__(self, chunks: Iterator[list[int]], on_progress: OnProgress) -> None:
        self._chunks = chunks
        self._on_progress = on_progress
        self._lock = threading.Lock()

    def write(self) -> None:
        """Write chunks until none is left."""
        while member_ids := self._next():
            # The values first, by themselves: the other writer may wait for the same ones.
            with transaction.atomic():
                document.one_writer(shared=True)
                document.add_values(member_ids)
            with transaction.atomic():
                document.one_writer(shared=True)
                document.write(member_ids, values_are_there=True)
            with self._lock:
                if self._on_progress:
                    self._on_progress(len(member_ids))

    def write_by_an_own_connection(self) -> None:
        """The same in a thread of its own."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET gin_pending_list_limit = '64MB'")
                cursor.execute("SET synchronous_commit = off")
            self.write()
        finally:
            connection.close()

    def _next(self) -> list[int] | None:
        with self._lock:
            return next(self._chunks, None)


def _chunks_of_members() -> Iterator[list[int]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_MEMBERS, [last, CHUNK])
            member_ids = [member for (member,) in cursor.fetchall()]
        if not member_ids:
            return
        yield member_ids
        last = member_ids[-1]


@contextlib.contextmanager
def _lists_for_new_entries() -> Iterator[None]:
    """Have the GIN indexes collect new entries, and sort them in at the end."""
    with connection.cursor() as cursor:
        for name in GIN_INDEXES:
            cursor.execute(f"ALTER INDEX {name} SET (fastupdate = on)")
        try:
            yield
        finally:
            for name in GIN_INDEXES:
                cursor.execute(f"ALTER INDEX {name} SET (fastupdate = off)")
                cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [name])


_NEXT_MEMBERS = "SELECT id FROM recruiter_member WHERE id > %s ORDER BY id LIMIT %s"
_DROP_GONE = """
DELETE FROM recruiter_memberdocument AS old
WHERE NOT EXISTS (SELECT FROM recruiter_member WHERE id = old.member_id)
"""
_DROP_UNUSED_VALUES = """
DELETE FROM recruiter_facetvalue
WHERE id NOT IN (SELECT unnest(facets) FROM recruiter_memberdocument)
"""

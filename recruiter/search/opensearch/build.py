"""Build an index aside and swap the alias; keep it in step with the log of changes.

What the index holds is written down beside it, in the cluster: which index the alias means, and up
to where it has the log. Whoever takes up changes does so in turn (a lock in the database), reads
documents as they are now, and moves that mark, so that it may be done twice and by anybody.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from recruiter.models import FacetValue
from recruiter.search import document
from recruiter.search.bitmap import changes
from recruiter.search.bitmap.build import database_identity
from recruiter.search.bitmap.changes import Position
from recruiter.search.bitmap.overlay import Document, fetch_documents
from recruiter.search.opensearch.cluster import ClusterError, cluster
from recruiter.search.opensearch.mapping import FORMAT, source, template
from recruiter.search.port import MemberQuery, Viewer

CHUNK = 1_000  # documents in one request: about 2 MB
WRITERS = 0x52534302  # the advisory lock of those who write to the cluster
OnProgress = Callable[[int], None] | None


class NoIndex(Exception):
    """There is no index that can answer; the text says why, in a sentence for people."""


@dataclass
class Mark:
    """What the cluster has.

    Attributes:
        index: the index that the alias means.
        snapshot, last: up to where it has the log of changes.
        sweep: a snapshot that every process has left behind: what it shows may be deleted.
    """

    index: str
    database: str
    format: int
    schema: int
    snapshot: str
    last: int
    sweep: str

    @property
    def position(self) -> Position:
        return Position(self.snapshot, self.last)


def mark() -> Mark:
    """The mark of the current index. Raises NoIndex when there is none that fits, ClusterError."""
    try:
        found = Mark(**cluster().ask("GET", _mark_path())["_source"])
    except ClusterError as error:
        if error.status == 404:
            raise NoIndex("The search index is not built yet.") from error
        raise
    except TypeError as error:
        raise NoIndex("The search index is of an older form.") from error
    if (found.format, found.schema) != (FORMAT, document.SCHEMA_VERSION):
        raise NoIndex("The search index is of an older form.")
    if found.database != database_identity():
        raise NoIndex("The search index belongs to another database.")
    return found


def _mark_path() -> str:
    return f"/{settings.SEARCH_ALIAS}-mark/_doc/current"


def _set_mark(new: Mark) -> None:
    cluster().ask("PUT", _mark_path(), asdict(new))


# ----------------------------------------------------------------------------------------- build
def build(on_progress: OnProgress = None) -> dict[str, Any]:
    """Build a new index from PostgreSQL's documents and let the alias mean it. Searches go on.

    Args:
        on_progress: told after each request how many documents it held.

    Returns:
        What was made: version, members, seconds, bytes (of one copy).
    """
    began = time.monotonic()
    position = changes.now()  # before anything is read: the rest is taken up from the log
    version = time.time_ns() // 1_000_000
    name = f"{settings.SEARCH_ALIAS}-v{version}"
    cluster().ask("PUT", f"/_index_template/{settings.SEARCH_ALIAS}", template())
    cluster().ask("PUT", f"/{name}")
    for some in _everyone():
        _write(name, some)
        if on_progress:
            on_progress(len(some))
    cluster().ask("POST", f"/{name}/_refresh")
    with transaction.atomic():
        _locked(wait=True)
        _swap(name)
        _set_mark(
            Mark(
                index=name,
                database=database_identity(),
                format=FORMAT,
                schema=document.SCHEMA_VERSION,
                snapshot=position.snapshot,
                last=position.last,
                sweep=position.snapshot,
            )
        )
    catch_up()
    stored = cluster().ask("GET", f"/{name}/_stats/docs,store")["_all"]["primaries"]
    return {
        "version": version,
        "members": stored["docs"]["count"],
        "seconds": round(time.monotonic() - began, 1),
        "bytes": stored["store"]["size_in_bytes"],
    }


def _everyone() -> Iterator[list[int]]:
    """All members with a document, in runs."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [last, CHUNK])
            some = [member for (member,) in cursor.fetchall()]
        if not some:
            return
        yield some
        last = some[-1]


def _swap(name: str) -> None:
    """Let the alias mean this index in one step.

    The index that it meant stays until the next build: searches of this moment are still in it.
    Those before that one are removed.
    """
    alias = settings.SEARCH_ALIAS
    found = cluster().ask("GET", f"/{alias}-v*/_alias")
    old = [index for index, its in found.items() if alias in its["aliases"]]
    actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": alias}}]
    actions += [{"remove": {"index": index, "alias": alias}} for index in old]
    actions += [{"remove_index": {"index": index}} for index in found if index not in (name, *old)]
    cluster().ask("POST", "/_aliases", {"actions": actions})


# -------------------------------------------------------------------------------------- keep up
def catch_up(*, wait: bool = True, most: int | None = None) -> int:
    """Write to the cluster what was committed since its mark; found at once when this returns.

    Args:
        wait: for another who does the same; otherwise leave it to them.
        most: write nothing if more members than this have changed.

    Returns:
        How many members have changed that are not written; 0 after the work is done, or left to
        another. Raises ClusterError, NoIndex.
    """
    with transaction.atomic():
        if not _locked(wait):
            return 0
        now = mark()
        nobody = MemberQuery(viewer=Viewer(company_id=0))
        news = changes.prepare(nobody, now.position, [], [])
        if most is not None and len(news.changed) > most:
            return len(news.changed)
        if news.changed:
            changed = sorted(news.changed)
            for first in range(0, len(changed), CHUNK):
                _write(now.index, changed[first : first + CHUNK])
            cluster().ask("POST", f"/{now.index}/_refresh")
            now.snapshot, now.last = news.position.snapshot, news.position.last
            _set_mark(now)
    return 0


def _locked(wait: bool) -> bool:
    """Whether this process may write to the cluster until its transaction ends."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [WRITERS])
        return bool(cursor.fetchone()[0])


def sweep() -> None:
    """Delete changes that every process has taken up. Call it once an hour.

    The mark of the last call bounds it: a process that was idle for longer begins anew.
    """
    with transaction.atomic():
        _locked(wait=True)
        now = mark()
        oldest = int(now.sweep.split(":")[0])
        document.execute("DELETE FROM recruiter_indexchange WHERE transaction < %(o)s", o=oldest)
        now.sweep = now.snapshot
        _set_mark(now)


def expunge() -> None:
    """Write the index's files anew without those who were deleted from it; remove older ones."""
    with transaction.atomic():
        _locked(wait=True)
        current = mark().index
        for index in cluster().ask("GET", f"/{settings.SEARCH_ALIAS}-v*/_alias"):
            if index != current:
                cluster().ask("DELETE", f"/{index}")
        cluster().ask("POST", f"/{current}/_forcemerge", only_expunge_deletes="true")


def _write(index: str, member_ids: list[int]) -> None:
    """Write some members as they are now; those without a document are deleted."""
    documents = fetch_documents(member_ids)
    lines: list[str] = []
    for each, kept in zip(documents, _sources(documents), strict=True):
        lines += [json.dumps({"index": {"_id": str(each.member_id)}}), json.dumps(kept)]
    gone = set(member_ids) - {each.member_id for each in documents}
    lines += [json.dumps({"delete": {"_id": str(member)}}) for member in gone]
    cluster().bulk(index, lines)


def _sources(documents: Iterable[Document]) -> Iterator[dict[str, Any]]:
    ids = {value for each in documents for value in each.facets}
    rows = FacetValue.objects.filter(pk__in=ids).values_list("pk", "kind", "folded")
    values = {pk: (kind, folded) for pk, kind, folded in rows}
    return (source(each, values) for each in documents)


_NEXT = """
SELECT member_id FROM recruiter_memberdocument WHERE member_id > %s ORDER BY member_id LIMIT %s
"""

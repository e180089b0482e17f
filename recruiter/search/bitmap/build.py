"""Build an index from PostgreSQL's documents, aside, and make it the current one in one step.

Documents are numbered by how they stand in results that no word decides (the last visit, then
completeness, then the newer member), so the first members of any set are the best of it. They
are read in chunks of that order; each chunk's lexemes go to files of their own, so that a build
that was cut off goes on where it was. Whatever changes while a build runs stands in the log of
changes above the snapshot taken at its beginning, and searches take it from there.
"""

# ruff: noqa: S608 - statements are put together from constants; values travel as parameters
from __future__ import annotations

import json
import pickle
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.utils import timezone

from recruiter.search import document
from recruiter.search.bitmap import changes, files, merging, reading
from recruiter.search.bitmap.files import FORMAT, Versions, write_column

CHUNK = 50_000  # documents that are in memory at once: about 100 MB
COLUMNS = ("members", "seen", "replied", "completeness")
OnProgress = Callable[[int], None] | None


def versions() -> Versions:
    """The versions of this server's index."""
    return _versions(settings.SEARCH_INDEX_DIR)


@cache
def _versions(root: Path) -> Versions:
    return Versions(root)


def build(on_progress: OnProgress = None) -> dict[str, Any]:
    """Build a new version and make it the current one. Searches go on meanwhile.

    Args:
        on_progress: told after each chunk how many documents it held.

    Returns:
        The manifest: version, members, seconds, bytes.
    """
    began = time.monotonic()
    kept = versions()
    version = kept.next()
    folder = kept.folder(version)
    start = _begin(folder)
    members = files.map_column(folder, "members")
    for first in range(0, len(members), CHUNK):
        chunk = np.array(members[first : first + CHUNK])
        if not (folder / f"chunk{first}" / "done").exists():
            _read_chunk(folder, first, chunk)
        if on_progress:
            on_progress(len(chunk))
    merging.merge(folder, range(0, len(members), CHUNK), len(members))
    files.write_sums(folder)
    manifest = {
        **start,
        "version": version,
        "built_at": timezone.now().isoformat(),
        "seconds": round(time.monotonic() - began, 1),
        "bytes": files.size(folder),
    }
    kept.publish(manifest)
    _sweep_changes(start["snapshot"])
    return manifest


def database_identity() -> str:
    """Tells a database from its copies: transactions are numbered anew in each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier || '/' || current_database() FROM pg_control_system()"
        )
        return str(cursor.fetchone()[0])


def _begin(folder: Path) -> dict[str, Any]:
    """What the version starts from: the same again when its build was cut off."""
    begun = folder / "begun.json"
    identity = database_identity()
    if begun.exists():
        start = json.loads(begun.read_text())
        if (start["format"], start["schema"]) == (FORMAT, document.SCHEMA_VERSION) and start[
            "database"
        ] == identity:
            return start
    if folder.exists():
        files.remove(folder)
    folder.mkdir(parents=True)
    # Before anything is read: all that is not in it will be taken up from the log.
    position = changes.now()
    columns = reading.fetch_columns(_QUALITY, len(COLUMNS))
    for name, values in zip(COLUMNS, columns, strict=True):
        write_column(folder, name, values)
    start = {
        "format": FORMAT,
        "schema": document.SCHEMA_VERSION,
        "database": identity,
        "snapshot": position.snapshot,
        "last_change": position.last,
        "members": len(columns[0]),
    }
    begun.write_text(json.dumps(start))
    return start


def _read_chunk(folder: Path, first: int, members: np.ndarray) -> None:
    """Read one chunk of documents into files; the dictionary so far goes with them."""
    chunk = folder / f"chunk{first}"
    chunk.mkdir(exist_ok=True)
    with connection.cursor() as cursor:
        cursor.execute(_DOCUMENTS, [members.tolist()])
        rows = cursor.fetchall()
    words = _dictionary(folder, first)
    lengths = [length for length, *_ in rows]
    found = reading.tokens([text for _, text, *_ in rows], lengths, first, words)
    for name, values in vars(found).items():
        write_column(chunk, name, values)
    facets = " ".join(facets for *_, facets, _ in rows)
    write_column(chunk, "facets", np.array(facets.split(), dtype=np.int64))
    write_column(chunk, "facet_counts", np.array([count for *_, count in rows], dtype=np.uint16))
    with (chunk / "words.pickle").open("wb") as file:
        pickle.dump(dict(words), file)
    (chunk / "done").touch()


def _dictionary(folder: Path, first: int) -> reading.Numbers:
    """The words that the chunks before this one hold, numbered."""
    words = reading.Numbers()
    if first:
        saved = (folder / f"chunk{first - CHUNK}" / "words.pickle").read_bytes()
        words.update(pickle.loads(saved))  # noqa: S301 - our own file, written a moment ago
    return words


def _sweep_changes(snapshot: str) -> None:
    """Delete changes that this version holds, unless they are young.

    A worker that still reads the version before may want them for a moment.
    """
    oldest = int(snapshot.split(":")[0])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM recruiter_indexchange WHERE transaction < %s", [oldest])


_QUALITY = f"""
SELECT member_id, {reading.microseconds("last_seen_at")},
    {reading.microseconds("last_replied_at")}, completeness::bigint
FROM recruiter_memberdocument
ORDER BY (last_seen_at AT TIME ZONE 'UTC')::date DESC NULLS LAST, completeness DESC,
    member_id DESC
"""

# A document that has gone since then is empty here; the log says that it has gone.
_DOCUMENTS = """
SELECT coalesce(length(d.words), 0), coalesce(d.words::text, ''),
    coalesce(array_to_string(d.facets, ' '), ''), coalesce(cardinality(d.facets), 0)
FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted(id, place)
LEFT JOIN recruiter_memberdocument AS d ON d.member_id = wanted.id
ORDER BY wanted.place
"""

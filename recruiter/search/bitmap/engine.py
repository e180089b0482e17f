"""The `bitmap` engine: exact counts from sets of members in this process.

PostgreSQL stays the truth. A folder of files holds what was built from its documents; each search
has the database look what was committed since, so every process counts what happened a moment
ago. When there is no usable index the `sql` engine answers, and the page says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

import structlog
from django.db import DatabaseError

from recruiter.search.bitmap.build import build, versions
from recruiter.search.bitmap.live import DAMAGED, Damaged, LiveIndex, NoIndex
from recruiter.search.port import (
    FacetCount,
    MemberQuery,
    SearchPage,
    SearchUnavailable,
    Viewer,
)
from recruiter.search.sql import SqlIndex

Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)


class BitmapIndex:
    """Members in sets. The documents are the `sql` engine's: it writes them for both."""

    def __init__(self) -> None:
        self._sql = SqlIndex()
        self._live: LiveIndex | None = None
        self._damaged = 0  # the stamp of a version that needs no second look
        # One search at a time in a process: the sets hold Python's lock anyway, so processes
        # add speed and threads do not.
        self._turn = threading.Lock()

    def search(self, query: MemberQuery) -> SearchPage:
        page, why = self._answered(lambda live: live.search(query))
        if page is not None:
            return page
        notice = f"{why} The database answers instead: the numbers are right, but it is slow."
        return replace(self._sql.search(query), notice=notice)

    def suggest(self, viewer: Viewer, kind: str, text: str, most: int = 10) -> list[FacetCount]:
        lines, _ = self._answered(lambda live: live.suggest(viewer, kind, text, most))
        return self._sql.suggest(viewer, kind, text, most) if lines is None else lines

    def _answered(self, ask: Callable[[LiveIndex], Answer]) -> tuple[Answer | None, str]:
        """An answer of the open index; or nothing, and why there is none that can be used."""
        try:
            with self._turn:
                live = self._open()
                live.check()
                return ask(live), ""
        except DatabaseError as error:
            raise SearchUnavailable from error
        except (NoIndex, OSError, ValueError) as error:
            why = str(error) if isinstance(error, NoIndex) else DAMAGED
            log.error("search_index_unusable", why=why, error=type(error).__name__)
            self._live = None  # opened anew, which looks whether it is whole
            return None, why

    def put(self, member_ids: Iterable[int]) -> None:
        self._sql.put(member_ids)

    def drop(self, member_ids: Iterable[int]) -> None:
        self._sql.drop(member_ids)

    def rebuild(self, on_progress: Callable[[int], None] | None = None) -> int:
        self._sql.rebuild(on_progress)
        return int(build()["members"])

    def ready(self) -> bool:
        """Whether the documents are, and an index can be opened."""
        if not self._sql.ready():
            return False
        try:
            with self._turn:
                self._open()
        except (NoIndex, OSError, ValueError):
            return False
        return True

    def live(self) -> LiveIndex:
        """The open index: for the doctor. Raises NoIndex."""
        with self._turn:
            return self._open()

    def forget(self) -> None:
        """Let go of the open index: the next search opens it anew."""
        self._live = None
        self._damaged = 0

    def _open(self) -> LiveIndex:
        stamp = versions().stamp()
        if stamp and stamp == self._damaged:
            raise NoIndex(DAMAGED)
        if self._live is None or self._live.stamp != stamp:
            try:
                self._live = LiveIndex()
            except Damaged:
                self._damaged = stamp
                raise
        return self._live

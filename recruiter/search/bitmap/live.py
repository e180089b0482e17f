"""An index as one process has it open: the base, what changed since, and the facts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection
from pyroaring import BitMap

from recruiter.models.footprint import Fact
from recruiter.search import document, relevance, words
from recruiter.search.bitmap import changes, files, ordering, panels
from recruiter.search.bitmap.base import Base
from recruiter.search.bitmap.build import database_identity, versions
from recruiter.search.bitmap.changes import Choice, Position, Prepared
from recruiter.search.bitmap.evaluating import (
    Asked,
    FieldValues,
    Found,
    Part,
    fields_of,
    find,
    now,
    resolve_fields,
)
from recruiter.search.bitmap.facts import Engaged, Facts
from recruiter.search.bitmap.files import FORMAT, Versions, union
from recruiter.search.bitmap.looking import Look
from recruiter.search.bitmap.overlay import Overlay, fetch_documents
from recruiter.search.port import SPOTLIGHTS, FacetCount, MemberQuery, SearchPage, Viewer

# Members that a process takes into memory: without an index, or since it was built. Taking one up
# costs 0.1 ms, so that many hold a process up for 2 s once.
MOST_YOUNG = 20_000
CHOICES = 1_000  # choices whose values' ids a process remembers
PAST_APPLICANT = Fact.PAST_APPLICANT.value  # a plain text is looked up sooner
DAMAGED = "The search index is damaged."


class NoIndex(Exception):
    """There is no index that can answer; the text says why, in a sentence for people."""


class Damaged(NoIndex):
    """There is none until another version is built."""


class LiveIndex:
    """The current version, kept in step with the database.

    Not safe for threads: the engine lets one in at a time.

    Attributes:
        base: the built part; None as long as none was built.
        overlay: the members who changed since.
        stamp: tells its version from others; 0 when there is none.
        manifest: what the version says of itself; empty when there is none.
        position: how far the log of changes was read.
    """

    def __init__(self) -> None:
        kept = versions()
        self.stamp = kept.stamp()
        self.manifest = _checked(kept) if self.stamp else {}
        self.base = _opened(kept.folder(self.manifest["version"])) if self.manifest else None
        self.overlay = Overlay(self.base.size if self.base else 0)
        self.facts = Facts(self.numbers_of)
        self._engaged: dict[int, Engaged] = {}
        self._chosen: dict[Choice, list[int]] = {}
        # Whether the last question found news: then the next will, and an answer made meanwhile
        # would be made in vain.
        self._restless = True
        if self.base:
            self.position = Position(self.manifest["snapshot"], self.manifest["last_change"])
        else:
            self.position = changes.now()
            _few_enough()
            self._put(fetch_documents())

    @property
    def parts(self) -> list[Part]:
        """Those that hold somebody."""
        young = self.overlay.documents or self.base is None
        return [part for part in (self.base, self.overlay if young else None) if part is not None]

    def check(self) -> None:
        """Raises ValueError when a file that is to be read was cut."""
        if self.base:
            self.base.sizes.check()

    def numbers_of(self, member_ids: Iterable[int]) -> np.ndarray:
        """The numbers of some members, ascending; those without a document have none."""
        ids = np.asarray(list(member_ids), dtype=np.int64)
        numbers = self.overlay.numbers_of(ids.tolist())
        if self.base is None:
            return numbers
        older = self.base.numbers_of(ids)
        return np.concatenate([older, numbers])

    # ------------------------------------------------------------------------------ searching
    def search(self, query: MemberQuery) -> SearchPage:
        """Answer from all that was committed up to now."""
        company, tokens = query.viewer.company_id, query.viewer.tokens
        self._engaged_with(company)
        ends = self.facts.last_entries(tokens)
        meant = None if self._restless else self._remembered(query)
        if meant:
            with Look(self.position, tokens, ends, list(self._engaged)) as look:
                page = self._answer(query, meant, {})
            if look.position:
                self.position = look.position
                return page
        prepared = self._caught_up(query)
        return self._answer(query, prepared, resolve_fields(prepared.tree, *query.tallies))

    def _answer(self, query: MemberQuery, prepared: Prepared, fields: FieldValues) -> SearchPage:
        asked = self._asked(query, prepared, fields)
        found = [find(part, asked) for part in self.parts]
        # Mostly nobody of the few who changed is found: then the base's answer is the answer.
        found = [each for each in found if each.part is self.base or each.somebody] or found
        in_spotlights = dict.fromkeys(SPOTLIGHTS, 0)
        for each in found:
            how_many = each.hits.intersection_cardinality
            for key, members in each.spotlights.items():
                in_spotlights[key] += how_many(members)
        return SearchPage(
            member_ids=self._page(asked, found),
            total=sum([len(each.hits) for each in found]),
            spotlight_counts=in_spotlights,
            facets=panels.panels(query, asked.chosen, found),
            tallies=[
                sum(each.hits.intersection_cardinality(each.tallies[place]) for each in found)
                for place in range(len(query.tallies))
            ],
        )

    def suggest(self, viewer: Viewer, kind: str, text: str, most: int) -> list[FacetCount]:
        """Values whose words begin as typed, with how many members have each."""
        nothing = MemberQuery(viewer=Viewer(viewer.company_id))
        self._caught_up(nothing)
        with connection.cursor() as cursor:
            query = words.typed(cursor, text)
        values = changes.field_values([(kind, query, "")])[0] if query else []
        among = [
            part.everyone
            if viewer.member_ids is None
            else part.everyone & BitMap(part.numbers_of(viewer.member_ids).tolist())
            for part in self.parts
        ]
        return panels.suggestions(kind, values, list(zip(self.parts, among, strict=True)), most)

    def spotlights(self, query: MemberQuery) -> dict[str, BitMap]:
        """The numbers of those who stand in each Spotlight, as things were at the last search."""
        nothing_new = Prepared(None, {}, self.position)
        asked = self._asked(query, nothing_new, resolve_fields(None, *query.tallies))
        found = [find(part, asked) for part in self.parts]
        return {key: union(each.spotlights[key] for each in found) for key in SPOTLIGHTS}

    def _asked(self, query: MemberQuery, prepared: Prepared, fields: FieldValues) -> Asked:
        asked = Asked(
            query=query,
            tree=prepared.tree,
            fields=fields,
            chosen=prepared.chosen,
            known=self.facts.having,
            past_applicants=self.facts.having(PAST_APPLICANT, query.viewer.tokens),
            engaged=union([]),
            now=now(),
        )
        asked.engaged = self._engaged_with(query.viewer.company_id).since(asked.engaged_since)
        return asked

    def _engaged_with(self, company_id: int) -> Engaged:
        if company_id not in self._engaged:
            self._engaged[company_id] = Engaged(company_id, self.numbers_of)
        return self._engaged[company_id]

    def _page(self, asked: Asked, found: list[Found]) -> list[int]:
        """The members of the page asked for, in order."""
        start, end = asked.query.start, asked.query.start + asked.query.count
        scored = relevance.scored(asked.tree, asked.query.order)
        if [each.part for each in found] == [self.base]:
            first = ordering.best(self.base, found[0].hits, scored, end)[start:]
            ids = self.base.ids
            return [ids[number] for _, number in first]
        best = []
        for each in found:
            # The base's members are numbered by rank; the overlay's must all be looked at.
            most = end if each.part is self.base else len(each.hits)
            best += [
                ((score, *each.part.rank(number)), number)
                for score, number in ordering.best(each.part, each.hits, scored, most)
            ]
        best.sort(reverse=True)
        return [rank[-1] for rank, _ in best[start:end]]

    # ------------------------------------------------------------------------------ keeping up
    def _caught_up(self, query: MemberQuery) -> Prepared:
        """Take up all that a question's viewer may see; returns what its words mean."""
        while True:
            ends = self.facts.last_entries(query.viewer.tokens)
            prepared = changes.prepare(query, self.position, ends, list(self._engaged))
            self.take_up(prepared)
            if not prepared.more:
                break
        self._restless = prepared.news
        if len(self._chosen) > CHOICES:
            self._chosen.clear()
        self._chosen |= {(kind, getattr(query, kind)): ids for kind, ids in prepared.chosen.items()}
        return prepared

    def _remembered(self, query: MemberQuery) -> Prepared | None:
        """What a question means, if nothing has changed; None when PostgreSQL must say."""
        prepared = changes.remembered(query, self.position, self._chosen)
        return prepared if prepared and not fields_of(prepared.tree, *query.tallies) else None

    def take_up(self, prepared: Prepared) -> None:
        """Apply what was committed since the last search."""
        if len(prepared.changed) + len(self.overlay.everyone) > MOST_YOUNG:
            raise NoIndex("Too many members changed since the search index was built.")
        if prepared.changed:
            self._chosen.clear()  # values come and go with those who have them
            present = fetch_documents(prepared.changed)
            for member in set(prepared.changed) - {each.member_id for each in present}:
                self._forget(member)
            self._put(present)
        self.facts.take_up(prepared.facts)
        for company in {company for company, _ in prepared.engaged}:
            members = [member for other, member in prepared.engaged if other == company]
            self._engaged[company].refresh(members)
        self.position = prepared.position

    def _put(self, documents: list) -> None:
        for each in documents:
            old = self._forget(each.member_id)
            self._moved(each.member_id, old, self.overlay.put(each))
        self.overlay.learn_values()

    def _forget(self, member_id: int) -> int | None:
        """Take a member out. Returns the number that they had."""
        old = self.overlay.drop(member_id)
        if old is None and self.base:
            for number in self.base.numbers_of([member_id]).tolist():
                self.base.gone.add(number)
                old = number
        if old is not None:
            self._moved(member_id, old, None)
        return old

    def _moved(self, member_id: int, old: int | None, new: int | None) -> None:
        self.facts.moved(member_id, old, new)
        for engaged in self._engaged.values():
            engaged.moved(member_id, old, new)


def _checked(kept: Versions) -> dict[str, Any]:
    try:
        manifest = kept.manifest()
        fits = manifest["format"] == FORMAT and manifest["schema"] == document.SCHEMA_VERSION
        whole = kept.folder(manifest["version"]).is_dir()
        same = manifest["database"] == database_identity()
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise NoIndex("The search index cannot be read.") from error
    if not same:
        raise NoIndex("The search index belongs to another database.")
    if not fits or not whole:
        raise NoIndex("The search index is of an older form.")
    return manifest


def _opened(folder: Path) -> Base:
    try:
        files.check_sums(folder)
        return Base(folder)
    except (OSError, ValueError, EOFError, LookupError, TypeError) as error:
        raise Damaged(DAMAGED) from error


def _few_enough() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM recruiter_memberdocument LIMIT %s) AS enough",
            [MOST_YOUNG + 1],
        )
        if cursor.fetchone()[0] > MOST_YOUNG:
            raise NoIndex("The search index is not built yet.")

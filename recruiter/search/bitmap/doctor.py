"""Compare an index with the database, and name each difference.

Two looks. `members` goes through everything that the index holds of some members or of all: words,
places, values, flags, times, facts. `recount` asks both engines the same questions, for several
viewers, and compares every number of the answers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from recruiter.models import FacetValue, VisibilityToken
from recruiter.models.footprint import Fact
from recruiter.search import FACETS, SPOTLIGHTS
from recruiter.search.bitmap.base import Base
from recruiter.search.bitmap.changes import prepare
from recruiter.search.bitmap.engine import BitmapIndex
from recruiter.search.bitmap.live import LiveIndex
from recruiter.search.bitmap.overlay import Document, fetch_documents
from recruiter.search.port import MemberIndex, MemberQuery, SearchPage, Viewer
from recruiter.search.sql import SqlIndex

CHUNK = 2_000
PAGE = 50  # members whose order is compared
VIEWERS = 3


@dataclass(frozen=True)
class Difference:
    """What the index says otherwise than the database."""

    of: str
    what: str
    index: object
    database: object

    def __str__(self) -> str:
        return f"{self.of}: {self.what}: index {self.index!r}, database {self.database!r}"


# -------------------------------------------------------------------------------------- members
def members(engine: BitmapIndex, every: int = 1) -> Iterator[Difference]:
    """Compare members one by one.

    Args:
        every: look at every so manieth member; who is there at all is compared for everybody.
    """
    live = _caught_up(engine)
    there = {member for part in live.parts for member in _members_of(live, part)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT member_id FROM recruiter_memberdocument ORDER BY member_id")
        known = [member for (member,) in cursor.fetchall()]
    for member in sorted(there.symmetric_difference(known)):
        yield Difference(f"member {member}", "is there", member in there, member not in there)
    kinds = dict(FacetValue.objects.values_list("pk", "kind"))
    some = known[::every]
    for first in range(0, len(some), CHUNK):
        for document in fetch_documents(some[first : first + CHUNK]):
            if document.member_id in there:
                yield from _compared(live, document, kinds)


def _members_of(live: LiveIndex, part: object) -> Iterator[int]:
    if part is live.base:
        for number in live.base.everyone:
            yield int(live.base.members[number])
    else:
        yield from (each.member_id for each in live.overlay.documents.values())


def _caught_up(engine: BitmapIndex) -> LiveIndex:
    """The open index with all that is committed now."""
    live = engine.live()
    nobody = MemberQuery(viewer=Viewer(company_id=0))
    live.take_up(prepare(nobody, live.position, [], []))
    return live


def _compared(live: LiveIndex, document: Document, kinds: dict[int, str]) -> Iterator[Difference]:
    """Each fact of one member's document, looked up in the index."""
    numbers = live.overlay.numbers_of([document.member_id])
    part = live.overlay if len(numbers) else live.base
    number = int((numbers if len(numbers) else live.base.numbers_of([document.member_id]))[0])
    name = f"member {document.member_id}"
    if part.rank(number) != document.rank:
        yield Difference(name, "rank", part.rank(number), document.rank)
    for word, places in document.words.items():
        best = min(tier for _, tier in places)
        *tiers, somewhere = (number in tier for tier in part.standing(word, False))
        if not somewhere or tiers != [best == tier for tier in range(3)]:
            yield Difference(name, f"word {word!r}", [*tiers, somewhere], best)
    if isinstance(part, Base) and part.values_of(number) != set(document.facets):
        yield Difference(name, "row", part.values_of(number), set(document.facets))
    yield from _flags_compared(part, number, document, kinds)


def _flags_compared(
    part: object, number: int, document: Document, kinds: dict[int, str]
) -> Iterator[Difference]:
    name = f"member {document.member_id}"
    for value in document.facets:
        if number not in part.having(kinds[value], [value]):
            yield Difference(name, f"{kinds[value]} {value}", False, True)
    for flag, said in (("works_at", document.works_at), ("connected_to", document.connected_to)):
        for company in said:
            if number not in part.flagged(flag, company):
                yield Difference(name, f"{flag} {company}", False, True)
    for flag in ("open_publicly", "open_privately"):
        if (number in part.flagged(flag)) != getattr(document, flag):
            yield Difference(name, flag, number in part.flagged(flag), getattr(document, flag))


def facts(engine: BitmapIndex) -> Iterator[Difference]:
    """Compare the facts of every token in force with the footprints, member by member."""
    live = _caught_up(engine)
    for token in VisibilityToken.objects.filter(in_force=True):
        viewer = Viewer(company_id=token.company_id, tokens=(token.pk,))
        live.search(MemberQuery(viewer=viewer, count=0))
        truth = {
            Fact.IN_ATS: set(token.footprints.values_list("member_id", flat=True)),
            Fact.PAST_APPLICANT: set(
                token.footprints.filter(past_applicant=True).values_list("member_id", flat=True)
            ),
        }
        for fact, expected in truth.items():
            held = set(live.facts.members_having(fact, token.pk))
            for member in sorted(held ^ expected):
                what = f"{fact.value} under token {token.pk}"
                yield Difference(f"member {member}", what, member in held, member in expected)


# -------------------------------------------------------------------------------------- recount
def recount(
    engine: MemberIndex, questions: int, seed: int, viewer: Viewer | None = None
) -> Iterator[Difference]:
    """Ask both engines random questions; name each number that differs.

    Args:
        viewer: who asks; by default several viewers of several companies.
    """
    dice = random.Random(seed)  # noqa: S311 - wants to be repeatable, not secret
    viewers = [viewer] if viewer else _viewers()
    oracle = SqlIndex()
    for _ in range(questions):
        asked = _question(dice, dice.choice(viewers))
        for _again in range(2):  # something may change between the two answers
            found = list(compared(asked, engine.search(asked), oracle.search(asked)))
            if not found:
                break
        yield from found


def compared(asked: MemberQuery, page: SearchPage, truth: SearchPage) -> Iterator[Difference]:
    """Every number of two answers to one question."""
    name = repr(asked)
    if page.notice:
        yield Difference(name, "answered by another engine", page.notice, "")
    if page.total != truth.total:
        yield Difference(name, "total", page.total, truth.total)
    if page.member_ids != truth.member_ids:
        yield Difference(name, "members", page.member_ids, truth.member_ids)
    for key in SPOTLIGHTS:
        if page.spotlight_counts[key] != truth.spotlight_counts[key]:
            counts = page.spotlight_counts[key], truth.spotlight_counts[key]
            yield Difference(name, f"Spotlight {key}", *counts)
    for kind in asked.panels:
        if page.facets[kind] != truth.facets[kind]:
            yield Difference(name, f"panel {kind}", page.facets[kind], truth.facets[kind])


def _viewers() -> list[Viewer]:
    """Viewers of several companies: with all tokens, with everyone's, with none."""
    found = [Viewer(company_id=0)]
    tokens = VisibilityToken.objects.filter(in_force=True).order_by("company_id", "pk")
    for company in tokens.values_list("company_id", flat=True).distinct()[:VIEWERS]:
        mine = [token for token in tokens if token.company_id == company]
        for held in (mine, [token for token in mine if token.everyone]):
            found.append(Viewer(company, tuple(token.pk for token in held)))
    return found


def _question(dice: random.Random, viewer: Viewer) -> MemberQuery:
    """A question as recruiters ask them: words of somebody's profile, a filter, a Spotlight."""
    someone = _someone(dice)
    words = dice.sample(sorted(someone.words), k=min(2, len(someone.words))) if someone else []
    texts = ("", words[0] if words else "", " ".join(words), " OR ".join(words))
    values = dice.sample(someone.facets, k=min(2, len(someone.facets))) if someone else []
    chosen: dict[str, tuple[str, ...]] = {}
    if dice.random() < 0.5:
        for value in FacetValue.objects.filter(pk__in=values):
            chosen[value.kind] = (value.label,)
    return MemberQuery(
        viewer=viewer,
        text=dice.choice(texts),
        spotlights=tuple(dice.sample(SPOTLIGHTS, k=dice.choice((0, 0, 1, 2)))),
        include_current_employees=dice.random() < 0.2,
        count=PAGE,
        panels=FACETS,
        **chosen,
    )


def _someone(dice: random.Random) -> Document | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(member_id), max(member_id) FROM recruiter_memberdocument")
        first, last = cursor.fetchone()
        if first is None:
            return None
        cursor.execute(
            "SELECT member_id FROM recruiter_memberdocument WHERE member_id >= %s"
            " ORDER BY member_id LIMIT 1",
            [dice.randint(first, last)],
        )
        return fetch_documents([cursor.fetchone()[0]])[0]

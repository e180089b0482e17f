"""How well a member fits the words of a search: one rule, the same in every engine.

Each word asked for scores by the best place at which it stands in the profile:
    10  current title, name
     4  headline
     2  skills, past titles, employers
     1  summary, schools, places, industry
and a member's score is the sum. Then the day of the last visit decides, then how complete the
profile is, then the newer member. No word counts for being rare: a recruiter who asks for two
words means both, and can check the sum by hand (`explain`). In the order RECENT there are no
scores: what decides begins with the day of the last visit.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from recruiter.search import words
from recruiter.search.port import RELEVANCE, MemberQuery

TIERS = {"A": 10, "B": 4, "C": 2, "D": 1}  # weights of a tsvector, and their points
PLACES = {
    "A": "current title or name",
    "B": "headline",
    "C": "skills, past titles or employers",
    "D": "summary, schools, places or industry",
}
MOST_WORDS = 12  # that are scored; further ones only choose


@dataclass(frozen=True)
class WordScore:
    """What one word gave a member, and where it stands best ("" when it stands nowhere)."""

    word: str
    place: str
    points: int


def scored(tree: words.Resolved | None, order: str = RELEVANCE) -> list[tuple[str, bool]]:
    """The lexemes that are scored, each with whether it is a prefix."""
    if order != RELEVANCE:
        return []
    return list(dict.fromkeys(words.wanted(tree)))[:MOST_WORDS]


def explain(query: MemberQuery, member_id: int) -> list[WordScore]:
    """Why a member stands where they stand: the points of each word, as every engine counts them.

    Two statements. A member who has no document gets no points.
    """
    with connection.cursor() as cursor:
        asked = scored(words.resolve(cursor, query))
        tiers = [(word, prefix, tier) for word, prefix in asked for tier in TIERS]
        cursor.execute(_EXPLAIN, [[words.quoted(*each) for each in tiers], member_id])
        stands = [found for (found,) in cursor.fetchall()] or [False] * len(tiers)
    best = {}
    for (word, prefix, tier), found in zip(tiers, stands, strict=True):
        if found:
            best.setdefault((word, prefix), tier)
    return [
        WordScore(word + "*" * prefix, PLACES.get(tier, ""), TIERS.get(tier, 0))
        for word, prefix in asked
        for tier in [best.get((word, prefix), "")]
    ]


_EXPLAIN = """
SELECT d.words @@ asked.query::tsquery
FROM unnest(%s::text[]) WITH ORDINALITY AS asked(query, place)
JOIN recruiter_memberdocument AS d ON d.member_id = %s
ORDER BY asked.place
"""

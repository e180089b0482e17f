"""People whom only an ATS knows, for a search: candidates without a link to a member."""

from __future__ import annotations

import re

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from ats_sync.models import Candidate, Match
from recruiter.search.port import And, Field, Node, Not, Or, Phrase, Prefix, Word
from rsc.models import Seat

_WORD = re.compile(r"\w+")
# Which parts of a record a field of the language looks in; others need a profile.
FIELDS = {
    "name": ("first_name", "last_name"),
    "title": ("current_title",),
    "company": ("current_company",),
}
EVERYWHERE = tuple(part for parts in FIELDS.values() for part in parts)


def fitting(seat: Seat, node: Node | None) -> QuerySet[Candidate]:
    """Candidates whom a seat may see and nobody's profile is linked to, the newest record first.

    Their names, title and employer hold the words as the record has them; places, skills and the
    like are unknown of them, so that a search for those finds none. Nobody is found where the
    company has not switched this on.
    """
    if not seat.contract.company.finds_ats_only:
        return Candidate.objects.none()
    linked = Match.objects.live().filter(candidate=OuterRef("pk"))
    words = _holds(node, EVERYWHERE) if node else Q()
    texts = {f"text_{part}": F(part) for part in EVERYWHERE}
    texts["text_all"] = Concat(*_spaced(EVERYWHERE))
    texts["text_name"] = Concat(*_spaced(FIELDS["name"]))
    seen = Candidate.objects.visible_to(seat).alias(**texts).filter(words)
    return seen.filter(~Exists(linked)).select_related("ats").order_by("-pk")


def _spaced(parts: tuple[str, ...]) -> list[F | Value]:
    return [each for part in parts for each in (F(part), Value(" "))]


def _holds(node: Node, parts: tuple[str, ...]) -> Q:
    """A tree of words as a condition on a record."""
    if isinstance(node, And):
        return Q(*(_holds(each, parts) for each in node.of))
    if isinstance(node, Or):
        return Q(*(_holds(each, parts) for each in node.of), _connector=Q.OR)
    if isinstance(node, Not):
        return ~_holds(node.node, parts)
    if isinstance(node, Field):
        return _holds(node.inside, FIELDS[node.kind]) if node.kind in FIELDS else Q(pk__in=[])
    return _leaf(node, parts) if isinstance(node, Word | Phrase | Prefix) else Q(pk__in=[])


def _leaf(node: Word | Phrase | Prefix, parts: tuple[str, ...]) -> Q:
    words = _WORD.findall(node.text)
    text = {EVERYWHERE: "text_all", FIELDS["name"]: "text_name"}.get(parts, f"text_{parts[0]}")
    if isinstance(node, Phrase):
        words = [r"\W+".join(words)] if words else []
    ends = [r"\M"] * len(words)
    if isinstance(node, Prefix) and ends:
        ends[-1] = ""
    return Q(
        *(Q(**{f"{text}__iregex": rf"\m{w}{end}"}) for w, end in zip(words, ends, strict=True))
    )

"""Marks the words of a search in the text of a page. Only what is shown is looked at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape  # Django's own takes lazy text, and three times as long

from django.utils.safestring import SafeString, mark_safe

from recruiter.search.port import And, Field, Node, Not, Or, Phrase, Prefix

_WORD = re.compile(r"\w+")
NOTHING = r"(?!)"  # a pattern that fits nowhere
# The fields of the language, by the part of a card in which they look.
_IN = {"title": {"title", "past_title"}, "company": {"company", "past_company"}}

Sought = tuple[tuple[str, ...], bool, str]  # words that follow each other, prefix, field or ""


def folded(text: str) -> str:
    """A text as search compares it: without case and accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


class Highlights:
    """What to mark. `marks.anywhere` marks the words asked for anywhere; `marks.title` and the
    like, those asked for in that field too."""

    def __init__(self, node: Node | None) -> None:
        self._sought = list(_sought(node))
        self.anywhere = _Marker(self._sought, {""})
        self.title = self._of("title")
        self.company = self._of("company")
        self.location = self._of("location")
        self.industry = self._of("industry")
        self.school = self._of("school")
        self.skill = self._of("skill")
        self.name = self._of("name")

    def _of(self, kind: str) -> _Marker:
        return _Marker(self._sought, {"", *_IN.get(kind, {kind})})


class _Marker:
    do_not_call_in_templates = True  # a filter calls it, with a text

    def __init__(self, sought: list[Sought], kinds: set[str]) -> None:
        mine = {(words, prefix) for words, prefix, kind in sought if kind in kinds and words}
        # The longer first, so that a phrase is marked as one.
        forms = sorted((_form(*each) for each in mine), key=len, reverse=True)
        any_of = "|".join(forms) or NOTHING
        self._fits = re.compile(rf"(?<!\w)(?:{any_of})(?!\w)")

    def __call__(self, text: str) -> SafeString:
        """The text, escaped, with each place where it fits in <mark>."""
        if not self.holds(text):
            return mark_safe(escape(text))
        marked, at = [], 0
        for start, end in self._spans(text):
            marked += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
        return mark_safe("".join([*marked, escape(text[at:])]))

    def holds(self, text: str) -> bool:
        return self._fits.search(folded(text)) is not None

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """From where to where it fits, in letters of the text as it is written."""
        found = (hit.span() for hit in self._fits.finditer(folded(text)))
        if text.isascii():  # folded has the same length
            yield from found
            return
        came_from = [place for place, letter in enumerate(text) for _ in folded(letter)]
        for start, end in found:
            yield came_from[start], (*came_from, len(text))[end]


def _form(words: tuple[str, ...], prefix: bool) -> str:
    """Words that follow each other, of which the last may only be a beginning, as a pattern."""
    return r"\W+".join(map(re.escape, words)) + (r"\w*" if prefix else "")


def _sought(node: Node | None, kind: str = "") -> Iterator[Sought]:
    """What a tree asks for; nothing of what it excludes."""
    if isinstance(node, And | Or):
        for part in node.of:
            yield from _sought(part, kind)
    elif isinstance(node, Field):
        yield from _sought(node.inside, node.kind)
    elif node is not None and not isinstance(node, Not) and hasattr(node, "text"):
        words = tuple(folded(word) for word in _WORD.findall(node.text))
        if isinstance(node, Phrase | Prefix):
            yield words, isinstance(node, Prefix), kind
        else:
            yield from (((word,), False, kind) for word in words)

"""Marks the words of a search in the text of a page. Only what is shown is looked at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape  # Django's own takes lazy text, and three times as long

from django.utils.safestring import SafeString, mark_safe

from recruiter.search.port import And, Field, Node, Not, Or, Phrase, Prefix

_WORD = re.compile(r"\w+")
# The fields of the language, by the part of a card in which they look.
_IN = {"title": {"title", "past_title"}, "company": {"company", "past_company"}}

Sought = tuple[tuple[str, ...], bool, str]  # words that follow each other, prefix, field or ""


def folded(word: str) -> str:
    """A word as search compares it: without case and accents."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
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
        mine = [(words, prefix) for words, prefix, kind in sought if kind in kinds and words]
        # By the first word, so that a text costs one look-up a word.
        self._first: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
        self._prefixes = tuple(words[0] for words, prefix in mine if prefix and len(words) == 1)
        for words, prefix in mine:
            if not (prefix and len(words) == 1):
                self._first.setdefault(words[0], []).append((words, prefix))
        self._beginnings = (*self._first, *self._prefixes)

    def __call__(self, text: str) -> SafeString:
        """The text, escaped, with each place where it fits in <mark>."""
        if not self._may_hold(text):
            return mark_safe(escape(text))
        found = [(folded(word[0]), *word.span()) for word in _WORD.finditer(text)]
        if not any(word in self._first or self._begins(word) for word, _, _ in found):
            return mark_safe(escape(text))
        marked, at, place = [], 0, 0
        while place < len(found):
            length = self._fitting([word for word, _, _ in found[place : place + 12]])
            if length:
                start, end = found[place][1], found[place + length - 1][2]
                marked += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
                at = end
            place += length or 1
        return mark_safe("".join([*marked, escape(text[at:])]))

    def holds(self, text: str) -> bool:
        return self._may_hold(text) and "<mark>" in self(text)

    def _may_hold(self, text: str) -> bool:
        """A quick look: whether one of the words is anywhere in the text, if only within another.

        Letters with accents are only compared word by word.
        """
        if not text.isascii():
            return bool(self._beginnings)
        text = text.lower()
        return any(beginning in text for beginning in self._beginnings)

    def _begins(self, word: str) -> bool:
        return bool(self._prefixes) and word.startswith(self._prefixes)

    def _fitting(self, ahead: list[str]) -> int:
        """How many of the next words fit."""
        if self._begins(ahead[0]):
            return 1
        fitting = (
            len(words)
            for words, prefix in self._first.get(ahead[0], ())
            if _follow(words, prefix, ahead)
        )
        return max(fitting, default=0)


def _follow(words: tuple[str, ...], prefix: bool, ahead: list[str]) -> bool:
    if len(ahead) < len(words):
        return False
    *whole, last = zip(words, ahead, strict=False)
    ends = last[1].startswith(last[0]) if prefix else last[0] == last[1]
    return ends and all(word == there for word, there in whole)


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

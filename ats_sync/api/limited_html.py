"""Descriptions of requisitions: a few tags, and nothing that acts (contract.md 5.2)."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

ALLOWED = frozenset({"b", "strong", "u", "i", "br", "p", "ul", "li"})
# Elements whose content is no text for people.
_UNREAD = frozenset({"script", "style", "template", "title", "iframe", "noscript", "textarea"})


def clean(text: str) -> str:
    """The text with the allowed tags, without attributes; other tags go and their text stays."""
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    return "".join(cleaner.kept) + "".join(f"</{tag}>" for tag in reversed(cleaner.open))


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []
        self.open: list[str] = []
        self._unread = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unread:
            return
        if tag in _UNREAD:
            self._unread = tag
        elif tag in ALLOWED:
            self.kept.append(f"<{tag}>")
            if tag != "br":
                self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unread:
            self._unread = ""
        if self._unread or tag not in self.open:
            return
        while (inner := self.open.pop()) != tag:
            self.kept.append(f"</{inner}>")
        self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.kept.append(escape(data, quote=False))

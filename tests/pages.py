"""A page's text as a reader meets it."""

from __future__ import annotations

import html
import re

from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    """The visible words of an HTML answer, with single spaces."""
    page = re.sub(r"(?s)<(head|script)\b.*?</\1>", " ", response.content.decode())
    spaced = re.sub(
        r"</?(?:p|li|ul|ol|div|h\d|section|dt|dd|summary|details|tr|td|th|a)\b[^>]*>", " ", page
    )
    words = html.unescape(re.sub(r"<[^>]+>", "", spaced))
    return re.sub(r"\s+", " ", words).strip()


def parts_in_order(text: str, *parts: str) -> bool:
    """Whether the parts stand in a text one after another."""
    place = 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True

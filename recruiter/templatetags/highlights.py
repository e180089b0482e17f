"""Words of a search, marked in a text."""

from __future__ import annotations

from collections.abc import Callable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

register = template.Library()


@register.filter(is_safe=True)
def marked(text: str, marker: Callable[[str], SafeString] | None) -> SafeString:
    """`{{ position.title|marked:marks.title }}`; without a marker, the text."""
    return marker(text) if callable(marker) else escape(text)

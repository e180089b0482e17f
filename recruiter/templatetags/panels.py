"""The values of facets. The frequent ones stand beside every search, so each is drawn once a
process, and then only its count is filled in."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from recruiter.panels import Line
from recruiter.templatetags.figures import rounded

register = template.Library()
DRAWN = 4_000  # values kept, about 1 kB each
COUNT = "\0"  # no value holds it


@register.simple_tag
def facet_value(kind: str, line: Line) -> SafeString:
    """One value of a facet that can be ticked, must be had or must not."""
    before, after = _drawn(kind, replace(line, count=0))
    return mark_safe(f"{before}{rounded(line.count)}{after}")


@lru_cache(maxsize=DRAWN)
def _drawn(kind: str, line: Line) -> tuple[str, str]:
    """What stands before and behind the count."""
    context = {"name": kind, "line": line, "count": COUNT}
    before, _, after = render_to_string("recruiter/_facet.html#value", context).partition(COUNT)
    return before, after

"""Figures and dates as recruiters read them."""

from __future__ import annotations

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma

register = template.Library()
MILLION = 1_000_000


@register.filter
def rounded(number: int) -> str:
    """Exact up to a million; above it, cut: 6.8M+, 49M+."""
    if number <= MILLION:
        return intcomma(number)
    tenths = number * 10 // MILLION
    shown = tenths // 10 if tenths >= 100 or tenths % 10 == 0 else tenths / 10
    return f"{shown}M+"


@register.filter
def years(entry: object) -> str:
    """The years of a position or an education, as far as they are known."""
    started, ended = entry.started_on[:4], entry.ended_on[:4]
    if not started:
        return ended
    now = "Present" if getattr(entry, "current", False) else ""
    end = ended or now
    return started if end in ("", started) else f"{started} \N{EN DASH} {end}"

"""Dates as members give them (a year, a month or a day), in words."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils import dateformat

register = template.Library()
FORMATS = {1: "Y", 2: "F Y", 3: "F j, Y"}


@register.filter
def partial_date(text: str) -> str:
    """`2018` stays, `2018-03` is March 2018, `2018-03-05` is March 5, 2018."""
    parts = [int(part) for part in text.split("-") if part.isdigit()]
    if not parts:
        return ""
    try:
        day = date(*[*parts, 1, 1][:3])
    except ValueError:  # the 31st of June: no calendar has it, so show what was written
        return text
    return dateformat.format(day, FORMATS[min(len(parts), 3)])


@register.filter
def period(entry: object) -> str:
    """From when to when a position or an education lasted, as far as that is known."""
    ended = partial_date(entry.ended_on)
    if not entry.started_on:
        return ended
    end = ended or ("Present" if getattr(entry, "current", False) else "")
    dash = " \N{EN DASH} "
    return dash.join(part for part in (partial_date(entry.started_on), end) if part)

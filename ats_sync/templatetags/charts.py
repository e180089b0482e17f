"""Charts that the server draws: bars by day, read out as a sentence, with a table below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template

register = template.Library()

HEIGHT = 80
BAR, GAP = 16, 6


@register.inclusion_tag("ats_sync/_bars.html")
def bars(label: str, days: Sequence[date], by_day: Sequence[dict[str, int]], id: str) -> dict:
    """Stored and refused records of each day as stacked bars.

    Args:
        label: of what.
        days: of the bars.
        by_day: for each day its numbers, with `stored`, `stale` and `rejected`.
        id: unique on the page, for the names that screen readers need.
    """
    parts = ("stored", "stale", "rejected")
    most = max([sum(one[part] for part in parts) for one in by_day], default=0)
    columns = []
    for place, (day, one) in enumerate(zip(days, by_day, strict=True)):
        top, x = HEIGHT, place * (BAR + GAP)
        pieces: list[dict[str, Any]] = []
        for part in parts:
            height = round(one[part] / most * HEIGHT, 1) if most else 0
            top = round(top - height, 1)
            pieces.append({"part": part, "x": x, "y": top, "height": height})
        columns.append({"day": day, "pieces": [one for one in pieces if one["height"]]})
    return {
        "label": label,
        "id": id,
        "columns": columns,
        "most": most,
        "bar": BAR,
        "height": HEIGHT,
        "width": len(columns) * (BAR + GAP),
        "sum": {part: sum(one[part] for one in by_day) for part in parts},
    }

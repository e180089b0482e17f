"""The page “Health” of one ATS."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest, HttpResponse

from ats_sync import health
from ats_sync.admin.ats_pages import AtsPages


class HealthPages(AtsPages):
    pages: ClassVar = {"health": "health_page"}

    def health_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What arrives and what leaves, by day; and what is wrong now."""
        ats = self._ats(request, pk)
        found = health.health_of(ats)
        tables = [
            (series, list(zip(found.days, series.by_day, strict=True))) for series in found.series
        ]
        context = {"health": found, "tables": tables, "title": f"Health of {ats}"}
        return self._page(request, ats, "health", **context)

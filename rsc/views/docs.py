"""Public pages for those who run the server, and about what it answers. They name nobody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from rsc import handbook, vitals

PAGES = ("production", "complaints")


@require_safe
def docs(request: HttpRequest, page: str = "production") -> HttpResponse:
    """One page; the first is for operators."""
    if page not in PAGES:
        raise Http404
    context = {"place": page, "exports": reverse("ats:exports")}
    if page == "production":
        context |= {
            "knobs": handbook.knobs(),
            "commands": handbook.commands(),
            "gauges": vitals.gauges().items(),
        }
    return render(request, f"docs/{page}.html", context)

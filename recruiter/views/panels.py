"""What comes to the search page after it is there: panels that are opened, values to choose."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from recruiter import facets, filters, panels, places, search, team_facets
from recruiter.filters import Choice
from recruiter.search import FACETS, Viewer
from recruiter.search.viewer import viewer_of
from rsc.pages import wants_part
from rsc.seats import SeatRequest, seat_required


@require_safe
@seat_required()
def search_panel(request: SeatRequest, kind: str) -> HttpResponse:
    """One panel. Without htmx: the page, with that panel open."""
    choice, viewer = asked(request)
    choice = choice.opening(_known(kind))
    if not wants_part(request):
        return redirect(f"{choice.url}{'&' if choice.parameters else '?'}panel={kind}")
    query = replace(choice.query(viewer), count=0, panels=(kind,) if kind in FACETS else ())
    found = search.index().search(query)
    context = {
        "panel": panels.panel(kind, choice, found, viewer),
        "choice": choice,
        "radii": places.RADII,
    }
    return render(request, "recruiter/_facet.html", context)


@require_safe
@seat_required()
def search_suggest(request: SeatRequest, kind: str) -> HttpResponse:
    """What somebody may mean who types into a panel's box."""
    text = request.GET.get(_known(kind) + facets.TEXT, "")
    lines = panels.suggestions(kind, text, viewer_of(request.seat))
    return render(request, "recruiter/_facet.html#suggestions", {"lines": lines})


def asked(request: SeatRequest) -> tuple[Choice, Viewer]:
    """What a search's address asks for, as the seat reads it, and who asks."""
    choice = filters.read(request.GET)
    named = team_facets.labels(request.seat, choice.facets)
    return replace(choice, labels=named), viewer_of(request.seat)


def _known(kind: str) -> str:
    if kind not in (*facets.LABELS, *team_facets.ALL):
        raise Http404
    return kind

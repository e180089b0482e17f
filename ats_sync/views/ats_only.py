"""Below the results of a search: people whom only an ATS knows."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from ats_sync import ats_only
from recruiter import filters
from rsc.pages import render_part
from rsc.seats import SeatRequest, seat_required

SHOWN = 10
MOST = 100


@require_safe
@seat_required()
def ats_only_people(request: SeatRequest) -> HttpResponse:
    """Candidates who fit the words in the address and have no profile here; with `all`, more."""
    reading = filters.read(request.GET).reading
    most = MOST if request.GET.get("all") else SHOWN
    found = list(ats_only.fitting(request.seat, reading.node)[: most + 1])
    context = {
        "candidates": found[:most],
        "more": len(found) > most,
        "text": reading.text,
        "whole": most == MOST,
    }
    return render_part(request, "ats_sync/ats_only.html", "people", context)

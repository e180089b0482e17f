"""Which of one's seats is at work."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rsc.seats import SESSION_KEY, SeatRequest, seat_required


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def seats(request: SeatRequest) -> HttpResponse:
    """Choose among one's seats; what is seen and done from now on belongs to that contract."""
    if request.method != "POST":
        return render(request, "recruiter/seats.html")
    asked = request.POST.get("seat")
    chosen = next((seat for seat in request.seats if str(seat.pk) == asked), None)
    if chosen is None:
        raise Http404
    request.session[SESSION_KEY] = chosen.pk
    return redirect("recruiter:home")

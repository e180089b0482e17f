"""Which of one's seats is at work."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rsc.seats import SESSION_KEY, SeatRequest, seat_required, seats_of


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def seats(request: SeatRequest) -> HttpResponse:
    """Choose among one's seats; what is seen and done from now on belongs to that contract."""
    own = seats_of(request.user)
    if request.method != "POST":
        return render(request, "recruiter/seats.html", {"seats": own})
    chosen = next((seat for seat in own if str(seat.pk) == request.POST.get("seat")), None)
    if chosen is None:
        raise Http404
    request.session[SESSION_KEY] = chosen.pk
    return redirect("recruiter:home")

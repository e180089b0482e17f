"""The pop-up on our own origin where a person says who they are, and the frame gets a ticket."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ats_sync import seat_mapping
from rsc.models import Seat
from rsc.seats import seats_of
from widget.admission import NotAdmitted, admit
from widget.tickets import LIFE, Visit, issue

MARK = "widget_sign_in_began"
AGREED = "widget_agreed"  # in the session: for which page of which ATS, and on which seat
OPENER_POLICY = "Cross-Origin-Opener-Policy"


class KeepOpenerMiddleware:
    """Lets the sign-in pages keep the window that opened them, while a pop-up waits.

    Our pages cut the tie to a foreign opener (Cross-Origin-Opener-Policy). The pop-up needs the
    tie to hand over its ticket, and one page on the way that cuts it would be enough. So the
    account pages leave it, only in a session in which the pop-up began, and only for a while.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/accounts/"):
            began = request.session.get(MARK, 0)
            if time.time() - began < LIFE.total_seconds():
                response[OPENER_POLICY] = "unsafe-none"
        return response


def keep_opener(request: HttpRequest, *, waiting: bool = True) -> None:
    """Note in the session that a pop-up waits for a sign-in, or that it waits no longer."""
    if waiting:
        request.session[MARK] = int(time.time())
    else:
        request.session.pop(MARK, None)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, choose a contract where there are several, and hand a ticket to the frame.

    Whoever agreed once is not asked again for that page until they sign out, or press “Change
    contract”, which asks with `choose`.

    Only a page of ours can be the opener that receives it: the script sends to our own origin.
    The origin in the query is the host page's; it is bound into the ticket if it is listed.
    """
    response = _answer(request)
    response[OPENER_POLICY] = "unsafe-none"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    origin = asked.get("origin", "")
    try:
        admission = admit(asked.get("api_key", ""), asked.get("integration_context", ""))
    except NotAdmitted:
        return render(request, "widget/refused.html", status=403)
    if origin not in admission.origins:
        return render(request, "widget/refused.html", status=403)
    if not request.user.is_authenticated:
        keep_opener(request)
        return redirect_to_login(request.get_full_path())
    keep_opener(request, waiting=False)
    seats = [seat for seat in seats_of(request.user) if seat.company_id == admission.ats.company_id]
    context = {"seats": seats, "ats": admission.ats, "origin": origin}
    seat = _chosen(request, seats, f"{admission.ats.pk} {origin}")
    if seat is not None:
        seat_mapping.map_by_sign_in(admission.ats, seat.user)
        context["ticket"] = issue(Visit(seat, admission.ats, origin))
    return render(request, "widget/sign_in.html", context)


def _chosen(request: HttpRequest, seats: list[Seat], page: str) -> Seat | None:
    """The seat that the person continues on, now or as agreed before for this page."""
    agreed = request.session.get(AGREED, {})
    wanted = request.POST.get("seat", "" if "choose" in request.GET else agreed.get(page, ""))
    found = next((seat for seat in seats if str(seat.pk) == wanted), None)
    if found and agreed.get(page) != wanted:
        request.session[AGREED] = agreed | {page: wanted}
    return found

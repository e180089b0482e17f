"""Preview: an administrator looks at recruiter pages as a seat sees them, and changes nothing.

* Only reading: any other method is refused with a page that says so.
* Nothing is left behind: each page runs in a transaction that is taken back, so looking counts no
  view, marks no message as read, and keeps no search. This holds for pages not yet written.
* Not everything is shown: words that a seat keeps for itself stay its own. Private notes and
  reminders are absent and the text of messages is withheld, by `Seat.previewed` at the doors.
* It ends by a button, after half an hour, on signing out, or when a right or the seat goes.
* Start, end and each page are audited.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRefresh

from rsc import audit
from rsc.models import Seat

SESSION_KEY = "preview"
LASTS = timedelta(minutes=30)
RIGHT = "rsc.change_seat"
# Below these stand all pages that are seen with a seat; a house test holds them to it.
PLACES = ("/talent/", "/ats/")
SAFE = ("GET", "HEAD", "OPTIONS")


def may_preview(request: HttpRequest) -> bool:
    """Who may change a seat may look through it."""
    return request.user.is_active and request.user.is_staff and request.user.has_perm(RIGHT)


def start(request: HttpRequest, seat: Seat) -> None:
    """Look through a seat from now on, in this session only."""
    ends_at = time.time() + LASTS.total_seconds()
    request.session[SESSION_KEY] = {"seat": seat.pk, "ends_at": ends_at}
    audit.record("preview.started", str(seat.urn), actor=request.user)


def stop(request: HttpRequest) -> None:
    """Be oneself again."""
    begun = request.session.pop(SESSION_KEY, None)
    if begun:
        seat = Seat(pk=begun["seat"])
        audit.record("preview.stopped", str(seat.urn), actor=request.user)


def seat_of(request: HttpRequest) -> Seat | None:
    """The seat that this session looks through; None without one, or when its time is over."""
    begun = request.session.get(SESSION_KEY)
    if not begun:
        return None
    seat = None
    if begun["ends_at"] > time.time() and may_preview(request):
        rows = Seat.objects.active().select_related("contract__company", "user")
        seat = rows.filter(pk=begun["seat"]).first()
    if seat is None:
        stop(request)
        return None
    seat.previewed = True
    return seat


class PreviewMiddleware:
    """Puts the previewed seat in place of one's own. Comes after SeatMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.preview = None
        if request.path == "/" or request.path.startswith(PLACES):
            request.preview = seat_of(request)
        if request.preview is None:
            return self.get_response(request)
        request.seats, request.seat = [request.preview], request.preview
        response = self._answer(request)
        add_never_cache_headers(response)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        verb = "preview.looked" if request.method in SAFE else "preview.refused"
        audit.record(verb, str(request.preview.urn), actor=request.user, **_page(request))
        if request.method not in SAFE:
            return _refusal(request)
        with transaction.atomic():
            response = self.get_response(request)
            transaction.set_rollback(True)
        return response


def _refusal(request: HttpRequest) -> HttpResponse:
    """A page that says why; where a part was asked for, the page it belongs to once more."""
    if not request.htmx:
        return render(request, "preview_refused.html", status=403)
    messages.warning(request, "Nothing was changed: a preview only reads.")
    return HttpResponseClientRefresh()


def _page(request: HttpRequest) -> dict[str, Any]:
    """Which page it is and about what, by ids; a signed link is not kept, for it opens doors."""
    try:
        match = resolve(request.path)
    except Resolver404:
        return {}
    about = {name: str(value) for name, value in match.kwargs.items() if name != "token"}
    return {"page": match.view_name, "about": about}

"""Which seat is at work: `request.seat`, `@seat_required`, and changing contract."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from rsc.models import Seat, User
from rsc.written import written_once

SESSION_KEY = "seat_id"
View = Callable[..., HttpResponseBase]


class SeatRequest(HttpRequest):
    """A request whose user works on a seat (for type checkers)."""

    user: User
    seats: list[Seat]
    seat: Seat


def seats_of(user: User) -> list[Seat]:
    """The user's active seats, oldest first; nobody has none."""
    if not user.is_authenticated:
        return []
    return _seats(user.pk)


@written_once
def _seats(user_id: int) -> QuerySet[Seat]:
    active = Seat.objects.active().filter(user=user_id)
    return active.select_related("contract__company", "user").order_by("id")


def chosen_seat(request: HttpRequest) -> Seat | None:
    """Of `request.seats` the one chosen in this session, else the first; None without any."""
    chosen = request.session.get(SESSION_KEY)
    first = request.seats[0] if request.seats else None
    return next((seat for seat in request.seats if seat.id == chosen), first)


class SeatMiddleware:
    """Gives each request lazy `seats` and `seat`, so that pages without them pay no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.seats = SimpleLazyObject(lambda: seats_of(request.user))
        request.seat = SimpleLazyObject(lambda: chosen_seat(request))
        return self.get_response(request)


def seat_required(*roles: str) -> Callable[[View], View]:
    """Let only people with an active seat in; with roles given, only those roles.

    Without a session the visitor is sent to sign in. Without a seat, or with another role, the
    answer is a page that says why and who can change it (403).
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: SeatRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.seat:
                return render(request, "no_seat.html", status=403)
            if roles and request.seat.role not in roles:
                return render(request, "no_seat.html", {"roles": roles}, status=403)
            return view(request, *args, **kwargs)

        return guarded

    return decorate

"""Who is looking: a short-lived signed ticket, because a cookie does not reach the frame.

Browsers keep third-party cookies from frames, so a person signs in once in a pop-up on our
own origin, and the pop-up hands this ticket to the frame. The frame keeps it in memory.
"""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from ats_sync.models import Ats
from rsc.models import Seat
from widget.admission import origins_of

LIFE = timedelta(minutes=15)
SALT = "widget.ticket"
SCHEME = "Ticket "


class TicketRefused(Exception):
    """The ticket is missing, forged, too old, or no longer true. Signing in again helps."""


@dataclass(frozen=True)
class Visit:
    """A seat that looks at one ATS's widget, on a page of one origin."""

    seat: Seat
    ats: Ats
    origin: str


class VisitRequest(HttpRequest):
    """A request that came with a good ticket (for type checkers)."""

    visit: Visit


def issue(seat: Seat, ats: Ats, origin: str) -> str:
    """Sign a ticket. It names rows only, so that a seat taken away ends it at once."""
    return signing.dumps({"seat": seat.pk, "ats": ats.pk, "origin": origin}, salt=SALT)


def read(ticket: str) -> Visit:
    """Check a ticket against what is true now.

    Raises:
        TicketRefused: see there.
    """
    try:
        said = signing.loads(ticket, salt=SALT, max_age=LIFE)
    except signing.BadSignature as error:  # also raised when it is too old
        raise TicketRefused from error
    seat = (
        Seat.objects.active()
        .filter(pk=said["seat"], user__is_active=True)
        .select_related("contract__company", "user")
        .first()
    )
    ats = Ats.objects.select_related("application", "company").filter(pk=said["ats"]).first()
    if seat is None or ats is None or seat.company_id != ats.company_id:
        raise TicketRefused
    if said["origin"] not in origins_of(ats.application):
        raise TicketRefused
    return Visit(seat, ats, said["origin"])


def ticket_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only requests with a good ticket in; others get the sign-in panel (401).

    The session is never asked. That is why no CSRF token is wanted: a foreign page cannot make
    a browser send the ticket.
    """

    @csrf_exempt
    @never_cache
    @functools.wraps(view)
    def guarded(request: VisitRequest, *args: object, **kwargs: object) -> HttpResponse:
        ticket = request.headers.get("Authorization", "")
        try:
            if not ticket.startswith(SCHEME):
                raise TicketRefused
            request.visit = read(ticket.removeprefix(SCHEME))
        except TicketRefused:
            return render(request, "widget/frame.html#signed_out", {"ended": True}, status=401)
        with timezone.override(zoneinfo.ZoneInfo(request.visit.seat.user.time_zone)):
            return view(request, *args, **kwargs)

    return guarded

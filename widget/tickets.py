"""Who is looking: a short-lived signed ticket, because a cookie does not reach the frame.

Browsers keep third-party cookies from frames, so a person signs in once in a pop-up on our
own origin, and the pop-up hands this ticket to the frame; or the ATS vouches for them (see
vouchers.py). The frame keeps the ticket in memory. While somebody works in the frame, answers
bring a younger one along, for a working day at most.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest

from ats_sync.models import Ats
from rsc.models import Seat
from rsc.written import written_once
from widget.admission import origins_of

LIFE = timedelta(minutes=15)
RENEWED_AFTER = timedelta(minutes=5)
LONGEST = timedelta(hours=8)  # from the sign-in, however often it is renewed
SALT = "widget.ticket"


class TicketRefused(Exception):
    """The ticket is missing, forged, too old, or no longer true. Signing in again helps."""


@dataclass(frozen=True)
class Visit:
    """A seat that looks at one ATS's widget, on a page of one origin.

    Attributes:
        candidate: the only record that it may ask about, by the ATS's id; empty: any.
        since: when the person signed in, and `issued` when this ticket was made (epoch seconds).
    """

    seat: Seat
    ats: Ats
    origin: str
    candidate: str = ""
    since: int = field(default_factory=lambda: int(time.time()))
    issued: int = 0

    @property
    def wants_renewal(self) -> bool:
        """Whether the answer should bring a younger ticket."""
        now = time.time()
        young = now - self.issued < RENEWED_AFTER.total_seconds()
        return not young and now - self.since < LONGEST.total_seconds()


class VisitRequest(HttpRequest):
    """A request that came with a good ticket (for type checkers)."""

    visit: Visit


def issue(visit: Visit) -> str:
    """Sign a ticket. It names rows only, so that a seat taken away ends it at once."""
    said = {
        "seat": visit.seat.pk,
        "ats": visit.ats.pk,
        "origin": visit.origin,
        "candidate": visit.candidate,
        "since": visit.since,
        "issued": int(time.time()),
    }
    return signing.dumps(said, salt=SALT)


def read(ticket: str) -> Visit:
    """Check a ticket against what is true now.

    Raises:
        TicketRefused: see there.
    """
    try:
        said = signing.loads(ticket, salt=SALT, max_age=LIFE)
    except signing.BadSignature as error:  # also raised when it is too old
        raise TicketRefused from error
    seats, atss = _seats(said.pop("seat")), _atss(said.pop("ats"))
    if not seats or not atss or seats[0].company_id != atss[0].company_id:
        raise TicketRefused
    (seat,), (ats,) = seats, atss
    ats.company = seat.contract.company
    if said["origin"] not in origins_of(ats.application):
        raise TicketRefused
    return Visit(seat, ats, **said)


@written_once
def _seats(seat_id: int) -> QuerySet[Seat]:
    able = Seat.objects.active().filter(pk=seat_id, user__is_active=True)
    return able.select_related("contract__company", "user")


@written_once
def _atss(ats_id: int) -> QuerySet[Ats]:
    return Ats.objects.filter(pk=ats_id).select_related("application")

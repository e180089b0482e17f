"""What a seat's answers depend on."""

from __future__ import annotations

from django.db.models import QuerySet

from recruiter.models import Member, VisibilityToken
from recruiter.search.port import Viewer
from rsc.models import Seat
from rsc.written import written_once


def viewer_of(seat: Seat) -> Viewer:
    """Who is asking, as the search port wants it. One query; two for a hiring manager."""
    members = None
    if seat.role == Seat.Role.HIRING_MANAGER:
        members = tuple(Member.objects.visible_to(seat).order_by("pk").values_list("pk", flat=True))
    return Viewer(seat.company_id, tuple(_tokens(seat)), members, seat)


@written_once
def _tokens(seat: Seat) -> QuerySet[VisibilityToken, int]:
    return VisibilityToken.objects.held_by(seat).order_by("pk").values_list("pk", flat=True)

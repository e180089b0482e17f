"""What a seat's answers depend on."""

from __future__ import annotations

from recruiter.models import Member, VisibilityToken
from recruiter.search.port import Viewer
from rsc.models import Seat


def viewer_of(seat: Seat) -> Viewer:
    """Who is asking, as the search port wants it. One query; two for a hiring manager."""
    tokens = VisibilityToken.objects.held_by(seat).order_by("pk").values_list("pk", flat=True)
    members = None
    if seat.role == Seat.Role.HIRING_MANAGER:
        members = tuple(Member.objects.visible_to(seat).order_by("pk").values_list("pk", flat=True))
    return Viewer(seat.company_id, tuple(tokens), members, seat)

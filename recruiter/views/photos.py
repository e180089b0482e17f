"""A member's photo, for those who may see the member."""

from __future__ import annotations

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from recruiter.models import Member
from rsc.seats import SeatRequest, seat_required


@require_safe
@seat_required()
def photo(request: SeatRequest, public_id: str) -> FileResponse:
    seen = Member.objects.visible_to(request.seat).exclude(photo="")
    return picture(get_object_or_404(seen, public_id=public_id))


def picture(member: Member) -> FileResponse:
    """The photo; its name is random and new with each photo, so the browser may keep it."""
    response = FileResponse(member.photo.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    return response

"""Resumes and other files that ATSs sent of a member."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from ats_sync import attachments, standing
from ats_sync.models import Attachment, Match
from ats_sync.views.panels import member_for
from recruiter.models import Member
from rsc.files import hand_out
from rsc.pages import wants_part
from rsc.seats import SeatRequest, seat_required


@require_safe
@seat_required()
def files(request: SeatRequest, public_id: str) -> HttpResponse:
    """The ATS's part of the Attachments tab: each file with the beginning of its text."""
    member = member_for(request, public_id)
    context = {
        "member": member,
        "files": attachments.of_member(standing.know(request.seat, member)),
        "page": "ats_sync/_resumes.html",
    }
    template = context["page"] if wants_part(request) else "ats_sync/panel.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@seat_required()
def file(request: SeatRequest, pk: int) -> HttpResponseBase:
    """The file itself, to keep; a browser never runs what an ATS sent."""
    seen = Attachment.objects.visible_to(request.seat).defer("text")
    kept = get_object_or_404(seen.select_related("application"), pk=pk)
    candidate = kept.candidate_id or kept.application.candidate_id
    live = Match.objects.live().filter(candidate=candidate)
    if not live.filter(member__in=Member.objects.visible_to(request.seat).values("pk")).exists():
        raise Http404
    return hand_out(kept.file, kept.name)

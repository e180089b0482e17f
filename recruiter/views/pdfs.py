"""Save to PDF: ask for it, watch it being written, take it."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from recruiter import pdf, people
from recruiter.models import ProfilePdf
from recruiter.views.chosen import ask, way_back
from rsc.files import hand_out
from rsc.pages import leave_dialog, next_path, render_part
from rsc.seats import SeatRequest, seat_required


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def pdf_people(request: SeatRequest) -> HttpResponse:
    """Have the profiles of everybody chosen put on paper."""
    members = people.chosen(request, request.seat)
    if not members or request.method != "POST":
        return ask(request, "pdf", "Save to PDF", members)
    wanted = pdf.ask(request.seat, members)
    state = reverse("recruiter:pdf", args=[wanted.pk], query={"next": way_back(request, members)})
    return leave_dialog(request, state)


@require_safe
@seat_required()
def pdf_page(request: SeatRequest, pk: int) -> HttpResponse:
    """How far a PDF is; while it is written, htmx asks again."""
    wanted = get_object_or_404(ProfilePdf.objects.visible_to(request.seat), pk=pk)
    context = {
        "pdf": wanted,
        "open": pdf.open_to(request.seat, wanted),
        "over": wanted.expires_at <= timezone.now(),
        "next": next_path(request, reverse("recruiter:home")),
    }
    return render_part(request, "recruiter/desk/pdf_state.html", "state", context)


@require_safe
@seat_required()
def pdf_file(request: SeatRequest, pk: int) -> HttpResponseBase:
    """The file, for the seat that asked, in time, while all its people can be seen."""
    wanted = get_object_or_404(ProfilePdf.objects.visible_to(request.seat), pk=pk)
    if not pdf.open_to(request.seat, wanted):
        raise Http404
    return hand_out(wanted.file, "profile.pdf" if len(wanted.member_ids) == 1 else "profiles.pdf")

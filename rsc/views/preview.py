"""Start and end a preview of recruiter pages as a seat sees them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from rsc import preview
from rsc.models import Seat


@require_POST
def start_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Look through a seat; only one that works shows anything."""
    if not preview.may_preview(request):
        raise PermissionDenied
    seat = get_object_or_404(Seat, pk=pk)
    if not Seat.objects.active().filter(pk=pk).exists():
        messages.warning(request, "Only an active seat on a contract that runs sees anything.")
        return redirect("admin:rsc_seat_change", pk)
    preview.start(request, seat)
    return redirect("recruiter:home")


@require_POST
def stop_preview(request: HttpRequest) -> HttpResponse:
    """Be oneself again, on the seat's page of the settings."""
    begun = request.session.get(preview.SESSION_KEY)
    preview.stop(request)
    known = begun and preview.may_preview(request)
    return redirect(
        reverse("admin:rsc_seat_change", args=[begun["seat"]]) if known else reverse("home")
    )

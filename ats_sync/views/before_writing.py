"""The ATS's part of what is said before a message goes out."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ats_sync import before_writing
from recruiter import people
from recruiter.models import EDITORS
from rsc.seats import SeatRequest, seat_required


@require_safe
@seat_required(*EDITORS)
def lines(request: SeatRequest) -> HttpResponse:
    """One line for each of the people chosen; they find their places in the page themselves."""
    members = people.chosen(request, request.seat)
    found = before_writing.lines(request.seat, members)
    context = {"lines": [(each, found[each.pk]) for each in members if each.pk in found]}
    return render(request, "ats_sync/_before_writing.html", context)

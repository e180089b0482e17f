"""Reminders: set one about people chosen, tick it off."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from recruiter import people, reminders
from recruiter.desk_forms import ReminderForm
from recruiter.models import EDITORS
from recruiter.views.chosen import ask, leave
from rsc.pages import next_path
from rsc.seats import SeatRequest, seat_required


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def remind_people(request: SeatRequest) -> HttpResponse:
    """Be reminded of everybody chosen on a day."""
    members = people.chosen(request, request.seat)
    form = ReminderForm(request.POST or None)
    if not (members and form.is_valid()):
        return ask(request, "remind", "Remind me", members, form)
    reminders.remind(request.seat, members, **form.cleaned_data)
    day = date_format(form.cleaned_data["due_on"], "F j, Y")
    return leave(request, members, f"You will be reminded of {{who}} on {day}.")


@require_POST
@seat_required(*EDITORS)
def finish_reminder(request: SeatRequest, pk: int) -> HttpResponse:
    """Tick one's reminder off, or with `back` put it on the list again."""
    back = bool(request.POST.get("back"))
    reminder = reminders.finish(request.seat, pk, done=not back)
    if reminder is None:
        raise Http404
    path = next_path(request, reverse("recruiter:home"))
    if not back:
        messages.success(request, f"Done: the reminder of {reminder.member}.")
    return redirect(path)

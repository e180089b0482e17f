"""Notes: write one on people chosen, change one's own, delete it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from recruiter import notes, people
from recruiter.desk_forms import NoteForm
from recruiter.models import EDITORS, Member, RecruiterNote
from recruiter.views.chosen import ask, leave
from rsc.pages import leave_dialog, next_path, render_dialog
from rsc.seats import SeatRequest, seat_required

dialog = require_http_methods(["GET", "HEAD", "POST"])


@dialog
@seat_required(*EDITORS)
def note_people(request: SeatRequest) -> HttpResponse:
    """Write a note on everybody chosen."""
    members = people.chosen(request, request.seat)
    # With a prefix: to this dialog a bare `project` means everybody in its pipeline.
    form = NoteForm(request.POST or None, seat=request.seat, prefix="note")
    if not (members and form.is_valid()):
        return ask(request, "note", "Add note", members, form)
    notes.add_to_all(request.seat, members, **form.cleaned_data)
    return leave(request, members, "The note is saved on {who}.")


@dialog
@seat_required(*EDITORS)
def edit_note(request: SeatRequest, pk: int) -> HttpResponse:
    """Change one's own note."""
    note = own_note(request, pk)
    form = NoteForm(request.POST or None, seat=request.seat, instance=note, prefix="note")
    if not form.is_valid():
        context = {"form": form, "note": note, "next": _way_back(request, note)}
        return render_dialog(request, "recruiter/desk/edit_note.html", "Change note", context)
    notes.edit(request.seat, note, **form.cleaned_data)
    messages.success(request, "The note is changed.")
    return leave_dialog(request, _way_back(request, note))


@dialog
@seat_required(*EDITORS)
def delete_note(request: SeatRequest, pk: int) -> HttpResponse:
    """Delete one's own note, after a question."""
    note = own_note(request, pk)
    if request.method != "POST":
        context = {
            "what": note.text,
            "address": reverse("recruiter:delete_note", args=[pk]),
            "next": _way_back(request, note),
        }
        return render_dialog(request, "recruiter/desk/delete.html", "Delete this note?", context)
    notes.delete(request.seat, note)
    messages.success(request, "The note is deleted.")
    return leave_dialog(request, _way_back(request, note))


def own_note(request: SeatRequest, pk: int) -> RecruiterNote:
    """The door to one's own note on a member who can be seen; anybody else's is not found."""
    mine = RecruiterNote.objects.visible_to(request.seat).filter(seat=request.seat)
    seen = Member.objects.visible_to(request.seat).values("pk")
    return get_object_or_404(mine.select_related("member"), pk=pk, member__in=seen)


def _way_back(request: SeatRequest, note: RecruiterNote) -> str:
    return next_path(request, note.member.get_absolute_url())

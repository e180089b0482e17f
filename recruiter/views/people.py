"""Dialogs that act on people: save to a project, move, archive; and taking that back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from recruiter import changes, people, pipeline
from recruiter.changes import Done
from recruiter.models import EDITORS, Member, PipelineChange, Project
from recruiter.people_forms import (
    ArchivePeopleForm,
    MovePeopleForm,
    SavePeopleForm,
    projects_of,
)
from recruiter.search import SearchUnavailable
from rsc.pages import leave_dialog, next_path, render_dialog
from rsc.seats import SeatRequest, seat_required

dialog = require_http_methods(["GET", "HEAD", "POST"])


@dialog
@seat_required(*EDITORS)
def save(request: SeatRequest) -> HttpResponse:
    """Save people to a project's pipeline or talent pool, or all whom a search finds."""
    try:
        members = people.chosen(request, request.seat)
    except SearchUnavailable:
        messages.error(request, "The search engine cannot answer at the moment; nobody was saved.")
        return leave_dialog(request, next_path(request, reverse("recruiter:search")))
    form = SavePeopleForm(
        request.POST or None,
        seat=request.seat,
        other_than=_project_named(request, "in"),
        initial={
            "project": _project_named(request, "into"),
            "place": SavePeopleForm.POOL if "found" in request.GET else SavePeopleForm.PIPELINE,
        },
        prefix="to",
    )
    if not (members and form.is_valid()):
        return _ask(request, "save", "Save to project", members, form)
    answers = form.cleaned_data
    project = form.project_for(request.seat)
    if answers["place"] == form.POOL:
        done = pipeline.pool(request.seat, members, project=project)
    else:
        done = pipeline.save(request.seat, members, project=project)
    verb = "put into the talent pool of" if answers["place"] == form.POOL else "saved to"
    return _leave(request, done, members, verb, project, project.name)


@dialog
@seat_required(*EDITORS)
def move(request: SeatRequest) -> HttpResponse:
    """Move people to a stage of a pipeline in which they stand."""
    members = people.chosen(request, request.seat)
    placed_in = projects_of(request.seat, members, inside(request))
    form = MovePeopleForm(request.POST or None, projects=placed_in)
    if not (members and form.is_valid()):
        return _ask(request, "move", "Move to", members, form)
    stage = form.cleaned_data["to"]
    done = pipeline.move(request.seat, members, stage=stage)
    return _leave(request, done, members, "moved to", stage.project, stage.name)


@dialog
@seat_required(*EDITORS)
def archive(request: SeatRequest) -> HttpResponse:
    """Archive people in a project: out of its pipeline, and back with Undo or Move to."""
    members = people.chosen(request, request.seat)
    placed_in = projects_of(request.seat, members, inside(request))
    form = ArchivePeopleForm(request.POST or None, projects=placed_in)
    if not (members and form.is_valid()):
        return _ask(request, "archive", "Archive", members, form)
    project = form.cleaned_data["out_of"]
    done = pipeline.archive(request.seat, members, project=project)
    return _leave(request, done, members, "archived in", project, project.name)


@require_POST
@seat_required(*EDITORS)
def undo(request: SeatRequest, pk: int) -> HttpResponse:
    """Take back what this seat did a moment ago."""
    change = get_object_or_404(PipelineChange.objects.visible_to(request.seat), pk=pk)
    back = changes.undo(change)
    left = len(change.after) - len(back)
    if back:
        rest = f" {left} stood elsewhere by now and stayed there." if left else ""
        messages.success(request, f"Undone for {_count(len(back))}.{rest}")
    else:
        messages.warning(request, "There was nothing left to undo.")
    default = reverse("recruiter:project", args=[change.project_id])
    return redirect(next_path(request, default))


def _project_named(request: SeatRequest, *names: str) -> int | None:
    asked = request.POST if request.method == "POST" else request.GET
    found = [asked.get(name, "") for name in names]
    return next((int(pk) for pk in found if pk.isdecimal()), None)


def inside(request: SeatRequest) -> int | None:
    """The project of which a dialog speaks: the one named, or the one whose people it is about."""
    return _project_named(request, "in", "into", "project")


def _ask(
    request: SeatRequest, name: str, title: str, members: list[Member], form: Any
) -> HttpResponse:
    context = {
        "members": members,
        "form": form,
        "inside": _project_named(request, "in", "project"),
        "into": _project_named(request, "into"),
        "next": way_back(request, members),
        "most_found": people.MOST if len(members) == people.MOST else 0,
    }
    return render_dialog(request, f"recruiter/people/{name}.html", title, context)


def way_back(request: SeatRequest, members: list[Member]) -> str:
    if pk := inside(request):
        default = reverse("recruiter:project", args=[pk])
    elif len(members) == 1:
        default = members[0].get_absolute_url()
    else:
        default = reverse("recruiter:search")
    return next_path(request, default)


def _leave(
    request: SeatRequest, done: Done, members: list[Member], verb: str, project: Project, where: str
) -> HttpResponse:
    """Say what was done, with a button that undoes it."""
    path = way_back(request, members)
    who = members[0].full_name if len(members) == 1 else _count(len(done.members))
    is_are = "is" if len(members) == 1 or len(done.members) == 1 else "are"
    if done.change:
        text = f"{who} {is_are} {verb} {where}."
        context = {"text": text, "change": done.change, "next": path}
        messages.success(request, render_to_string("recruiter/people/_undo.html", context, request))
    else:
        messages.info(request, "Nothing changed: everybody stood there already.")
    return leave_dialog(request, path)


def _count(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"

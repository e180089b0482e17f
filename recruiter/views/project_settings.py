"""A project's settings: what it is, who works in it, and which stages it has."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from recruiter import projects, stages
from recruiter.models import Project, ProjectStage
from recruiter.project_forms import HandOverForm, RightsForm, SettingsForm, StageForm
from recruiter.views.pipeline import frame, project_for
from rsc.seats import SeatRequest, seat_required


def governed(request: SeatRequest, pk: int) -> Project:
    """The door to changing a project: 404 where it is not seen, 403 where it is only seen."""
    project = project_for(request, pk)
    if not Project.objects.governed_by(request.seat).filter(pk=project.pk).exists():
        raise PermissionDenied
    return project


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def settings_page(request: SeatRequest, pk: int) -> HttpResponse:
    """Read by everybody who sees the project, changed by those who govern it."""
    project = governed(request, pk) if request.method == "POST" else project_for(request, pk)
    name = project.name
    form = SettingsForm(request.POST or None, instance=project)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "The settings are saved.")
        return redirect("recruiter:project_settings", pk=pk)
    project.name = name if form.errors else project.name  # the heading keeps the stored one
    context = {
        **frame(request, project, "settings"),
        "form": form,
        "team": project.team.select_related("seat__user"),
        "rights_form": RightsForm(project=project),
        "hand_over_form": HandOverForm(project=project),
        "stage_form": StageForm(),
        "stages": [(stage, stages.follows_inmail(stage)) for stage in project.stages.all()],
    }
    return render(request, "recruiter/project_settings.html", context)


@require_POST
@seat_required()
def rights(request: SeatRequest, pk: int) -> HttpResponse:
    """Name a colleague, change what they may do, or name them no longer."""
    project = governed(request, pk)
    form = RightsForm(request.POST, project=project)
    if form.is_valid() and form.cleaned_data["rights"]:
        projects.give_rights(project, form.cleaned_data["seat"], form.cleaned_data["rights"])
    elif form.is_valid():
        projects.take_rights(project, form.cleaned_data["seat"])
    return _back(request, project, form, "Who may do what is changed.")


@require_POST
@seat_required()
def hand_over(request: SeatRequest, pk: int) -> HttpResponse:
    """Make a colleague the owner."""
    project = governed(request, pk)
    form = HandOverForm(request.POST, project=project)
    if form.is_valid():
        projects.hand_over(project, form.cleaned_data["owner"])
    return _back(request, project, form, f"{project.owner.user.full_name} owns this project now.")


@require_POST
@seat_required()
def archive(request: SeatRequest, pk: int) -> HttpResponse:
    """Put the project away, or take it up again."""
    project = governed(request, pk)
    if project.archived_at:
        projects.unarchive(project)
        messages.success(request, f"{project.name} is taken up again.")
    else:
        projects.archive(project)
        messages.success(request, f"{project.name} is archived.")
    return redirect("recruiter:project_settings", pk=project.pk)


@require_POST
@seat_required()
def add_stage(request: SeatRequest, pk: int) -> HttpResponse:
    """Add a stage at the end of the pipeline."""
    project = governed(request, pk)
    form = StageForm(request.POST)
    if form.is_valid():
        return _try(request, project, lambda: stages.add(project, form.cleaned_data["name"]))
    return _back(request, project, form, "")


@require_POST
@seat_required()
def change_stage(request: SeatRequest, pk: int) -> HttpResponse:
    """Rename a stage, move it, or take it away: `do` is rename, up, down or remove."""
    seen = Project.objects.visible_to(request.seat)
    stage = get_object_or_404(ProjectStage.objects.filter(project__in=seen), pk=pk)
    project = governed(request, stage.project_id)
    form = StageForm(request.POST)
    deeds: dict[str, Callable[[], object]] = {
        "up": lambda: stages.shift(stage, -1),
        "down": lambda: stages.shift(stage, 1),
        "remove": lambda: stages.remove(stage),
    }
    if deed := deeds.get(request.POST.get("do", "")):
        return _try(request, project, deed)
    if form.is_valid():
        return _try(request, project, lambda: stages.rename(stage, form.cleaned_data["name"]))
    return _back(request, project, form, "")


def _try(request: SeatRequest, project: Project, deed: Callable[[], object]) -> HttpResponse:
    try:
        deed()
    except stages.StageRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("recruiter:project_settings", pk=project.pk)


def _back(request: SeatRequest, project: Project, form: forms.Form, text: str) -> HttpResponse:
    if form.is_valid():
        messages.success(request, text)
    else:
        messages.error(request, " ".join(chain.from_iterable(form.errors.values())))
    return redirect("recruiter:project_settings", pk=project.pk)

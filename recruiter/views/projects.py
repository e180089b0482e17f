"""Projects and their pipelines."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruiter import pipeline, projects
from recruiter.forms import MoveForm, ProjectForm
from recruiter.models import Member, Project, Prospect
from recruiter.project_filter import ProjectFilter
from rsc.pages import render_part
from rsc.seats import SeatRequest, seat_required

PROJECTS_PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def project_list(request: SeatRequest) -> HttpResponse:
    """The contract's running projects and the seat's private ones; a form for a new one."""
    may_edit = request.seat.role in projects.EDITORS
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and may_edit and form.is_valid():
        project = projects.create_project(request.seat, **form.cleaned_data)
        return redirect("recruiter:project", pk=project.pk)
    in_pipeline = Q(
        prospects__archived_at=None,
        prospects__member__in=Member.objects.visible_to(request.seat).values("pk"),
    )
    running = (
        Project.objects.visible_to(request.seat)
        .active()
        .select_related("owner__user")
        .annotate(prospect_count=Count("prospects", filter=in_pipeline))
        .order_by("-created_at", "-id")
    )
    narrowed = ProjectFilter(request.GET, queryset=running, request=request)
    page = Paginator(narrowed.qs, PROJECTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "may_edit": may_edit, "filter": narrowed}
    return render(request, "recruiter/projects.html", context)


@require_safe
@seat_required()
def project_page(request: SeatRequest, pk: int) -> HttpResponse:
    """A project's pipeline, stage by stage; `?removed=` offers to put that prospect back."""
    project = get_object_or_404(Project.objects.visible_to(request.seat), pk=pk)
    removed = request.GET.get("removed", "")
    context = {
        "project": project,
        "pipeline": pipeline.gather(
            request.seat,
            project,
            stage_id=request.GET.get("stage", ""),
            page=request.GET.get("page", ""),
        ),
        "removed": _removed(request, project, int(removed)) if removed.isdecimal() else None,
        "may_edit": request.seat.role in projects.EDITORS,
    }
    return render_part(request, "recruiter/project.html", "pipeline", context)


def _removed(request: SeatRequest, project: Project, pk: int) -> Prospect | None:
    seen = project.prospects.exclude(archived_at=None).select_related("member", "stage")
    return seen.filter(pk=pk, member__in=Member.objects.visible_to(request.seat)).first()


def prospect_for(request: SeatRequest, pk: int) -> Prospect:
    """The door to one prospect: of a project and of a member that the seat may see, or 404."""
    seen = Prospect.objects.visible_to(request.seat).select_related("project", "member", "stage")
    return get_object_or_404(seen, pk=pk, member__in=Member.objects.visible_to(request.seat))


def back_to(request: SeatRequest, prospect: Prospect, **more: str) -> HttpResponse:
    """To the pipeline, at the stage and the page where the form stood."""
    kept = {name: request.GET[name] for name in ("stage", "page") if name in request.GET}
    here = reverse("recruiter:project", args=[prospect.project_id])
    parameters = urlencode({**kept, **more})
    return redirect(f"{here}?{parameters}" if parameters else here)


@require_POST
@seat_required(*projects.EDITORS)
def move(request: SeatRequest, pk: int) -> HttpResponse:
    """Move a prospect to another stage."""
    prospect = prospect_for(request, pk)
    form = MoveForm(request.POST, prospect=prospect)
    if form.is_valid():
        stage = form.cleaned_data["stage"]
        projects.move(request.seat, prospect, stage=stage)
        messages.success(request, f"{prospect.member} is now in {stage}.")
    else:
        messages.error(request, "That stage is not in this project any more.")
    return back_to(request, prospect)


@require_POST
@seat_required(*projects.EDITORS)
def remove(request: SeatRequest, pk: int) -> HttpResponse:
    """Take a prospect out of the pipeline; the next page offers to undo it."""
    prospect = prospect_for(request, pk)
    projects.remove(prospect)
    return back_to(request, prospect, removed=str(prospect.pk))


@require_POST
@seat_required(*projects.EDITORS)
def restore(request: SeatRequest, pk: int) -> HttpResponse:
    """Put a prospect back where it stood."""
    prospect = prospect_for(request, pk)
    projects.restore(prospect)
    messages.success(request, f"{prospect.member} is back in {prospect.stage}.")
    return back_to(request, prospect)

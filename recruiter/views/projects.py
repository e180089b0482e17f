"""Projects: the list, and a project's settings."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from recruiter import projects
from recruiter.forms import ProjectForm
from recruiter.models import EDITORS, Project
from recruiter.project_filter import ProjectFilter
from rsc.seats import SeatRequest, seat_required

PROJECTS_PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def project_list(request: SeatRequest) -> HttpResponse:
    """The contract's projects and the seat's private ones; a form for a new one."""
    may_edit = request.seat.role in EDITORS
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and may_edit and form.is_valid():
        project = projects.create_project(request.seat, **form.cleaned_data)
        return redirect("recruiter:project", pk=project.pk)
    seen = (
        Project.objects.visible_to(request.seat)
        .select_related("owner__user")
        .counting_prospects(request.seat)
        .order_by("-created_at", "-id")
    )
    narrowed = ProjectFilter(request.GET, queryset=seen, request=request)
    page = Paginator(narrowed.qs, PROJECTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "may_edit": may_edit, "filter": narrowed}
    return render(request, "recruiter/projects.html", context)

"""A project's pipeline, as a list or a board, and its talent pool."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from recruiter import board, people, people_menu, projects
from recruiter.models import Project
from rsc.pages import render_part, words_of
from rsc.seats import SeatRequest, seat_required


def project_for(request: SeatRequest, pk: int) -> Project:
    """The door to a project: one that the seat sees, or 404."""
    seen = Project.objects.visible_to(request.seat).select_related("owner__user")
    return get_object_or_404(seen, pk=pk)


def frame(request: SeatRequest, project: Project, tab: str) -> dict[str, Any]:
    """What the pages of a project have in common."""
    refusal = projects.why_not_work(request.seat, project)
    menu_of = people_menu.of_pool if tab == "pool" else people_menu.of_pipeline
    return {
        "project": project,
        "tab": tab,
        "people_menu": menu_of(request, project, refusal),
        "work_refusal": refusal,
        "may_govern": Project.objects.governed_by(request.seat).filter(pk=project.pk).exists(),
    }


@require_safe
@seat_required()
def pipeline_page(request: SeatRequest, pk: int) -> HttpResponse:
    """Who stands where; `?view=board` shows the stages side by side, `?q=` narrows by words."""
    project = project_for(request, pk)
    text = words_of(request.GET)
    on_board = request.GET.get("view") == "board"
    if on_board:
        pipeline = board.columns(request.seat, project, text=text)
    else:
        pipeline = board.gather(
            request.seat,
            project,
            place=request.GET.get("stage", ""),
            text=text,
            page=request.GET.get("page", ""),
        )
    context = {
        **frame(request, project, "pipeline"),
        "pipeline": pipeline,
        "on_board": on_board,
        "most_people": people.MOST,
    }
    return render_part(request, "recruiter/project.html", "pipeline", context)


@require_safe
@seat_required()
def pool_page(request: SeatRequest, pk: int) -> HttpResponse:
    """People who were found for a project and are not in its pipeline yet."""
    project = project_for(request, pk)
    page = board.pool(request.seat, project, page=request.GET.get("page", ""))
    context = {**frame(request, project, "pool"), "page": page}
    return render(request, "recruiter/project_pool.html", context)

"""Exporting people to an ATS, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ats_sync import export_list, export_question, exports, outcomes
from ats_sync.export_forms import ExportFilter, RequisitionsForm
from ats_sync.exports import ExportRefused, Outcome
from ats_sync.models import JobPosting
from ats_sync.views.panels import member_for
from recruiter import people, projects
from recruiter.models import EDITORS, Member, Project
from rsc.pages import leave_dialog, next_path, render_dialog, render_part, words_of
from rsc.seats import SeatRequest, seat_required

EXPORTS_PER_PAGE = 25
DIALOG = "ats_sync/export.html"


# -------------------------------------------------------------------------------------- exporting
@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def export_people(request: SeatRequest) -> HttpResponse:
    """Ask to which requisition people go, and send them there."""
    seat, asked = request.seat, request.POST if request.method == "POST" else request.GET
    members = people.chosen(request, seat)
    job_id = asked.get("job", "")
    problem = ""
    if request.method == "POST":
        job = export_question.requisition(seat, job_id)
        problem = "Choose a requisition first." if job is None else ""
        if job is not None and members:
            return _export(request, members, job)
    question = export_question.gather(
        seat,
        members,
        ats_id=asked.get("ats", ""),
        words=words_of(asked),
        include_closed=bool(asked.get("closed")),
        job_id=job_id,
        project_id=asked.get("project") or asked.get("in", ""),
    )
    return _ask(request, members, question, problem)


def _ask(
    request: SeatRequest, members: list[Member], question: export_question.Question, problem: str
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    kept = ("person", "project", "stage", "in", "next")
    context = {
        "people": members,
        "question": question,
        "problem": problem or str(exports.closed_to(request.seat) or ""),
        "kept": [(name, value) for name in kept for value in asked.getlist(name)],
        "words": words_of(asked),
        "include_closed": bool(asked.get("closed")),
        "answers": export_question.explain(request.seat, words_of(asked))
        if asked.get("why")
        else None,
        "next": next_path(request, reverse("ats:exports")),
    }
    if request.htmx and request.htmx.target == "requisitions":
        response = render(request, f"{DIALOG}#requisitions", context)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response
    return render_dialog(request, DIALOG, "Export to your ATS", context)


def _export(request: SeatRequest, members: list[Member], job: JobPosting) -> HttpResponse:
    try:
        outcome = exports.export_many(request.seat, members, job)
    except ExportRefused as reason:
        messages.error(request, str(reason))
        return leave_dialog(request, next_path(request, reverse("ats:exports")))
    _tell(request, members, outcome, job)
    if len(members) == 1 or not outcome.made:
        return leave_dialog(request, next_path(request, reverse("ats:exports")))
    return leave_dialog(request, f"{reverse('ats:exports')}?batch={outcome.batch}")


def _tell(request: SeatRequest, members: list[Member], outcome: Outcome, job: JobPosting) -> None:
    count = len(outcome.made)
    if count:
        who = outcome.made[0].member.full_name if count == 1 else f"{count} people"
        verb = "is" if count == 1 else "are"
        messages.success(request, f"{who} {verb} on the way to {job} in {job.ats}.")
    for reason, behind in export_question.grouped(members, outcome.refused):
        who = behind[0].full_name if len(behind) == 1 else f"{len(behind)} people"
        messages.warning(request, f"Not exported: {who}. {reason}")


# ----------------------------------------------------------------------------------------- list
@require_safe
@seat_required(*EDITORS)
def exports_page(request: SeatRequest) -> HttpResponse:
    """Exports and their states; while some are on their way the list asks for itself again."""
    rows = export_list.visible_to(request.seat)
    narrowed = ExportFilter(request.GET, queryset=rows, request=request)
    page = Paginator(narrowed.qs, EXPORTS_PER_PAGE).get_page(request.GET.get("page"))
    batch = narrowed.batch
    progress = export_list.progress(rows.filter(batch=batch)) if batch else None
    context = {
        "page": page,
        "filter": narrowed,
        "batch": batch,
        "progress": progress,
        "moving": any(export.moving for export in page) or bool(progress and progress.moving),
        "left": exports.exports_left(request.seat),
        "closed_to": exports.closed_to(request.seat),
        "here": request.get_full_path(),
    }
    return render_part(request, "ats_sync/exports.html", "list", context)


@require_POST
@seat_required(*EDITORS)
def cancel(request: SeatRequest) -> HttpResponse:
    """Stop what the ATS has not fetched: one export, or those of one click."""
    rows = export_list.own(request.seat).filter(**_named(request))
    if not rows.exists():
        raise Http404
    count = outcomes.cancel(request.seat, rows)
    if count:
        messages.success(request, f"{count} export{'' if count == 1 else 's'} cancelled.")
    else:
        messages.warning(request, "Too late to cancel: the ATS has it already.")
    return redirect(next_path(request, reverse("ats:exports")))


def _named(request: SeatRequest) -> dict[str, Any]:
    """Which exports a form means; raises Http404."""
    if batch := export_list.batch_in(request.POST.get("batch", "")):
        return {"batch": batch}
    number = request.POST.get("export", "")
    if not number.isdecimal():
        raise Http404
    return {"pk": int(number)}


@require_POST
@seat_required(*EDITORS)
def retry(request: SeatRequest, pk: int) -> HttpResponse:
    """Send the same person to the same requisition again."""
    export = get_object_or_404(export_list.visible_to(request.seat), pk=pk)
    try:
        outcomes.retry(request.seat, export)
    except (ExportRefused, outcomes.OutcomeRefused) as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{export.member.full_name} is on the way again.")
    return redirect(next_path(request, reverse("ats:exports")))


# ---------------------------------------------------------------------------------------- panels
@require_safe
@seat_required()
def member_exports(request: SeatRequest, public_id: str) -> HttpResponse:
    """What became of a member's exports, one line each: below the header of the profile."""
    member = member_for(request, public_id)
    rows = export_list.visible_to(request.seat).filter(member=member)[: export_list.LINES_SHOWN]
    context = {"member": member, "exports": rows, "here": member.get_absolute_url()}
    return render(request, "ats_sync/_exports.html#lines", context)


@require_safe
@seat_required()
def people_exports(request: SeatRequest) -> HttpResponse:
    """The newest export of each of several people, for the rows of a pipeline."""
    members = people.chosen(request, request.seat)
    context = {"newest": export_list.newest_of(request.seat, members)}
    return render(request, "ats_sync/_exports.html#states", context)


@require_safe
@seat_required()
def news(request: SeatRequest) -> HttpResponse:
    """The seat's exports that are linked or failed since it last looked."""
    context = {"news": export_list.news(request.seat)[: export_list.LINES_SHOWN]}
    return render(request, "ats_sync/_exports.html#news", context)


@require_POST
@seat_required()
def put_away(request: SeatRequest) -> HttpResponse:
    """The seat has read its news of exports."""
    export_list.put_away(request.seat)
    return redirect(next_path(request, reverse("ats:exports")))


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def project_requisition(request: SeatRequest, pk: int) -> HttpResponse:
    """Say which requisitions a project fills; its people are proposed for them in exports."""
    project = get_object_or_404(Project.objects.visible_to(request.seat), pk=pk)
    if exports.closed_to(request.seat):
        raise Http404
    if projects.why_not_work(request.seat, project):
        raise PermissionDenied
    told = request.POST if request.method == "POST" else None  # empty means none of them
    form = RequisitionsForm(told, seat=request.seat, project=project, words=words_of(request.GET))
    if form.is_valid():
        form.save()
        messages.success(request, form.said)
        return leave_dialog(request, next_path(request, project_path(project)))
    context = {"project": project, "form": form, "next": next_path(request, project_path(project))}
    return render_dialog(request, "ats_sync/project_requisition.html", "Requisitions", context)


@require_safe
@seat_required()
def project_fills(request: SeatRequest, pk: int) -> HttpResponse:
    """Which requisitions a project fills, in a few words; nothing where no ATS takes exports."""
    project = get_object_or_404(Project.objects.visible_to(request.seat), pk=pk)
    context = {
        "project": project,
        "atss": exports.atss_of(request.seat),
        "jobs": export_question.of_project(request.seat, project.pk),
        "may_edit": not projects.why_not_work(request.seat, project),
    }
    return render(request, "ats_sync/_exports.html#fills", context)


def project_path(project: Project) -> str:
    return reverse("recruiter:project", args=[project.pk])

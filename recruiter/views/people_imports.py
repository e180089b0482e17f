"""Bring people from a CSV file into a project: upload, name the columns, read the report."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from recruiter import people_import
from recruiter.import_forms import ColumnsForm, UploadForm
from recruiter.models import EDITORS, ImportedPerson, Member, PeopleImport, Project
from recruiter.views.pipeline import frame
from rsc import csv_files
from rsc.seats import SeatRequest, seat_required

PREVIEWED = 5  # lines
PER_PAGE = 50
Outcome = ImportedPerson.Outcome


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def upload(request: SeatRequest, pk: int) -> HttpResponse:
    """Choose a file; below are those of before."""
    project = get_object_or_404(_workable(request), pk=pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = people_import.upload(request.seat, project, name=file.name, content=file.read())
        except csv_files.FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("recruiter:people_import", pk=kept.pk)
    context = {
        **frame(request, project, "import"),
        "form": form,
        "before": project.imports.exclude(done_at=None).annotate(lines=Count("people"))[:10],
    }
    return render(request, "recruiter/import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def people_import_page(request: SeatRequest, pk: int) -> HttpResponse:
    """Name the columns of a file; once that is done, what became of its lines."""
    found = PeopleImport.objects.visible_to(request.seat).select_related("project__owner__user")
    kept = get_object_or_404(found, pk=pk)
    if kept.done_at:
        return _report(request, kept)
    table = csv_files.read(kept.text)
    form = ColumnsForm(request.POST or None, table=table)
    if request.method == "POST" and form.is_valid():
        people_import.run(
            request.seat, kept, columns=form.columns, headings=form.cleaned_data["headings"]
        )
        return redirect("recruiter:people_import", pk=pk)
    context = {
        **frame(request, kept.project, "import"),
        "kept": kept,
        "form": form,
        "rows": [cells for _, cells in table.rows[:PREVIEWED]],
        "total": len(table.rows),
    }
    return render(request, "recruiter/import_columns.html", context)


def _report(request: SeatRequest, kept: PeopleImport) -> HttpResponse:
    outcome = request.GET.get("outcome", "")
    counts = dict(kept.people.order_by().values_list("outcome").annotate(Count("pk")))
    lines = kept.people.select_related("member").prefetch_related("possible")
    if outcome in Outcome.values:
        lines = lines.filter(outcome=outcome)
    context: dict[str, Any] = {
        **frame(request, kept.project, "import"),
        "kept": kept,
        "counts": [(value, label, counts.get(value, 0)) for value, label in Outcome.choices],
        "total": sum(counts.values()),
        "outcome": outcome,
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        "seen": set(_seen(request).filter(pk__in=_members(kept)).values_list("pk", flat=True)),
        "may_invite": settings.ACCOUNTS_OPEN,
    }
    return render(request, "recruiter/import_report.html", context)


def _members(kept: PeopleImport) -> QuerySet[Member]:
    found = kept.people.exclude(member=None).values("member")
    return found.union(kept.people.exclude(possible=None).values("possible"))


@require_POST
@seat_required(*EDITORS)
def settle(request: SeatRequest, pk: int) -> HttpResponse:
    """One line: say who it is (`member`), or `do` invite or drop."""
    imports = PeopleImport.objects.visible_to(request.seat)
    people = ImportedPerson.objects.filter(people_import__in=imports)
    person = get_object_or_404(people.select_related("people_import__project"), pk=pk)
    deed = request.POST.get("do", "")
    if deed == "drop":
        people_import.drop([person])
    elif deed == "invite" and person.outcome == Outcome.UNKNOWN and person.email:
        if settings.ACCOUNTS_OPEN:
            people_import.invite(person)
            messages.success(request, f"{person.email} gets an invitation.")
    elif person.outcome == Outcome.SEVERAL:
        offered = _seen(request).filter(pk__in=person.possible.values("pk"))
        member = get_object_or_404(offered, public_id=request.POST.get("member", ""))
        people_import.choose(request.seat, person, member)
        messages.success(request, f"{member} is saved to {person.people_import.project}.")
    return redirect("recruiter:people_import", pk=person.people_import_id)


@require_POST
@seat_required(*EDITORS)
def drop_unknown(request: SeatRequest, pk: int) -> HttpResponse:
    """Forget everybody of a file who was not found or could not be read."""
    kept = get_object_or_404(PeopleImport.objects.visible_to(request.seat), pk=pk)
    people = list(kept.people.filter(outcome__in=[Outcome.UNKNOWN, Outcome.BAD]))
    people_import.drop(people)
    messages.success(request, f"{len(people)} lines are dropped; names and addresses are gone.")
    return redirect("recruiter:people_import", pk=pk)


def _workable(request: SeatRequest) -> QuerySet[Project]:
    return Project.objects.workable_by(request.seat).select_related("owner__user")


def _seen(request: SeatRequest) -> QuerySet[Member]:
    return Member.objects.visible_to(request.seat)

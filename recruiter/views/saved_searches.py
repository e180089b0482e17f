"""Searches that somebody saved or made, and what alerts on them found."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruiter import (
    cards,
    filters,
    people_menu,
    results,
    saved_searches,
    search_alerts,
    search_history,
    team_facets,
)
from recruiter.filters import Choice
from recruiter.highlights import Highlights
from recruiter.models import Project, SavedSearch, SearchAlert
from recruiter.search.viewer import viewer_of
from recruiter.search_forms import EditSearchForm, SaveSearchForm
from rsc.pages import leave_dialog, next_path, render_dialog
from rsc.seats import SeatRequest, seat_required

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def save_search(request: SeatRequest) -> HttpResponse:
    """Keep the search in `query` under a name."""
    asked = request.POST if request.method == "POST" else request.GET
    choice = _named(request, asked.get("query", ""))
    back = next_path(request, choice.url)
    form = SaveSearchForm(
        request.POST or None,
        seat=request.seat,
        initial={"name": (choice.chips[0].label.strip("“”") if choice.chips else "")[:120]},
    )
    if not form.is_valid():
        context = {"form": form, "choice": choice, "next": back}
        return render_dialog(request, "recruiter/searches/save.html", "Save search", context)
    saved = saved_searches.save(
        request.seat,
        name=form.cleaned_data["name"],
        query=choice.parameters,
        project=form.cleaned_data["project"],
    )
    told = form.cleaned_data["frequency"], form.cleaned_data["by_mail"]
    saved_searches.be_alerted(request.seat, saved, told[0], by_mail=told[1])
    messages.success(request, f"“{saved.name}” is saved.")
    return leave_dialog(request, back)


@require_safe
@seat_required()
def saved_search_list(request: SeatRequest) -> HttpResponse:
    """The seat's searches and those of its projects; with `project`, of that one."""
    seen = SavedSearch.objects.visible_to(request.seat).select_related("project", "seat__user")
    project = None
    if request.GET.get("project", "").isdecimal():
        projects = Project.objects.visible_to(request.seat)
        project = get_object_or_404(projects, pk=int(request.GET["project"]))
        seen = seen.filter(project=project)
    page = Paginator(seen, PER_PAGE).get_page(request.GET.get("page"))
    alerts = {
        each.search_id: each
        for each in SearchAlert.objects.visible_to(request.seat).filter(search__in=page.object_list)
    }
    editable = set(
        SavedSearch.objects.editable_by(request.seat)
        .filter(pk__in=[saved.pk for saved in page])
        .values_list("pk", flat=True)
    )
    lines = [
        (saved, _named(request, saved.query), alerts.get(saved.pk), saved.pk in editable)
        for saved in page
    ]
    context = {"page": page, "lines": lines, "project": project}
    return render(request, "recruiter/searches/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def edit_search(request: SeatRequest, pk: int) -> HttpResponse:
    """Rename a search, if one may, and choose one's own alert."""
    saved = get_object_or_404(SavedSearch.objects.visible_to(request.seat), pk=pk)
    may_edit = SavedSearch.objects.editable_by(request.seat).filter(pk=pk).exists()
    alert = saved.alerts.filter(seat=request.seat).first()
    form = EditSearchForm(
        request.POST or None, saved=saved, may_edit=may_edit, initial=_stored(saved, alert)
    )
    back = next_path(request, reverse("recruiter:saved_searches"))
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "saved": saved, "next": back}
        return render_dialog(request, "recruiter/searches/edit.html", "Edit saved search", context)
    if may_edit:
        saved.name = form.cleaned_data["name"]
        saved.save(update_fields=["name"])
    told = form.cleaned_data["frequency"], form.cleaned_data["by_mail"]
    saved_searches.be_alerted(request.seat, saved, told[0], by_mail=told[1])
    messages.success(request, f"“{saved.name}” is changed.")
    return leave_dialog(request, back)


def _named(request: SeatRequest, query: str) -> Choice:
    """The question that stored parameters ask, with the names that its values have for the seat."""
    choice = filters.kept(query)
    return replace(choice, labels=team_facets.labels(request.seat, choice.facets))


def _stored(saved: SavedSearch, alert: SearchAlert | None) -> dict[str, object]:
    if alert is None:
        return {"name": saved.name}
    return {"name": saved.name, "frequency": alert.frequency, "by_mail": alert.by_mail}


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def delete_search(request: SeatRequest, pk: int) -> HttpResponse:
    """Ask, then delete a search with everybody's alerts on it."""
    saved = get_object_or_404(SavedSearch.objects.editable_by(request.seat), pk=pk)
    back = next_path(request, reverse("recruiter:saved_searches"))
    if request.method != "POST":
        others = saved.alerts.exclude(seat=request.seat).count()
        context = {"saved": saved, "others": others, "next": back}
        title = "Delete saved search"
        return render_dialog(request, "recruiter/searches/delete.html", title, context)
    saved.delete()
    messages.success(request, f"“{saved.name}” is deleted.")
    return leave_dialog(request, back)


@require_POST
@seat_required()
def pause_alert(request: SeatRequest, pk: int) -> HttpResponse:
    """Pause one's alert on a search, or resume it."""
    alert = get_object_or_404(SearchAlert.objects.visible_to(request.seat), search=pk)
    saved_searches.pause_or_resume(alert)
    state = "is paused" if alert.paused else "goes on"
    messages.success(request, f"The alert on “{alert.search.name}” {state}.")
    return redirect(next_path(request, reverse("recruiter:saved_searches")))


@require_safe
@seat_required()
def find(request: SeatRequest, pk: int) -> HttpResponse:
    """The people whom an alert found, as far as they may be seen now."""
    found = get_object_or_404(search_alerts.of(request.seat), pk=pk)
    page = Paginator(found.member_ids, PER_PAGE).get_page(request.GET.get("page"))
    choice = filters.kept(found.alert.search.query)
    people = results.results_of(
        request.seat, viewer_of(request.seat), page.object_list, employees=choice.employees
    )
    context = {
        "find": found,
        "saved": found.alert.search,
        "page": page,
        "cards": cards.of(people, Highlights(choice.reading.node)),
        "people_menu": people_menu.of_search(request),
    }
    return render(request, "recruiter/searches/find.html", context)


@csrf_exempt  # a mail program posts here; the token says what for
@require_http_methods(["GET", "HEAD", "POST"])
def stop_alert_mail(request: HttpRequest, token: str) -> HttpResponse:
    """No more e-mail of one alert; it goes on appearing on the start page."""
    alert = search_alerts.alert_of(token)
    if alert is None:
        raise Http404
    if request.method == "POST":
        SearchAlert.objects.filter(pk=alert.pk).update(by_mail=False)
    context = {"stopped": request.method == "POST"}
    return render(request, "recruiter/searches/stop.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def history(request: SeatRequest) -> HttpResponse:
    """What the seat searched for; POST forgets all of it."""
    if request.method == "POST":
        search_history.clear(request.seat)
        messages.success(request, "Your search history is empty.")
        return redirect("recruiter:search_history")
    page = Paginator(search_history.of(request.seat), PER_PAGE).get_page(request.GET.get("page"))
    lines = [(run, _named(request, run.query)) for run in page]
    context = {"page": page, "lines": lines, "kept_days": search_history.KEPT_DAYS}
    return render(request, "recruiter/searches/history.html", context)

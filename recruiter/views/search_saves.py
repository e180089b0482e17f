"""Save all whom a search finds: ask where to, watch it being done, take it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruiter import people, search_saves
from recruiter.models import EDITORS, Member, SearchSave
from recruiter.people_forms import SavePeopleForm
from recruiter.search import SearchUnavailable
from rsc.pages import leave_dialog, next_path, render_dialog, render_part
from rsc.seats import SeatRequest, seat_required

NAMED = 5  # people


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def save_found(request: SeatRequest) -> HttpResponse:
    """Ask into which project, and leave the saving to a worker."""
    seat, back = request.seat, next_path(request, reverse("recruiter:search"))
    asked = (request.POST if request.method == "POST" else request.GET).get("found", "")
    try:
        found = people.found(seat, asked, most=search_saves.MOST)
    except SearchUnavailable:
        messages.error(request, "The search engine cannot answer at the moment; nobody was saved.")
        return leave_dialog(request, back)
    initial = {"place": SavePeopleForm.POOL}
    form = SavePeopleForm(
        request.POST or None, seat=seat, other_than=None, initial=initial, prefix="to"
    )
    if not (found and form.is_valid()):
        named = Member.objects.visible_to(seat).in_bulk(found[:NAMED]).values()
        context = {"named": named, "found": found, "asked": asked, "form": form, "next": back}
        template = "recruiter/people/save_found.html"
        return render_dialog(request, template, "Save to project", context)
    project = form.project_for(seat)
    to_pool = form.cleaned_data["place"] == form.POOL
    save = search_saves.ask(seat, found, project=project, to_pool=to_pool)
    return leave_dialog(
        request, reverse("recruiter:search_save", args=[save.pk], query={"next": back})
    )


@require_safe
@seat_required(*EDITORS)
def search_save(request: SeatRequest, pk: int) -> HttpResponse:
    """How far it is; while it is done, htmx asks again."""
    context = {"save": _own(request, pk), "next": next_path(request, reverse("recruiter:search"))}
    return render_part(request, "recruiter/people/search_save.html", "state", context)


@require_POST
@seat_required(*EDITORS)
def undo(request: SeatRequest, pk: int) -> HttpResponse:
    """Have everybody put back where they stood."""
    search_saves.ask_back(_own(request, pk))
    back = next_path(request, reverse("recruiter:search"))
    return redirect(reverse("recruiter:search_save", args=[pk], query={"next": back}))


def _own(request: SeatRequest, pk: int) -> SearchSave:
    own = SearchSave.objects.visible_to(request.seat).select_related("project")
    return get_object_or_404(own, pk=pk)

"""Dialogs of the search page: why somebody is here, more people like, the keys."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from recruiter import filters, people, similar, standing
from recruiter.models import Member
from recruiter.search import SearchUnavailable
from recruiter.search.viewer import viewer_of
from recruiter.views.chosen import way_back
from rsc.pages import next_path, render_dialog
from rsc.seats import SeatRequest, seat_required

# As static/js/search.js has them.
KEYS = (
    ("j", "to the next person"),
    ("k", "to the person before"),
    ("x", "choose the person, or not"),
    ("Enter", "open the profile"),
    ("/", "to the search box"),
    ("?", "this list"),
)


@require_safe
@seat_required()
def why_here(request: SeatRequest, public_id: str) -> HttpResponse:
    """Why a member is among the results of the search in the address, and at that place."""
    member = get_object_or_404(Member.objects.visible_to(request.seat), public_id=public_id)
    choice = filters.read(request.GET).at_page(1)
    context = {"member": member, "choice": choice, "next": next_path(request, choice.url)}
    try:
        context["standing"] = standing.of(request.seat, viewer_of(request.seat), choice, member)
    except SearchUnavailable:
        context["standing"] = None
    title = f"Why is {member.full_name} here?"
    return render_dialog(request, "recruiter/searches/why.html", title, context)


@require_safe
@seat_required()
def more_like(request: SeatRequest) -> HttpResponse:
    """What the people chosen have in common, to choose from and search for."""
    members = people.chosen(request, request.seat)[: filters.MOST_LIKE]
    context = {"members": members, "next": way_back(request, members)}
    if members:
        proposal = similar.propose(viewer_of(request.seat), members)
        context["proposal"] = proposal
        context["lines"] = [
            (kind, similar.LABELS[kind], values, kind in proposal.used)
            for kind, values in proposal.values.items()
            if values
        ]
    alone = members[0].full_name if len(members) == 1 else "them"
    title = f"Find more people like {alone}"
    return render_dialog(request, "recruiter/searches/more_like.html", title, context)


@require_safe
@seat_required()
def search_keys(request: SeatRequest) -> HttpResponse:
    """The keys of the results."""
    context = {"keys": KEYS, "next": next_path(request, reverse("recruiter:search"))}
    return render_dialog(request, "recruiter/searches/keys.html", "Keys", context)

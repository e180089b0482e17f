"""The search page: one URL holds its whole state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from recruiter import (
    cards,
    filters,
    panels,
    people_menu,
    places,
    results,
    search,
    search_history,
    search_saves,
)
from recruiter.filters import Chip, Choice
from recruiter.highlights import Highlights
from recruiter.models import Member
from recruiter.people import MOST
from recruiter.search import SearchPage, SearchUnavailable, Viewer, seniority
from recruiter.views.panels import asked
from rsc.pages import render_part, wants_part
from rsc.seats import SeatRequest, seat_required

# The language of recruiter.query_language, as the help page tells it.
EXAMPLES = (
    ("java python", "both words, anywhere in the profile"),
    ("java OR python", "one of them, or both"),
    ("java NOT intern", "the first and not the second; -intern says the same"),
    ('"account manager"', "these words side by side, in this order"),
    ("(java OR kotlin) AND berlin", "one of the first two, and the third"),
    ("develop*", "a word that begins so: developer, development"),
    ("title:engineer", "the word in a current title"),
    ("company:acme", "the word in a current company; past_company: for earlier ones"),
    ("skill:(python OR go)", "one of them among the skills"),
    ('location:"new york"', "these words in the place; industry: and school: work alike"),
    ("name:norris", "the word in the person's name"),
)
MOST_SUGGESTIONS = 8  # each costs a search, and only a search without results offers any


@require_safe
@seat_required()
def search_page(request: SeatRequest) -> HttpResponse:
    choice, viewer = asked(request)
    partial = wants_part(request)
    try:
        context = _context(request, choice, viewer)
        search_history.keep(request.seat, choice)
    except SearchUnavailable:
        context = {"choice": choice, "unavailable": True}
    # htmx shows no answer that is an error, so the fragment that says so is none.
    status = 503 if context.get("unavailable") and not partial else 200
    response = render_part(
        request, "recruiter/search.html", "fragment", {**context, "partial": partial}, status
    )
    return push_url(response, choice.url) if partial else response


@require_safe
@seat_required()
def search_help(request: SeatRequest) -> HttpResponse:
    """The language of the search box."""
    context = {
        "examples": EXAMPLES,
        "radii": places.RADII,
        "levels": [(level, words.replace("|", ", ")) for level, words in seniority.RULES],
        "otherwise": seniority.OTHERWISE,
    }
    return render(request, "recruiter/search_help.html", context)


def _context(request: SeatRequest, choice: Choice, viewer: Viewer) -> dict[str, Any]:
    like = _like(request, choice)
    marks = Highlights(choice.reading.node)
    query = choice.query(viewer, without=tuple(member.pk for member in like))
    found = search.index().search(query)
    parameters = choice.at_page(1).parameters
    people = results.results_of(
        request.seat,
        viewer,
        found.member_ids,
        employees=choice.employees,
        skills=_asked_skills(choice, marks),
    )
    return {
        "choice": choice,
        "parameters": parameters,
        "most_named": MOST,
        "most_saved": search_saves.MOST,
        "found": found,
        "like": like,
        "cards": cards.of(people, marks, parameters),
        "spotlights": panels.spotlight_lines(choice, found),
        "panels": panels.panels(choice, found, viewer),
        "radii": places.RADII,
        "people_menu": people_menu.of_search(request),
        **_paging(choice, found),
        "shows_ats_only": request.seat.contract.company.finds_ats_only and _only_words(choice),
        "suggestions": [] if found.total else _suggestions(choice, viewer),
    }


def _asked_skills(choice: Choice, marks: Highlights) -> Callable[[str], bool]:
    """Whether a skill is among those that the search names, by word or by filter."""
    chosen = choice.facets.get("skill")
    named = {value.lower() for value in (*chosen.can, *chosen.must)} if chosen else set()
    return lambda skill: skill.lower() in named or marks.skill.holds(skill)


def _paging(choice: Choice, found: SearchPage) -> dict[str, Any]:
    """The links around the list: to other pages, orders and lengths."""
    pages = Paginator(range(min(found.total, filters.LAST_RESULT)), choice.size)
    before = (choice.page - 1) * choice.size
    return {
        "first": before + 1,
        "last": before + len(found.member_ids),
        "links": _links(choice, pages),
        "previous": choice.at_page(choice.page - 1) if choice.page > 1 else None,
        "next": choice.at_page(choice.page + 1) if choice.page < pages.num_pages else None,
        "orders": [
            (label, order == choice.order, choice.in_order(order))
            for order, label in filters.ORDERS.items()
        ],
        "sizes": [(size, size == choice.size, choice.of_size(size)) for size in filters.PAGE_SIZES],
    }


def _only_words(choice: Choice) -> bool:
    """Whether a search asks for nothing that only profiles have, on its first page."""
    return not (choice.facets or choice.spotlights or choice.like) and choice.page == 1


def _like(request: SeatRequest, choice: Choice) -> list[Member]:
    """By whom the search was made, as far as the seat sees them."""
    if not choice.like:
        return []
    return list(Member.objects.visible_to(request.seat).filter(public_id__in=choice.like))


def _links(choice: Choice, pages: Paginator) -> list[tuple[int | str, Choice | None]]:
    """Page numbers and their searches; gaps have none."""
    current = min(choice.page, pages.num_pages)
    return [
        (number, choice.at_page(number) if isinstance(number, int) else None)
        for number in pages.get_elided_page_range(current, on_each_side=2, on_ends=1)
    ]


def _suggestions(choice: Choice, viewer: Viewer) -> list[tuple[Chip, SearchPage]]:
    """Which filters to drop, those that bring most back first."""
    tried = [
        (chip, search.index().search(replace(chip.without.query(viewer), count=0, panels=())))
        for chip in choice.loosened[:MOST_SUGGESTIONS]
    ]
    helpful = [pair for pair in tried if pair[1].total]
    return sorted(helpful, key=lambda pair: -pair[1].total)

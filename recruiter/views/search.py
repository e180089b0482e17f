"""The search page: one URL holds its whole state."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from recruiter import filters, people_menu, results, search, search_history
from recruiter.filters import Chip, Choice
from recruiter.search import SearchPage, SearchUnavailable, Viewer
from recruiter.search.viewer import viewer_of
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
    choice = filters.read(request.GET)
    viewer = viewer_of(request.seat)
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
    return render(request, "recruiter/search_help.html", {"examples": EXAMPLES})


def _context(request: SeatRequest, choice: Choice, viewer: Viewer) -> dict[str, Any]:
    found = search.index().search(choice.query(viewer))
    pages = _pages(found.total, choice.size)
    page = pages.get_page(choice.page)
    return {
        "choice": choice,
        "found": found,
        "results": results.results_of(
            request.seat, viewer, found.member_ids, employees=choice.employees
        ),
        "spotlights": results.spotlight_lines(choice, found),
        "panels": results.panels(choice, found),
        "page": page,
        "people_menu": people_menu.of_search(request),
        "first": (choice.page - 1) * choice.size + 1,
        "last": (choice.page - 1) * choice.size + len(found.member_ids),
        "links": _links(choice, pages),
        "previous": choice.at_page(choice.page - 1) if choice.page > 1 else None,
        "next": choice.at_page(choice.page + 1) if choice.page < pages.num_pages else None,
        "suggestions": [] if found.total else _suggestions(choice, viewer),
    }


def _pages(total: int, size: int) -> Paginator:
    return Paginator(range(min(total, filters.LAST_RESULT)), size)


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
        (chip, search.index().search(chip.without.query(viewer)))
        for chip in choice.loosened[:MOST_SUGGESTIONS]
    ]
    helpful = [pair for pair in tried if pair[1].total]
    return sorted(helpful, key=lambda pair: -pair[1].total)

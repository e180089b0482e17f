"""The “Why?” desk: one box in, chains of reasons out.

What is typed is posted, so that no name or address stands in URLs and logs; the pages that can be
linked to are keyed by ids. Each look is audited.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from ats_sync.why import desk, finding
from ats_sync.why.finding import Found
from ats_sync.why.requests import explain_absence
from rsc import audit
from rsc.admin_site import Page
from rsc.models import Seat

SHOWN = 3  # with their reasons; of more only the names, to choose from
TEMPLATE = "admin/ats_sync/why.html"
RIGHTS = ("ats_sync.view_match", "ats_sync.view_candidate")


def urls(site: AdminSite) -> list[URLPattern]:
    """The desk's pages, for the admin site that holds them."""

    def ask_page(request: HttpRequest) -> HttpResponse:
        return ask(site, request)

    def look_page(request: HttpRequest, kind: str, key: str) -> HttpResponse:
        return look(site, request, kind, key)

    return [
        path("ats_sync/why/", site.admin_view(ask_page), name="why"),
        path(
            "ats_sync/why/<str:kind>/<str:key>/",
            site.admin_view(require_safe(look_page)),
            name="why_look",
        ),
    ]


def ask(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The box, and what fits the words in it."""
    _check(request)
    text, seen_by = (request.POST.get(name, "").strip() for name in ("text", "seen_by"))
    found = finding.look_for(text)
    seats = _seats(request, seen_by)
    seat = seats[0] if len(seats) == 1 else None
    if text:
        audit.record("why.asked", "desk", actor=request.user, found=len(found))
    context = {
        "text": text,
        "seen_by": seen_by,
        "seats": seats if len(seats) > 1 else [],
        "seat": seat,
        "no_seat": bool(seen_by) and not seats,
        "answers": [_answer(request, each, seat) for each in found] if len(found) <= SHOWN else [],
        "choices": [_choice(each, seat) for each in found] if len(found) > SHOWN else [],
        "absent": explain_absence(text) if text and not found else None,
    }
    return _page(site, request, context)


def look(site: AdminSite, request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """One thing, with `?seat=` as that seat sees it."""
    _check(request)
    found = finding.named(kind, key)
    if found is None:
        raise Http404
    number = request.GET.get("seat", "")
    seat = finding.seats().filter(pk=number).first() if number.isdecimal() else None
    context = {"seat": seat, "answers": [_answer(request, found, seat)]}
    return _page(site, request, context)


def _check(request: HttpRequest) -> None:
    """Who may look at matches and at records of ATSs may ask why."""
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied


def _seats(request: HttpRequest, text: str) -> list[Seat]:
    """As whom to look: the seat chosen among several, else all that fit the text."""
    chosen = request.POST.get("seat", "")
    if chosen.isdecimal():
        return list(finding.seats().filter(pk=chosen))
    return finding.seats_like(text)


def _answer(request: HttpRequest, found: Found, seat: Seat | None) -> dict[str, Any]:
    """A thing with its reasons; that somebody looked is written down, by ids only."""
    detail = {"seat_asked": seat.pk} if seat else {}
    audit.record("why.looked", f"{found.kind}:{found.row.pk}", actor=request.user, **detail)
    return {
        "found": found,
        "chains": desk.explain(found, seat),
        "more": [_choice(each, seat) for each in desk.related(found)],
        "link": _link(found, seat),
    }


def _choice(found: Found, seat: Seat | None) -> dict[str, Any]:
    return {"found": found, "link": _link(found, seat)}


def _link(found: Found, seat: Seat | None) -> str:
    path = reverse("admin:why_look", args=[found.kind, found.row.pk])
    return f"{path}?seat={seat.pk}" if seat else path


def _page(site: AdminSite, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    own = {**site.each_context(request), "title": "Why?", **context}
    return TemplateResponse(request, TEMPLATE, own)


admin.site.pages.append(Page("ats_sync", "Why?", "admin:why", RIGHTS, urls))

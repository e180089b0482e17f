"""The door to what the frame asks for: a good ticket, or the ATS's word for who looks."""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from widget import tickets, vouchers
from widget.admission import NotAdmitted, admit
from widget.tickets import TicketRefused, Visit, VisitRequest
from widget.vouchers import VoucherRefused

TICKET_HEADER = "RSC-Ticket"
# What htmx and the frame send and read, where the frame's own origin is none (a sandbox).
_SENT = (
    "authorization, content-type, hx-current-url, hx-request, hx-target, hx-trigger, "
    "hx-trigger-name, hx-prompt, hx-boosted"
)
_READ = f"{TICKET_HEADER}, HX-Trigger, HX-Retarget"
# An answer that is the whole content goes there, whichever part of the frame asked.
RETARGET, WHOLE = "HX-Retarget", "#content"
_View = Callable[..., HttpResponse]


def visit_required(view: _View) -> _View:
    """Let only POSTs with a good ticket or voucher in; others get the sign-in panel (401).

    The session is never asked. That is why no CSRF token is wanted: a foreign page cannot make
    a browser send the ticket. It is also why a sandboxed frame, whose origin is `null`, may
    call: whoever holds no ticket learns nothing from any origin.
    """

    @csrf_exempt
    @never_cache
    @functools.wraps(view)
    def guarded(request: VisitRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "OPTIONS":
            return _open_to_sandbox(request, HttpResponse(status=204))
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return _open_to_sandbox(request, _answer(view, request, *args, **kwargs))

    return guarded


def _answer(view: _View, request: VisitRequest, *args: object, **kwargs: object) -> HttpResponse:
    try:
        request.visit = _visit_of(request)
    except TicketRefused:
        return _signed_out(request, ended=True)
    except VoucherRefused as refusal:
        return _signed_out(request, refusal=str(refusal))
    with timezone.override(zoneinfo.ZoneInfo(request.visit.seat.user.time_zone)):
        response = view(request, *args, **kwargs)
    if request.visit.wants_renewal:
        response[TICKET_HEADER] = tickets.issue(request.visit)
    return response


def _signed_out(request: HttpRequest, **why: object) -> HttpResponse:
    response = render(request, "widget/frame.html#signed_out", why, status=401)
    response[RETARGET] = WHOLE
    return response


def _visit_of(request: HttpRequest) -> Visit:
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Ticket":
        return tickets.read(credential)
    if scheme == "Voucher":
        asked = request.POST
        try:
            found = admit(asked.get("api_key", ""), asked.get("integration_context", ""))
        except NotAdmitted as error:
            raise TicketRefused from error
        return vouchers.redeem(credential, found, origin=asked.get("origin", ""))
    raise TicketRefused


def _open_to_sandbox(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.headers.get("Origin") == "null":
        response["Access-Control-Allow-Origin"] = "null"
        response["Access-Control-Allow-Headers"] = _SENT
        response["Access-Control-Allow-Methods"] = "POST"
        response["Access-Control-Expose-Headers"] = _READ
        response["Access-Control-Max-Age"] = "600"
    return response

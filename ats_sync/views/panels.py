"""Panels inside recruiter pages: what ATSs know of a member."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from ats_sync import (
    absence,
    attachments,
    deeds,
    exports,
    history,
    links,
    standing,
    suggestions,
)
from ats_sync.models import Ats, Candidate, Export
from ats_sync.why import inmails
from recruiter import desk, projects
from recruiter.models import Activity, ContactShare, Conversation, Member
from rsc.pages import next_path, render_dialog, wants_part
from rsc.seats import SeatRequest, seat_required

IN_FLIGHT = 5  # lines on the start page
LAST_PAGE = 9999  # of jobs; a number beyond is a typing error


def member_for(request: SeatRequest, public_id: str) -> Member:
    """The door: a member whom the seat may see, at a company that has an ATS here; or 404."""
    if not Ats.objects.visible_to(request.seat).exists():
        raise Http404
    return get_object_or_404(Member.objects.visible_to(request.seat), public_id=public_id)


@require_safe
@seat_required()
def status(request: SeatRequest, public_id: str) -> HttpResponse:
    """The ATS's part of the header line of a profile, and what it knows for other places there.

    Those are contact lines, the last stage, the numbers on two tabs, and whether export is open.
    """
    member = member_for(request, public_id)
    known = standing.know(request.seat, member)
    records = standing.gather(known)
    own = desk.counts(request.seat, member)
    context = {
        "member": member,
        "records": records,
        "latest": standing.latest(records),
        "exported": history.exports(request.seat, member).first(),
        "no_export": exports.why_not(request.seat, member),
        "feedback_count": own.reviews + sum(each.feedback_count for each in records),
        "file_count": own.attachments + attachments.of_member(known).count(),
        "reachable": any(each.candidate.emails or each.candidate.phones for each in records)
        or ContactShare.objects.visible_to(request.seat).filter(member=member).exists(),
    }
    return render(request, "ats_sync/_status.html", context)


@require_safe
@seat_required()
def indicator(request: SeatRequest, public_id: str) -> HttpResponse:
    """The card below the badge “In …”."""
    member = member_for(request, public_id)
    known = standing.know(request.seat, member)
    context = {"member": member, "records": history.glance(known)}
    return render(request, "ats_sync/_indicator.html", context)


@require_safe
@seat_required()
def member_history(request: SeatRequest, public_id: str) -> HttpResponse:
    """The ATS tab: a panel for htmx, else a page. `?ats=` shows one ATS only.

    `?record=` and `?page=` show further jobs of one record; to htmx these alone.
    """
    member = member_for(request, public_id)
    page = _page(request)
    known = standing.know(request.seat, member)
    records = history.gather_with_files(known, page)
    atss = history.atss_of(records)
    chosen = next((ats for ats in atss if str(ats.pk) == request.GET.get("ats")), None)
    record = next((each for each in records if _is_asked_for(each, request)), None)
    if page > 1 and not record:
        raise Http404
    shown = [record] if record else [each for each in records if chosen in (None, each.ats)]
    context: dict[str, Any] = {
        "member": member,
        "atss": atss if len(atss) > 1 else [],
        "chosen": chosen,
        "records": shown,
        "record": record,
        "exports": history.exports(request.seat, member),
        "pane": bool(request.GET.get("pane")),
        "suggestions": suggestions.of_member(known),
        "may_decide": request.seat.role in projects.EDITORS,
        "page": "ats_sync/_history.html" + ("#jobs" if record and wants_part(request) else ""),
    }
    return _panel(request, context)


@require_safe
@seat_required()
def feedback(request: SeatRequest, public_id: str) -> HttpResponse:
    """What interviewers wrote, job by job: the ATS's part of the Feedback tab."""
    member = member_for(request, public_id)
    page = _page(request)
    known = standing.know(request.seat, member)
    records = history.gather(known, page=page, judged=True)
    context = {
        "member": member,
        "told": [(record, each) for record in records for each in record.journeys],
        "next_page": max((record.next_page or 0 for record in records), default=0),
        "number": page,
        "page": "ats_sync/_feedback.html" + ("#jobs" if page > 1 and wants_part(request) else ""),
    }
    return _panel(request, context)


def _page(request: SeatRequest) -> int:
    """Which page of jobs is asked for; the first, where that is no number."""
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), LAST_PAGE) if re.fullmatch("[0-9]{1,9}", asked) else 1


def _is_asked_for(record: history.Record, request: SeatRequest) -> bool:
    return str(record.candidate.pk) == request.GET.get("record")


@require_safe
@seat_required()
def why(request: SeatRequest, public_id: str) -> HttpResponse:
    """“Not seeing profiles in your ATS?”, answered for this member and this seat."""
    member = get_object_or_404(Member.objects.visible_to(request.seat), public_id=public_id)
    context = {
        "member": member,
        "answers": absence.explain(request.seat, member),
        "next": next_path(request, f"{member.get_absolute_url()}?tab=ats"),
    }
    return render_dialog(request, "ats_sync/why.html", "Not seeing profiles in your ATS?", context)


@require_safe
@seat_required()
def why_messages(request: SeatRequest, pk: int) -> HttpResponse:
    """“Not seeing these messages in your ATS?”, answered for a thread of the seat's own."""
    own = Conversation.objects.filter(seat=request.seat)
    related = own.select_related("seat__contract__company", "seat__user", "member")
    thread = get_object_or_404(related, pk=pk)
    context = {
        "chains": inmails.explain_inmails(thread, to_seat=True),
        "next": next_path(request, thread.get_absolute_url()),
    }
    title = "Not seeing these messages in your ATS?"
    return render_dialog(request, "ats_sync/why_messages.html", title, context)


@require_safe
@seat_required()
def in_flight(request: SeatRequest) -> HttpResponse:
    """The seat's own exports that have not arrived yet, for its start page."""
    seen = Member.objects.visible_to(request.seat).values("pk")
    own = Export.objects.visible_to(request.seat).filter(seat=request.seat, member__in=seen)
    moving = own.with_state().exclude(state__in=Export.SETTLED)
    rows = moving.select_related("member", "ats", "job_posting").order_by("-created_at", "-pk")
    return _panel(request, {"exports": rows[:IN_FLIGHT], "page": "ats_sync/_in_flight.html"})


def _panel(request: SeatRequest, context: dict[str, Any]) -> HttpResponse:
    """A panel for htmx, else a page around it."""
    template = context["page"] if wants_part(request) else "ats_sync/panel.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@seat_required(*projects.EDITORS)
def decide(request: SeatRequest, public_id: str, pk: int) -> HttpResponse:
    """Say whether a suggested record of an ATS is this member, or take back what was said."""
    member = member_for(request, public_id)
    candidate = get_object_or_404(Candidate.objects.visible_to(request.seat), pk=pk)
    verb, words = _DECISIONS.get(request.POST.get("same", ""), _DECISIONS["no"])
    try:
        verb(request.seat, candidate, member)
    except links.NotLinked:
        messages.warning(request, "This was decided by somebody else in the meantime.")
    else:
        if verb is links.confirm:
            deeds.record(request.seat, candidate, member, Activity.Verb.LINKED)
        messages.success(request, f"The record {words} {member.full_name}.")
    return redirect(f"{member.get_absolute_url()}?tab=ats")


_DECISIONS = {
    "yes": (links.confirm, "is joined with"),
    "no": (links.reject, "will not be suggested again for"),
    "undo": (links.take_back, "is judged by the rule again, as a record that may be"),
}

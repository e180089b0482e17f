"""The frame and what it asks for. Only the frame itself is open; all else wants a ticket."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from ats_sync.models import Candidate
from recruiter import activity
from recruiter.models import EDITORS, Activity, Member
from recruiter.search import SearchUnavailable
from rsc.models import Seat
from widget import lookup, profile
from widget.admission import NotAdmitted, admit, open_to, switched_on
from widget.tickets import VisitRequest
from widget.visits import RETARGET, WHOLE, visit_required


@require_GET
def frame(request: HttpRequest) -> HttpResponse:
    """The frame: who may embed it is said here, and no personal data is in it."""
    asked = request.GET
    try:
        admission = admit(asked.get("api_key", ""), asked.get("integration_context", ""))
    except NotAdmitted:
        return render(request, "widget/refused.html", status=403)
    context = {
        "ats": admission.ats,
        "origins": json.dumps(admission.origins),
        "switched_on": switched_on(admission.ats),
        "external_id": asked.get("ats_candidate_id", ""),
        "show_unlink": asked.get("show_unlink") != "false",
        "confirm_unlink": asked.get("confirm_unlink") != "false",
    }
    response = open_to(render(request, "widget/frame.html", context), admission.origins)
    patch_cache_control(response, no_store=True)  # origins may change at any moment
    return response


@visit_required
def content(request: VisitRequest) -> HttpResponse:
    """What is known of the candidate that the host page is about, as the visitor may see it."""
    return show(request)


@visit_required
def members(request: VisitRequest) -> HttpResponse:
    """Members to choose from by name. The name comes in the body, so that no log keeps it."""
    if candidate_asked(request) is None or not may_decide(request.visit.seat):
        return show(request, status=404)
    context = {"may_decide": True} | people_named(request.visit.seat, request.POST.get("name", ""))
    return render(request, "widget/_lookup.html#found", context)


def candidate_asked(request: VisitRequest) -> Candidate | None:
    """The candidate that the host page is about, if the seat may know it through the widget."""
    visit = request.visit
    external_id = request.POST.get("ats_candidate_id", "")
    if visit.candidate not in ("", external_id):
        return None
    return profile.candidate_of(visit.seat, visit.ats, external_id)


def member_asked(request: VisitRequest) -> Member | None:
    """The member that was chosen in the frame, if the seat may see them."""
    public_id = request.POST.get("member", "").replace("\x00", "")
    return Member.objects.visible_to(request.visit.seat).filter(public_id=public_id).first()


def may_decide(seat: Seat) -> bool:
    """Whether a seat links, unlinks and saves people; hiring managers only look."""
    return seat.role in EDITORS


def show(request: VisitRequest, status: int = 200, **said: Any) -> HttpResponse:
    """The whole content of the frame in the state that is true now, whichever part asked.

    Args:
        said: what an action has to say: `notice`, a sentence; `draft`, the words of a message
            that could not be sent, so that they are not lost; `way_back`, how to undo it.
    """
    visit = request.visit
    context: dict[str, Any] = said | {
        "visit": visit,
        "may_decide": may_decide(visit.seat),
        "show_unlink": request.POST.get("show_unlink") != "false",
        "confirm_unlink": request.POST.get("confirm_unlink") != "false",
        "several_contracts": profile.has_several_contracts(visit.seat),
    }
    state = "known"
    candidate = candidate_asked(request)
    if candidate is not None:
        context |= {"candidate": candidate} | state_of(visit.seat, candidate)
    else:
        state = "unknown" if switched_on(visit.ats) else "off"
    response = render(request, f"widget/content.html#{state}", context, status=status)
    response[RETARGET] = WHOLE
    return response


def state_of(seat: Seat, candidate: Candidate) -> dict[str, Any]:
    """One match: the profile. None or several: people to choose from."""
    matched = profile.members_of(seat, candidate)
    if len(matched) == 1:
        activity.record(seat, matched[0], Activity.Verb.VIEWED)
        return {"content": profile.Content(seat, candidate, matched[0])}
    if matched:
        return {"several": matched}
    why = {"against": list(profile.decided_against(seat, candidate))}
    if not may_decide(seat):
        return why
    suggestions = lookup.suggestions_for(seat, candidate)
    return why | {"suggestions": suggestions} | people_named(seat, candidate.full_name)


def people_named(seat: Seat, name: str) -> dict[str, Any]:
    """The members found by a name; a search that cannot answer is never "nobody"."""
    try:
        return {"name": name.strip(), "found": lookup.members_named(seat, name)}
    except SearchUnavailable:
        return {"name": name.strip(), "unavailable": True}

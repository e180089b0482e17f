"""What a recruiter does in the frame: link, unlink, undo, save, write, note, follow."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from ats_sync import deeds, links
from ats_sync.models import Candidate
from recruiter import follows, inmail, notes, projects, reach
from recruiter.forms import SaveForm
from recruiter.inmail import InMailRefused
from recruiter.models import Activity, Member
from recruiter.notes import NoteRefused
from recruiter.profile import Profile
from widget import way_back
from widget.tickets import VisitRequest
from widget.views import candidate_asked, may_decide, member_asked, show
from widget.visits import visit_required

_Action = Callable[[VisitRequest, Candidate, Member], HttpResponse]


def action(view: _Action) -> Callable[[VisitRequest], HttpResponse]:
    """An action of a visitor who may work, about a candidate and a member whom they may see."""

    @visit_required
    @functools.wraps(view)
    def guarded(request: VisitRequest) -> HttpResponse:
        candidate, member = candidate_asked(request), member_asked(request)
        if candidate is None or member is None or not may_decide(request.visit.seat):
            return show(request, status=404)
        return view(request, candidate, member)

    return guarded


@action
def link(request: VisitRequest, candidate: Candidate, member: Member) -> HttpResponse:
    """Link the candidate with the member that was chosen, and tell the host page."""
    seat = request.visit.seat
    back = way_back.from_link(candidate, member)
    with transaction.atomic():
        links.link(seat, candidate, member)
        deeds.record(seat, candidate, member, Activity.Verb.LINKED)
    said = f"{candidate.full_name} is linked to {member.full_name} now."
    return _tell(show(request, notice=said, way_back=back), "rsc:linked", member)


@action
def unlink(request: VisitRequest, candidate: Candidate, member: Member) -> HttpResponse:
    """Take the link away for good, and tell the host page."""
    seat = request.visit.seat
    back = way_back.from_unlink(candidate, member)
    try:
        with transaction.atomic():
            links.unlink(seat, candidate, member)
            deeds.record(seat, candidate, member, Activity.Verb.UNLINKED)
    except links.NotLinked:  # a colleague was faster: show what is true now, tell nothing
        return show(request)
    said = f"{candidate.full_name} is no longer linked to {member.full_name}."
    return _tell(show(request, notice=said, way_back=back), "rsc:unlinked", member)


@action
def undo(request: VisitRequest, candidate: Candidate, member: Member) -> HttpResponse:
    """Undo a change of the link by hand, as its way back says, and tell the host page."""
    seat = request.visit.seat
    try:
        with transaction.atomic():
            linked = way_back.go(seat, candidate, member, request.POST.get("how", ""))
            verb = Activity.Verb.LINKED if linked else Activity.Verb.UNLINKED
            deeds.record(seat, candidate, member, verb)
    except links.NotLinked:
        return show(request)
    event = "rsc:linked" if linked else "rsc:unlinked"
    return _tell(show(request, notice="Undone: all is as it was before."), event, member)


@action
def save_form(request: VisitRequest, candidate: Candidate, member: Member) -> HttpResponse:
    """The form of “Save to project”, asked for when it is opened."""
    return render(
        request,
        "widget/_forms.html#save",
        {"member": member, "projects": Profile(request.visit.seat, member).savable},
    )


@action
def message_form(request: VisitRequest, candidate: Candidate, member: Member) -> HttpResponse:
    """The form of “Send InMail”, or why nobody can write to the member."""
    (found,) = reach.gather(request.visit.seat, [member])
    return render(request, "widget/_forms.html#message", {"member": member, "reach": found})


@action
def save(request: VisitRequest, candidate: Candidate, member: Member) -> HttpResponse:
    """Save the member to the project chosen, or to a new one."""
    seat = request.visit.seat
    form = SaveForm(request.POST, seat=seat)
    if not form.is_valid():
        return show(request, notice="Choose a project, or name a new one.")
    with transaction.atomic():
        project = form.cleaned_data["project"] or projects.create_project(
            seat, name=form.cleaned_data["new_project"]
        )
        projects.save_to_project(seat, member, project=project)
    return show(request, notice=f"Saved to {project.name}.")


@action
def message(request: VisitRequest, candidate: Candidate, member: Member) -> HttpResponse:
    """Send the member an InMail."""
    words = {name: request.POST.get(name, "") for name in ("subject", "body")}
    try:
        inmail.send(request.visit.seat, member, **words)
    except InMailRefused as refusal:
        (found,) = reach.gather(request.visit.seat, [member])
        return show(request, notice=str(refusal), draft=words, reach=found)
    return show(request, notice=f"Your InMail to {member.full_name} is sent.")


@action
def note(request: VisitRequest, candidate: Candidate, member: Member) -> HttpResponse:
    """Write a note that everyone on the contract reads."""
    text = request.POST.get("text", "")
    try:
        notes.add(request.visit.seat, member, text)
    except NoteRefused as refusal:
        return show(request, notice=str(refusal))
    return show(request, notice="Your note is saved.")


@action
def follow(request: VisitRequest, candidate: Candidate, member: Member) -> HttpResponse:
    """“Update me”: hear of changes of this profile in the feed, or no more (`on=no`)."""
    seat = request.visit.seat
    if request.POST.get("on") == "no":
        follows.unfollow(seat, member)
        return show(request, notice=f"No more news of {member.full_name}.")
    follows.follow(seat, member)
    return show(request, notice=f"Your feed will say what {member.full_name} changes.")


def _tell(response: HttpResponse, event: str, member: Member) -> HttpResponse:
    """Have the frame tell the host page, now that the change is in the database."""
    response["HX-Trigger"] = json.dumps({event: {"person": str(member.urn)}})
    return response

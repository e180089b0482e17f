"""The profile page, and saving its member to a project."""

from __future__ import annotations

from itertools import chain

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from recruiter import activity, profile, projects
from recruiter.forms import SaveForm
from recruiter.models import Activity, Member
from rsc.pages import render_part
from rsc.seats import SeatRequest, seat_required

TABS = ("profile", "projects", "ats")


@require_safe
@seat_required()
def profile_page(request: SeatRequest, public_id: str) -> HttpResponse:
    """A member as this seat sees them; `?tab=` chooses what stands below the header."""
    member = get_object_or_404(Member.objects.visible_to(request.seat), public_id=public_id)
    activity.record(request.seat, member, Activity.Verb.VIEWED)
    gathered = profile.gather(request.seat, member)
    tab = request.GET.get("tab")
    context = {
        "profile": gathered,
        "member": member,
        "tab": tab if tab in TABS and (tab != "ats" or gathered.ats_names) else "profile",
        "may_edit": request.seat.role in projects.EDITORS,
    }
    return render_part(request, "recruiter/profile.html", "body", context)


@require_POST
@seat_required(*projects.EDITORS)
def save_to_project(request: SeatRequest, public_id: str) -> HttpResponse:
    """Save a member to the project chosen, or to a new one."""
    member = get_object_or_404(Member.objects.visible_to(request.seat), public_id=public_id)
    form = SaveForm(request.POST, seat=request.seat)
    if form.is_valid():
        with transaction.atomic():
            project = form.cleaned_data["project"] or projects.create_project(
                request.seat, name=form.cleaned_data["new_project"]
            )
            projects.save_to_project(request.seat, member, project=project)
        messages.success(request, f"{member.full_name} is saved to {project.name}.")
    else:
        messages.error(request, " ".join(chain.from_iterable(form.errors.values())))
    return redirect(member)

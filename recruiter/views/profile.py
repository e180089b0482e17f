"""The profile page."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from recruiter import activity, desk, people_menu
from recruiter.desk_forms import UploadForm
from recruiter.models import EDITORS, Activity, Member
from recruiter.profile import Profile
from rsc.pages import render_part
from rsc.seats import SeatRequest, seat_required

TABS = ("profile", "projects", "ats", "messages", "feedback", "attachments")


@require_safe
@seat_required()
def profile_page(request: SeatRequest, public_id: str) -> HttpResponse:
    """A member as this seat sees them; `?tab=` chooses what stands below the header."""
    member = get_object_or_404(Member.objects.visible_to(request.seat), public_id=public_id)
    activity.record(request.seat, member, Activity.Verb.VIEWED)
    gathered = Profile(request.seat, member)
    tab = _tab(request, gathered)
    context = {
        "profile": gathered,
        "desk": desk.gather(request.seat, member),
        "member": member,
        **_actions(request),
        "tab": tab,
        "here": f"{member.get_absolute_url()}?tab={tab}",
        "may_edit": request.seat.role in EDITORS,
        **_content(request, gathered, tab),
    }
    return render_part(request, "recruiter/profile.html", "body", context)


def _actions(request: SeatRequest) -> dict[str, Any]:
    """The menu, and those of its entries that stand in the header as buttons."""
    menu = people_menu.of_search(request)
    by_label = {entry.label: entry for entry in menu.entries}
    return {
        "people_menu": menu,
        "message": by_label.get("Message"),
        "save": by_label.get("Save to project"),
        "export": by_label.get(people_menu.EXPORT),
    }


def _tab(request: SeatRequest, gathered: Profile) -> str:
    tab = request.GET.get("tab")
    there = tab in TABS and (tab != "ats" or gathered.ats_names)
    return tab if there else "profile"


def _content(request: SeatRequest, gathered: Profile, tab: str) -> dict[str, Any]:
    """What only this tab shows."""
    member = gathered.member
    if tab == "projects":
        prefetch_related_objects(gathered.prospects, "added_by__user")
    if tab == "messages":
        return {"threads": desk.threads(request.seat, member)}
    if tab == "feedback":
        return {"reviews": desk.reviews(request.seat, member)}
    if tab == "attachments":
        return {
            "attachments": desk.attachments(request.seat, member),
            "upload": UploadForm(auto_id="upload-%s"),
        }
    return {}

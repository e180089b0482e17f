"""What the dialogs about people chosen have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from recruiter.models import Member
from rsc.pages import leave_dialog, next_path, render_dialog
from rsc.seats import SeatRequest


def ask(
    request: SeatRequest, name: str, title: str, members: list[Member], form: Any = None
) -> HttpResponse:
    """Show the dialog `recruiter/desk/<name>.html` about these members."""
    context = {"members": members, "form": form, "next": way_back(request, members)}
    return render_dialog(request, f"recruiter/desk/{name}.html", title, context)


def leave(request: SeatRequest, members: list[Member], text: str) -> HttpResponse:
    """Say what was done (`{who}` stands for the people) and go back."""
    who = members[0].full_name if len(members) == 1 else f"{len(members)} people"
    messages.success(request, text.format(who=who))
    return leave_dialog(request, way_back(request, members))


def way_back(request: SeatRequest, members: list[Member]) -> str:
    """Where a dialog leads to: its `next`, else the one member's profile, else the search."""
    alone = len(members) == 1
    return next_path(
        request, members[0].get_absolute_url() if alone else reverse("recruiter:search")
    )

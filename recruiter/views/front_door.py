"""The bare address: recruiters start at their desk, members at their messages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from recruiter.models import Member


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    own = request.user.is_authenticated and not request.seat
    if own and Member.objects.open_accounts().filter(user=request.user).exists():
        return redirect("member:start")
    return redirect("recruiter:home")

"""The way out."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from recruiter import members
from recruiter.member_forms import CloseForm
from recruiter.views.member_area.door import MemberRequest, member_required


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def close(request: MemberRequest) -> HttpResponse:
    """What closing does, and the button that does it."""
    form = CloseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        members.close_account(request.member)
        logout(request)
        return redirect("member:closed")
    return render(
        request, "member/close.html", {"form": form, "seats": request.user.seats.exists()}
    )


@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """After closing. Open to everybody: it says nothing about anybody."""
    return render(request, "member/closed.html")

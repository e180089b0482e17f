"""Which companies have a member's contact details, since when; and taking them back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from recruiter import contact_sharing
from recruiter.models import ContactShare
from recruiter.views.member_area.door import MemberRequest, member_required


@require_safe
@member_required
def sharing(request: MemberRequest) -> HttpResponse:
    context = {"choices": contact_sharing.choices(request.member)}
    return render(request, "member/sharing.html", context)


@require_POST
@member_required
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """End an agreement; a second click changes nothing."""
    shares = ContactShare.objects.filter(member=request.member).select_related("company")
    company = get_object_or_404(shares, pk=pk).company
    contact_sharing.withdraw(request.member, company)
    messages.success(request, f"{company} does not see your contact details any more.")
    return redirect("member:sharing")

"""What others may see of a member, and who may write to them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from recruiter import own_profile
from recruiter.member_forms import BlockForm, PrivacyForm
from recruiter.models import InMailBlock
from recruiter.views.member_area.door import MemberRequest, member_required
from recruiter.views.member_area.inbox import thread_for


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def privacy(request: MemberRequest) -> HttpResponse:
    form = PrivacyForm(request.POST or None, instance=request.member)
    if request.method == "POST" and form.is_valid():
        own_profile.keep(form)
        messages.success(request, "Your settings hold from now on.")
        return redirect("member:privacy")
    context = {
        "form": form,
        "block_form": BlockForm(member=request.member),
        "blocks": request.member.inmail_blocks.select_related("company").order_by("-at"),
    }
    return render(request, "member/privacy.html", context)


@require_POST
@member_required
def block(request: MemberRequest) -> HttpResponse:
    """Take no more messages from a company."""
    form = BlockForm(request.POST, member=request.member)
    if form.is_valid():
        own_profile.block(request.member, form.cleaned_data["company"])
        messages.success(request, f"{form.cleaned_data['company']} cannot write to you any more.")
    else:
        messages.error(request, "Choose a company.")
    return redirect("member:privacy")


@require_POST
@member_required
def block_sender(request: MemberRequest, pk: int) -> HttpResponse:
    """Take no more messages from the company of a thread."""
    thread = thread_for(request, pk)
    company = thread.seat.contract.company
    own_profile.block(request.member, company)
    messages.success(request, f"{company} cannot write to you any more.")
    return redirect("member:conversation", pk=pk)


@require_POST
@member_required
def unblock(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(InMailBlock.objects.filter(member=request.member), pk=pk)
    company = found.company
    found.delete()
    messages.success(request, f"{company} may write to you again.")
    return redirect("member:privacy")

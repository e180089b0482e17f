"""Files that recruiters keep with a member."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruiter import attachments
from recruiter.desk_forms import UploadForm
from recruiter.file_kinds import FileRefused
from recruiter.models import EDITORS, Member, MemberAttachment
from rsc.files import hand_out
from rsc.pages import leave_dialog, render_dialog
from rsc.seats import SeatRequest, seat_required


@require_POST
@seat_required(*EDITORS)
def add_attachment(request: SeatRequest, public_id: str) -> HttpResponse:
    """Keep a file with a member."""
    member = get_object_or_404(Member.objects.visible_to(request.seat), public_id=public_id)
    form = UploadForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise FileRefused("Choose a file first.")
        kept = attachments.add(request.seat, member, form.cleaned_data["file"])
    except FileRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{kept.name} is kept with {member.full_name}.")
    return redirect(_tab(member))


@require_safe
@seat_required()
def attachment(request: SeatRequest, pk: int) -> HttpResponseBase:
    """The file itself, to keep; a browser never runs what somebody uploaded."""
    kept = _attachment_for(request, pk)
    return hand_out(kept.file, kept.name)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def delete_attachment(request: SeatRequest, pk: int) -> HttpResponse:
    """Delete a file that one uploaded, after a question."""
    kept = _attachment_for(request, pk)
    if kept.seat_id != request.seat.pk:
        raise Http404
    if request.method != "POST":
        context = {
            "what": kept.name,
            "address": reverse("recruiter:delete_attachment", args=[pk]),
            "next": _tab(kept.member),
        }
        return render_dialog(request, "recruiter/desk/delete.html", "Delete this file?", context)
    attachments.delete(request.seat, kept)
    messages.success(request, f"{kept.name} is deleted.")
    return leave_dialog(request, _tab(kept.member))


def _attachment_for(request: SeatRequest, pk: int) -> MemberAttachment:
    seen = Member.objects.visible_to(request.seat).values("pk")
    kept = MemberAttachment.objects.visible_to(request.seat).select_related("member")
    return get_object_or_404(kept, pk=pk, member__in=seen)


def _tab(member: Member) -> str:
    return f"{member.get_absolute_url()}?tab=attachments"

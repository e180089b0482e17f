"""A copy of all that is kept about a member, made by a worker."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from recruiter import data_copies
from recruiter.views.member_area.door import MemberRequest, member_required
from rsc.pages import render_part


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def copies(request: MemberRequest) -> HttpResponse:
    """Ask for a copy, see how far it is, fetch it."""
    if request.method == "POST":
        if not data_copies.ask(request.member):
            messages.warning(request, "A copy is on its way already, or was made within the hour.")
        return redirect("member:data")
    kept = data_copies.of(request.member)
    context = {"copies": kept, "waiting": any(copy.made_at is None for copy in kept)}
    return render_part(request, "member/data.html", "copies", context)


@require_safe
@member_required
def fetch(request: MemberRequest, pk: int) -> FileResponse:
    made = get_object_or_404(request.member.data_copies.exclude(made_at=None), pk=pk)
    return FileResponse(
        made.file.open("rb"),
        as_attachment=True,
        filename=f"my-data-{made.made_at:%Y-%m-%d}.zip",
        content_type="application/zip",
    )

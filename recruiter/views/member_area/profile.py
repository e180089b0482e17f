"""A member's own profile."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruiter import own_profile, photos
from recruiter.member_forms import ProfileForm
from recruiter.photos import PhotoRefused
from recruiter.views.member_area.door import MemberRequest, member_required
from recruiter.views.photos import picture


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def profile(request: MemberRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.member)
    if request.method == "POST" and form.is_valid():
        own_profile.keep(form)
        messages.success(request, "Your profile is changed.")
        return redirect("member:profile")
    context = {
        "form": form,
        "member": request.member,
        "positions": request.member.positions.all(),
        "education": request.member.education.all(),
    }
    return render(request, "member/profile.html", context)


@require_safe
@member_required
def photo(request: MemberRequest) -> FileResponse:
    if not request.member.photo:
        raise Http404
    return picture(request.member)


@require_POST
@member_required
def change_photo(request: MemberRequest) -> HttpResponse:
    """Put another photo in its place, or none."""
    chosen = request.FILES.get("photo")
    try:
        if request.POST.get("remove"):
            photos.remove(request.member)
            messages.success(request, "Your photo is gone.")
        elif chosen:
            photos.take(request.member, chosen)
            messages.success(request, "Your photo is changed.")
        else:
            messages.error(request, "Choose a picture first.")
    except PhotoRefused as error:
        messages.error(request, str(error))
    return redirect("member:profile")

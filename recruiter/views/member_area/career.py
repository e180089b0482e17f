"""The entries of a member's career: positions and education."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import register_converter
from django.views.decorators.http import require_http_methods, require_POST

from recruiter import own_profile
from recruiter.member_forms import EducationForm, PositionForm
from recruiter.models import Education, Position
from recruiter.views.member_area.door import MemberRequest, member_required

FORMS = {"positions": PositionForm, "education": EducationForm}
TITLES = {"positions": "position", "education": "education"}


class CareerKindConverter:
    """`positions` or `education` in an address."""

    regex = "|".join(FORMS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CareerKindConverter, "career_kind")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def add(request: MemberRequest, kind: str) -> HttpResponse:
    """A new entry."""
    entry = FORMS[kind].Meta.model(member=request.member)
    return _form_page(request, kind, entry, f"Add {TITLES[kind]}")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def edit(request: MemberRequest, kind: str, pk: int) -> HttpResponse:
    """Change an entry."""
    return _form_page(request, kind, _own(request, kind, pk), f"Change {TITLES[kind]}")


@require_POST
@member_required
def delete(request: MemberRequest, kind: str, pk: int) -> HttpResponse:
    entry = _own(request, kind, pk)
    own_profile.delete(entry)
    messages.success(request, f"{entry} is taken out of your profile.")
    return redirect("member:profile")


def _own(request: MemberRequest, kind: str, pk: int) -> Position | Education:
    own = FORMS[kind].Meta.model.objects.filter(member=request.member)
    return get_object_or_404(own, pk=pk)


def _form_page(
    request: MemberRequest, kind: str, entry: Position | Education, title: str
) -> HttpResponse:
    form = FORMS[kind](request.POST or None, instance=entry)
    if request.method == "POST" and form.is_valid():
        own_profile.keep(form)
        messages.success(request, "Your profile is changed.")
        return redirect("member:profile")
    context = {"form": form, "title": title, "entry": entry, "kind": kind}
    return render(request, "member/career.html", context)

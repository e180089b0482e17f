"""Tags: put some on people chosen, take one off."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from recruiter import people, tags
from recruiter.desk_forms import TagForm
from recruiter.models import EDITORS, Member, MemberTag
from recruiter.views.chosen import ask, leave
from rsc.pages import next_path
from rsc.seats import SeatRequest, seat_required


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def tag_people(request: SeatRequest) -> HttpResponse:
    """Put tags on everybody chosen."""
    members = people.chosen(request, request.seat)
    form = TagForm(request.POST or None, seat=request.seat)
    if not (members and form.is_valid()):
        return ask(request, "tag", "Add tag", members, form)
    put = tags.add(request.seat, members, form.cleaned_data["names"])
    return leave(request, members, f"Tagged {', '.join(tag.name for tag in put)}: {{who}}.")


@require_POST
@seat_required(*EDITORS)
def remove_tag(request: SeatRequest, pk: int) -> HttpResponse:
    """Take a tag off a member, with a button that puts it back."""
    seen = Member.objects.visible_to(request.seat).values("pk")
    uses = MemberTag.objects.visible_to(request.seat).select_related("member", "tag")
    use = get_object_or_404(uses, pk=pk, member__in=seen)
    tags.remove(request.seat, use)
    path = next_path(request, use.member.get_absolute_url())
    context = {"tag": use.tag.name, "member": use.member, "next": path}
    text = render_to_string("recruiter/desk/_tag_back.html", context, request)
    messages.success(request, text)
    return redirect(path)

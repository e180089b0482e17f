"""Who stands at the door of the member area: the signed-in person's own profile, or nobody's."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from recruiter import members
from recruiter.models import Member
from rsc.models import User

View = Callable[..., HttpResponseBase]
SEEN_ANEW_AFTER = timedelta(days=1)


class MemberRequest(HttpRequest):
    """A request of a member (for type checkers)."""

    user: User
    member: Member


def member_required(view: View) -> View:
    """Let a page through only to somebody with an open profile; it is then `request.member`.

    Strangers sign in; who has no profile reads why. Being here is noted once a day, since who was
    here lately is more likely to answer.
    """

    @functools.wraps(view)
    def guarded(request: MemberRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        member = getattr(request.user, "member", None)
        if member is None or member.closed_at:
            return render(request, "member/no_profile.html", status=403)
        request.member = member
        _note_visit(member)
        return view(request, *args, **kwargs)

    return guarded


def _note_visit(member: Member) -> None:
    now = timezone.now()
    if member.last_seen_at and now - member.last_seen_at < SEEN_ANEW_AFTER:
        return
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(last_seen_at=now)
        members.tell_changed([member.pk])

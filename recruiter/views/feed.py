"""“Update me”, the feed, and what a person prefers for their own seat."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruiter import feed, follows, search_alerts, search_history
from recruiter.desk_forms import PreferencesForm
from recruiter.models import EDITORS, Follow, Member, SeatPreferences
from rsc.pages import next_path
from rsc.seats import SeatRequest, seat_required

PER_PAGE = 25


@require_POST
@seat_required(*EDITORS)
def follow(request: SeatRequest, public_id: str) -> HttpResponse:
    """Follow a member, or with `stop` follow them no more."""
    member = get_object_or_404(Member.objects.visible_to(request.seat), public_id=public_id)
    if request.POST.get("stop"):
        follows.unfollow(request.seat, member)
        messages.success(request, f"You follow {member.full_name} no more.")
    else:
        follows.follow(request.seat, member)
        messages.success(
            request, f"When {member.full_name} changes the profile, your start page tells you."
        )
    return redirect(next_path(request, member.get_absolute_url()))


@require_safe
@seat_required()
def feed_page(request: SeatRequest) -> HttpResponse:
    """All that the people one follows have changed, newest first, and who they are."""
    page = Paginator(feed.of(request.seat), PER_PAGE).get_page(request.GET.get("page"))
    seen = Member.objects.visible_to(request.seat).values("pk")
    followed = Follow.objects.visible_to(request.seat).filter(member__in=seen)
    context = {
        "page": page,
        "finds": search_alerts.of(request.seat)[:PER_PAGE],
        "follows": followed.select_related("member").order_by("-since")[:100],
    }
    return render(request, "recruiter/feed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required()
def preferences(request: SeatRequest) -> HttpResponse:
    """A digest by mail or not; viewing in private mode or not."""
    chosen = SeatPreferences.objects.filter(seat=request.seat).first()
    form = PreferencesForm(
        request.POST or None, instance=chosen or SeatPreferences(seat=request.seat)
    )
    if form.is_valid():
        if "daily_digest" in form.changed_data:
            form.instance.digest_sent_at = timezone.now()  # what is old is no news
        form.save()
        if not form.instance.keeps_searches:
            search_history.clear(request.seat)
        messages.success(request, "Saved.")
        return redirect("recruiter:preferences")
    return render(request, "recruiter/preferences.html", {"form": form})

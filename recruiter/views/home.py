"""The start page: search, running projects, people looked at lately."""

from __future__ import annotations

from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recruiter.models import Activity, Member, Project
from rsc.seats import SeatRequest, seat_required

SHOWN = 8


@require_safe
@seat_required()
def home(request: SeatRequest) -> HttpResponse:
    seen = Member.objects.visible_to(request.seat)
    in_pipeline = Q(prospects__archived_at=None, prospects__member__in=seen.values("pk"))
    projects = Project.objects.visible_to(request.seat).active()
    viewed = Q(activities__seat=request.seat, activities__verb=Activity.Verb.VIEWED)
    counted = projects.annotate(prospect_count=Count("prospects", filter=in_pipeline))
    context = {
        "projects": counted.order_by("-created_at", "-id")[:SHOWN],
        "recent": seen.filter(viewed)
        .annotate(viewed_at=Max("activities__at", filter=viewed))
        .order_by("-viewed_at", "-id")[:SHOWN],
    }
    return render(request, "recruiter/home.html", context)

"""The start page: what waits for a recruiter, and where they were."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from recruiter import feed, inbox, search_alerts
from recruiter.models import EDITORS, Activity, Member, Project, Reminder, VisibilityToken
from rsc.models import Seat
from rsc.seats import SeatRequest, seat_required

SHOWN = 8
FINDS_SHOWN = 3
REMINDED_AHEAD = timedelta(days=7)


@require_safe
@seat_required()
def home(request: SeatRequest) -> HttpResponse:
    seat = request.seat
    context = {
        "changes": feed.of(seat)[:SHOWN],
        "finds": search_alerts.of(seat)[:FINDS_SHOWN],
        "messages_waiting": inbox.of_seat(seat, show="unread").page,
        "reminders": _reminders(seat),
        "today": timezone.localdate(),
        "projects": _projects(seat)[:SHOWN],
        "recent": _recent(seat)[:SHOWN],
        "has_ats": VisibilityToken.objects.held_by(seat).exists(),
        "may_edit": seat.role in EDITORS,
    }
    return render(request, "recruiter/home.html", context)


def _reminders(seat: Seat) -> list[Reminder]:
    """What is due, and what will be within a week, of members still seen."""
    until = timezone.localdate() + REMINDED_AHEAD
    due = Reminder.objects.visible_to(seat).waiting().filter(due_on__lte=until)
    seen = Member.objects.visible_to(seat).values("pk")
    return list(due.filter(member__in=seen).select_related("member")[:SHOWN])


def _projects(seat: Seat) -> QuerySet[Project]:
    running = Project.objects.visible_to(seat).active()
    return running.counting_prospects(seat).order_by("-created_at", "-id")


def _recent(seat: Seat) -> QuerySet[Member]:
    viewed = Q(activities__seat=seat, activities__verb=Activity.Verb.VIEWED)
    seen = Member.objects.visible_to(seat).filter(viewed)
    return seen.annotate(viewed_at=Max("activities__at", filter=viewed)).order_by(
        "-viewed_at", "-id"
    )

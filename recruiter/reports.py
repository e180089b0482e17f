"""What a contract did in a stretch of time: figures of its seats and projects, and its InMails.

Every report is a `Report`, made with a fixed number of statements that count in the database.
Figures count deeds, they name no member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DurationField, F, Q, QuerySet
from django.db.models.functions import TruncDate, TruncWeek
from django.utils import timezone

from recruiter.models import (
    Activity,
    Conversation,
    InMail,
    Prospect,
    RecruiterNote,
    StageVisit,
)
from recruiter.report_table import Median, Report, Scope, in_words, share
from rsc.models import Seat

Verb = Activity.Verb


# ------------------------------------------------------------------------------- use by seat
def use_of_seats(scope: Scope) -> Report:
    """What each seat did. Three statements."""
    deeds = Activity.objects.filter(scope.period.within("at"), seat__contract=scope.contract)
    counted = (
        deeds.order_by()
        .values("seat")
        .annotate(
            viewed=Count("pk", filter=Q(verb=Verb.VIEWED)),
            saved=Count("pk", filter=Q(verb=Verb.SAVED)),
            exported=Count("pk", filter=Q(verb=Verb.EXPORTED)),
            days=Count(TruncDate("at"), distinct=True),
        )
    )
    by_seat = {row["seat"]: row for row in counted}
    sent = InMail.objects.filter(
        scope.period.within("sent_at"), conversation__seat__contract=scope.contract,
        from_member=False,
    )  # fmt: skip
    messages = _counts(sent, "conversation__seat")
    written = RecruiterNote.objects.filter(
        scope.period.within("created_at"), seat__contract=scope.contract
    )
    notes = _counts(written, "seat")
    rows = []
    for seat in _seats(scope):
        row = by_seat.get(seat.pk, {})
        figures = [row.get(name, 0) for name in ("days", "viewed", "saved", "exported")]
        rows.append(
            [
                seat.user.full_name, seat.get_role_display(), seat.get_state_display(), *figures,
                messages.get(seat.pk, 0), notes.get(seat.pk, 0),
            ]
        )  # fmt: skip
    return Report(
        "use-by-seat",
        "Use by seat",
        "What each seat of the contract did.",
        (
            ("Person", ""),
            ("Role", ""),
            ("Seat", ""),
            ("Active days", "days on which the team's activities name the seat"),
            ("Profiles viewed", "one per member and day, views in private mode too"),
            ("People saved", "put into a project's pipeline"),
            ("Exports", "people sent to a requisition by hand or by a member's answer"),
            ("Messages sent", "InMails written, first ones and later ones"),
            ("Notes", "notes written, private ones too"),
        ),
        rows,
    )


def _seats(scope: Scope) -> Iterable[Seat]:
    rows = Seat.objects.filter(contract=scope.contract).select_related("user")
    return rows.order_by("user__last_name", "user__first_name", "pk")


def _counts(rows: QuerySet[Any], key: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(key).annotate(Count("pk")))


# ---------------------------------------------------------------------------- use by project
def use_of_projects(scope: Scope) -> Report:
    """What went on in each project. Three statements."""
    visits = StageVisit.objects.filter(
        scope.period.within("at"), prospect__project__in=scope.projects
    )
    cause = StageVisit.Cause
    counted = (
        visits.order_by()
        .values("prospect__project")
        .annotate(
            moved=Count("pk", filter=Q(cause=cause.HAND)),
            contacted=Count("prospect", filter=Q(cause=cause.SENT), distinct=True),
            answered=Count("prospect", filter=Q(cause=cause.ANSWERED), distinct=True),
        )
    )
    by_project = {row["prospect__project"]: row for row in counted}
    placed = Prospect.objects.filter(project__in=scope.projects).order_by().values("project")
    pipelines = {
        row["project"]: row
        for row in placed.annotate(
            added=Count("pk", filter=scope.period.within("added_at")),
            now=Count("pk", filter=Q(archived_at=None)),
        )
    }
    rows = []
    for project in scope.projects.select_related("owner__user").order_by("name", "pk"):
        moves, pipeline = by_project.get(project.pk, {}), pipelines.get(project.pk, {})
        figures = [
            pipeline.get("added", 0), moves.get("moved", 0), moves.get("contacted", 0),
            moves.get("answered", 0), pipeline.get("now", 0),
        ]  # fmt: skip
        if any(figures):
            rows.append([project.name, project.owner.user.full_name, *figures])
    return Report(
        "use-by-project",
        "Use by project",
        "What went on in the projects that you may see; quiet and empty ones are left out.",
        (
            ("Project", ""),
            ("Owner", ""),
            ("People added", "came into the pipeline in this period"),
            ("Moves", "from stage to stage by hand"),
            ("Contacted", "people whom an InMail moved to Contacted"),
            ("Answered", "people whom their answer moved to Replied"),
            ("In pipeline now", "today, whatever the period"),
        ),
        rows,
    )


# ---------------------------------------------------------------------------- InMail response
def inmail_response(scope: Scope) -> Report:
    """How members answer, by seat. Two statements."""
    state = Conversation.State
    counted = (
        _threads(scope)
        .order_by()
        .values("seat")
        .annotate(
            started=Count("pk"),
            answered=Count("pk", filter=Q(answered_at__isnull=False)),
            interested=Count("pk", filter=Q(state=state.INTERESTED)),
            declined=Count("pk", filter=Q(state=state.DECLINED)),
            after=Median(F("answered_at") - F("started_at"), output_field=DurationField()),
        )
    )
    by_seat = {row["seat"]: row for row in counted}
    rows = []
    for seat in _seats(scope):
        row = by_seat.get(seat.pk)
        if row:
            rows.append(
                [
                    seat.user.full_name, row["started"], row["answered"],
                    share(row["answered"], row["started"]), row["interested"], row["declined"],
                    in_words(row["after"]),
                ]
            )  # fmt: skip
    return Report(
        "inmail-response",
        "InMail response",
        "How members answered the threads that were begun in this period.",
        (
            ("Person", ""),
            ("Threads begun", "first messages to a member, by this seat"),
            ("Answered", "by the member, in words or by a button, up to now"),
            ("Response rate", "answered of begun"),
            ("Interested", "the member's last word"),
            ("Declined", "the member's last word"),
            ("Time to answer", "the median from the first message to the first answer"),
        ),
        rows,
        frozenset({3}),
    )


def _threads(scope: Scope) -> QuerySet[Conversation]:
    return Conversation.objects.filter(
        scope.period.within("started_at"), seat__contract=scope.contract
    )


@dataclass(frozen=True)
class Week:
    """One pair of columns of the chart, in its own units: 100 high."""

    begins: date
    begun: int
    answered: int
    x: int
    tall: float
    tall_answered: float

    @property
    def top(self) -> float:
        return 100 - self.tall

    @property
    def top_answered(self) -> float:
        return 100 - self.tall_answered


WEEK_WIDE = 24


def by_week(scope: Scope) -> list[Week]:
    """Threads begun and answered by week, for the chart. One statement."""
    counted = (
        _threads(scope)
        .annotate(week=TruncWeek("started_at"))
        .order_by("week")
        .values_list("week")
        .annotate(begun=Count("pk"), done=Count("pk", filter=Q(answered_at__isnull=False)))
    )
    rows = {timezone.localtime(week).date(): (begun, done) for week, begun, done in counted}
    if not rows:
        return []
    most = max(begun for begun, _ in rows.values())
    day = scope.period.first - timedelta(days=scope.period.first.weekday())
    weeks = []
    while day <= scope.period.last:
        begun, done = rows.get(day, (0, 0))
        at = len(weeks) * WEEK_WIDE
        weeks.append(Week(day, begun, done, at, 100 * begun / most, 100 * done / most))
        day += timedelta(days=7)
    return weeks


OWN: tuple[Callable[[Scope], Report], ...] = (use_of_seats, use_of_projects, inmail_response)

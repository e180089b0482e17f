"""Verbs on the people of a pipeline: save, move, archive; and what InMail moves by itself.

Each takes many people at once, in a fixed number of statements, and can be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from recruiter import activity, stages
from recruiter.changes import Done, recorded
from recruiter.models import (
    Activity,
    Member,
    PooledMember,
    Project,
    ProjectStage,
    Prospect,
    StageVisit,
)
from rsc.models import Seat

Cause = StageVisit.Cause


def save(seat: Seat, members: Collection[Member], *, project: Project) -> Done:
    """Place members at the start of a project's pipeline.

    Who is there already stays where they are; who was archived comes back to the start; who
    was in the talent pool leaves it.
    """
    with recorded(seat, project, members) as done:
        stages.make_defaults(project)
        start = project.stages.order_by("rank")[0]
        archived = list(project.prospects.filter(member__in=members).exclude(archived_at=None))
        _enter(archived, start, seat=seat, cause=Cause.SAVED)
        new = _place(seat, members, start)
        project.pool.filter(member__in=members).delete()
    _tell(seat, members, [*archived, *new], Activity.Verb.SAVED)
    return done


def pool(seat: Seat, members: Collection[Member], *, project: Project) -> Done:
    """Put members into a project's talent pool, except those who stand in its pipeline."""
    with recorded(seat, project, members) as done:
        placed = project.prospects.filter(member__in=members, archived_at=None)
        there = set(placed.values_list("member", flat=True))
        now = timezone.now()
        PooledMember.objects.bulk_create(
            (
                PooledMember(project=project, member=member, added_by=seat, added_at=now)
                for member in members
                if member.pk not in there
            ),
            ignore_conflicts=True,
        )
    return done


def move(seat: Seat, members: Collection[Member], *, stage: ProjectStage) -> Done:
    """Move those who stand in a stage's pipeline to that stage; who was archived is back."""
    with recorded(seat, stage.project, members) as done:
        placed = stage.project.prospects.filter(member__in=members)
        movers = [each for each in placed if each.stage_id != stage.pk or each.archived_at]
        _enter(movers, stage, seat=seat, cause=Cause.HAND)
    _tell(seat, members, movers, Activity.Verb.MOVED)
    return done


def archive(seat: Seat, members: Collection[Member], *, project: Project) -> Done:
    """Take members out of a pipeline and its pool. Their stage is kept for when they return."""
    with recorded(seat, project, members) as done:
        placed = project.prospects.filter(member__in=members, archived_at=None)
        placed.update(archived_at=timezone.now())
        project.pool.filter(member__in=members).delete()
    return done


# ------------------------------------------------------------------- what InMail moves by itself
@transaction.atomic
def contacted(seat: Seat, members: Collection[Member]) -> None:
    """An InMail went out: who waits in Uncontacted of a project that follows InMail moves on.

    Only those who were saved before are moved, and only in projects that the sender sees.
    """
    waiting = Prospect.objects.visible_to(seat).filter(member__in=members)
    _follow(waiting, [stages.UNCONTACTED], stages.CONTACTED, seat=seat, cause=Cause.SENT)


@transaction.atomic
def replied(member: Member, seat: Seat) -> None:
    """A member answered an InMail of a seat: they move on in the projects that the seat sees."""
    waiting = Prospect.objects.visible_to(seat).filter(member=member)
    before = [stages.UNCONTACTED, stages.CONTACTED]
    _follow(waiting, before, stages.REPLIED, seat=None, cause=Cause.ANSWERED)


def _follow(
    waiting: Iterable[Prospect], names: list[str], to: str, *, seat: Seat | None, cause: str
) -> None:
    due = list(
        waiting.active()
        .filter(project__follows_inmail=True)
        .annotate(stage_name=Lower("stage__name"))
        .filter(stage_name__in=[name.lower() for name in names])
        .select_for_update(of=("self",))
    )
    targets = ProjectStage.objects.filter(
        project__in={prospect.project_id for prospect in due}, name__iexact=to
    )
    by_project = {stage.project_id: stage for stage in targets}
    for project_id, stage in by_project.items():
        movers = [prospect for prospect in due if prospect.project_id == project_id]
        _enter(movers, stage, seat=seat, cause=cause)


# --------------------------------------------------------------------------------- small things
def _place(seat: Seat, members: Collection[Member], start: ProjectStage) -> list[Prospect]:
    placed = Prospect.objects.filter(project=start.project_id, member__in=members)
    there = set(placed.values_list("member", flat=True))
    now = timezone.now()
    new = Prospect.objects.bulk_create(
        Prospect(
            project_id=start.project_id, member=member, stage=start, stage_since=now, added_by=seat
        )
        for member in members
        if member.pk not in there
    )
    _visit(new, start, seat=seat, cause=Cause.SAVED, at=now)
    return new


def _enter(
    prospects: list[Prospect], stage: ProjectStage, *, seat: Seat | None, cause: str
) -> None:
    now = timezone.now()
    rows = Prospect.objects.filter(pk__in=[prospect.pk for prospect in prospects])
    rows.update(stage=stage, stage_since=now, archived_at=None)
    _visit(prospects, stage, seat=seat, cause=cause, at=now)


def _visit(
    prospects: list[Prospect],
    stage: ProjectStage,
    *,
    seat: Seat | None,
    cause: str,
    at: datetime,
) -> None:
    StageVisit.objects.bulk_create(
        StageVisit(prospect=each, stage=stage.name, seat=seat, cause=cause, at=at)
        for each in prospects
    )


def _tell(
    seat: Seat, members: Collection[Member], prospects: list[Prospect], verb: Activity.Verb
) -> None:
    touched = {prospect.member_id for prospect in prospects}
    activity.record_all(seat, [member for member in members if member.pk in touched], verb)

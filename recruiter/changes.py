"""Changes of a pipeline that can be undone: where people stood before, and stood after."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from recruiter.models import Member, PipelineChange, PooledMember, Project, Prospect, StageVisit
from rsc.models import Seat

# How long a change can be taken back; what is older is forgotten.
KEPT = timedelta(days=1)
Places = dict[str, dict[str, Any]]


@dataclass
class Done:
    """What a deed did.

    Attributes:
        change: how to undo it; None where nothing changed.
        members: those for whom something changed.
    """

    change: PipelineChange | None = None
    members: list[Member] = field(default_factory=list)


@contextmanager
def recorded(seat: Seat, project: Project, members: Collection[Member]) -> Iterator[Done]:
    """Do something with members in a project, in one transaction, and remember how it was.

    Deeds in one project wait for each other, so that nothing comes between the two looks.
    """
    with transaction.atomic():
        _lock(project)
        before = _places(project, [member.pk for member in members])
        done = Done()
        yield done
        after = _places(project, [member.pk for member in members])
        done.members = [
            member for member in members if before.get(str(member.pk)) != after.get(str(member.pk))
        ]
        if done.members:
            done.change = _remember(seat, project, done.members, before, after)


def _lock(project: Project) -> None:
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _remember(
    seat: Seat, project: Project, members: list[Member], before: Places, after: Places
) -> PipelineChange:
    PipelineChange.objects.filter(seat=seat, at__lt=timezone.now() - KEPT).delete()
    keys = [str(member.pk) for member in members]
    return PipelineChange.objects.create(
        seat=seat,
        project=project,
        before={key: before.get(key) for key in keys},
        after={key: after.get(key) for key in keys},
    )


def _places(project: Project, member_ids: Collection[int]) -> Places:
    """Where members stand in a project, in the pipeline and in the pool, by id as JSON has it."""
    places: Places = {}
    for each in project.prospects.filter(member__in=member_ids):
        places[str(each.member_id)] = {
            "stage": each.stage_id,
            "since": each.stage_since.isoformat(),
            "archived": each.archived_at and each.archived_at.isoformat(),
        }
    for pooled in project.pool.filter(member__in=member_ids):
        place = places.setdefault(str(pooled.member_id), {})
        place |= {"pooled_by": pooled.added_by_id, "pooled_at": pooled.added_at.isoformat()}
    return places


@transaction.atomic
def undo(change: PipelineChange) -> list[int]:
    """Put everybody back where they stood, except those who were moved again since.

    Returns:
        The ids of the members who are back.
    """
    _lock(change.project)
    change = PipelineChange.objects.select_for_update().get(pk=change.pk)
    if change.undone_at:
        return []
    now = _places(change.project, [int(key) for key in change.after])
    back = [key for key, after in change.after.items() if now.get(key) == after]
    before = {int(key): change.before[key] or {} for key in back}
    after = {int(key): change.after[key] or {} for key in back}
    _put_back_prospects(change.project, before, after)
    _put_back_pooled(change.project, before)
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])
    return list(before)


def _put_back_prospects(project: Project, before: dict, after: dict) -> None:
    placed = list(project.prospects.filter(member__in=before))
    # The visits that the change made carry its time; the rest of the history stays.
    times = {place["since"] for key, place in after.items() if _came(before[key], place)}
    StageVisit.objects.filter(prospect__in=placed, at__in=times).delete()
    kept = [prospect for prospect in placed if "stage" in before[prospect.member_id]]
    for prospect in kept:
        place = before[prospect.member_id]
        prospect.stage_id = place["stage"]
        prospect.stage_since = datetime.fromisoformat(place["since"])
        prospect.archived_at = place["archived"] and datetime.fromisoformat(place["archived"])
    Prospect.objects.bulk_update(kept, ["stage", "stage_since", "archived_at"])
    gone = {prospect.pk for prospect in placed} - {prospect.pk for prospect in kept}
    Prospect.objects.filter(pk__in=gone).delete()


def _came(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return "since" in after and before.get("since") != after["since"]


def _put_back_pooled(project: Project, before: dict) -> None:
    project.pool.filter(member__in=before).delete()
    PooledMember.objects.bulk_create(
        PooledMember(
            project=project,
            member_id=member_id,
            added_by_id=place["pooled_by"],
            added_at=datetime.fromisoformat(place["pooled_at"]),
        )
        for member_id, place in before.items()
        if "pooled_by" in place
    )

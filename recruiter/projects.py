"""Verbs on projects and their pipelines: save a member, move, take out, put back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from recruiter import activity
from recruiter.models import Activity, Member, Project, ProjectStage, Prospect
from rsc.models import Seat

# The stages that every new project starts with (behaviour.md 7).
DEFAULT_STAGES = ("Uncontacted", "Contacted", "Replied")
# Who changes projects; hiring managers look.
EDITORS = (Seat.Role.ADMINISTRATOR, Seat.Role.RECRUITER)


class StageOfAnotherProject(ValueError):
    """A prospect moves along its own project's pipeline only."""


@transaction.atomic
def create_project(
    seat: Seat, *, name: str, description: str = "", private: bool = False
) -> Project:
    """Open a project on the seat's contract, with the stages that every project starts with."""
    project = Project.objects.create(
        contract=seat.contract, owner=seat, name=name, description=description, private=private
    )
    _make_stages(project)
    return project


def _make_stages(project: Project) -> None:
    ProjectStage.objects.bulk_create(
        ProjectStage(project=project, name=stage, rank=rank)
        for rank, stage in enumerate(DEFAULT_STAGES)
    )


@transaction.atomic
def save_to_project(seat: Seat, member: Member, *, project: Project) -> Prospect:
    """Place a member at the start of a project's pipeline.

    Who is there already stays where they are; who was taken out comes back to the start.
    """
    if not project.stages.exists():  # it was made elsewhere, by the admin
        _make_stages(project)
    start = project.stages.first()
    prospect, new = Prospect.objects.select_for_update(of=("self",)).get_or_create(
        project=project,
        member=member,
        defaults={"stage": start, "stage_since": timezone.now(), "added_by": seat},
    )
    if prospect.archived_at:
        prospect.archived_at = None
        _enter(prospect, start)
    elif not new:
        return prospect
    activity.record(seat, member, Activity.Verb.SAVED)
    return prospect


@transaction.atomic
def move(seat: Seat, prospect: Prospect, *, stage: ProjectStage) -> Prospect:
    """Move a prospect to another stage of its project; the same stage changes nothing.

    Raises:
        StageOfAnotherProject: the stage belongs to another pipeline.
    """
    if stage.project_id != prospect.project_id:
        raise StageOfAnotherProject(f"stage {stage.pk} is not of project {prospect.project_id}")
    prospect = Prospect.objects.select_for_update().get(pk=prospect.pk)
    if stage.pk != prospect.stage_id:
        _enter(prospect, stage)
        activity.record(seat, prospect.member, Activity.Verb.MOVED)
    return prospect


def remove(prospect: Prospect) -> None:
    """Take a prospect out of the pipeline. Its stage is kept, so that `restore` undoes this."""
    Prospect.objects.filter(pk=prospect.pk, archived_at=None).update(archived_at=timezone.now())


def restore(prospect: Prospect) -> None:
    """Undo `remove`: back to the stage where the prospect stood."""
    Prospect.objects.filter(pk=prospect.pk).update(archived_at=None)


def _enter(prospect: Prospect, stage: ProjectStage) -> None:
    prospect.stage = stage
    prospect.stage_since = timezone.now()
    prospect.save()

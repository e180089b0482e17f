"""Verbs on the stages of a project's pipeline."""

from __future__ import annotations

from django.db import transaction

from recruiter.models import Project, ProjectStage

UNCONTACTED, CONTACTED, REPLIED = "Uncontacted", "Contacted", "Replied"
# The stages that every new project starts with (behaviour.md 7).
DEFAULTS = (UNCONTACTED, CONTACTED, REPLIED)
MOST = 20  # a board with more columns is not read any more


class StageRefused(ValueError):
    """The stages cannot be changed as asked; the message says why."""


class StageNameTaken(StageRefused):
    """The pipeline has a stage of that name."""


class StageStays(StageRefused):
    """One of the three that follow InMail: those keep their names and stay."""


class StageNotEmpty(StageRefused):
    """Somebody stands there, or stood there when they were archived."""


class TooManyStages(StageRefused):
    """There are as many as a pipeline may have."""


def make_defaults(project: Project) -> None:
    """Give a project the stages that every project starts with, unless it has stages."""
    if not project.stages.exists():
        ProjectStage.objects.bulk_create(
            ProjectStage(project=project, name=name, rank=rank)
            for rank, name in enumerate(DEFAULTS)
        )


@transaction.atomic
def add(project: Project, name: str) -> ProjectStage:
    """Add a stage at the end.

    Raises:
        StageNameTaken, TooManyStages: as they say.
    """
    there = _locked(project)
    if len(there) >= MOST:
        raise TooManyStages(f"A pipeline has {MOST} stages at most.")
    _check_free(there, name)
    rank = max((stage.rank for stage in there), default=-1) + 1
    return ProjectStage.objects.create(project=project, name=name, rank=rank)


@transaction.atomic
def rename(stage: ProjectStage, name: str) -> None:
    """Give a stage another name. What the history of prospects says stays as it was.

    Raises:
        StageStays, StageNameTaken: as they say.
    """
    _check_own(stage)
    _check_free([other for other in _locked(stage.project) if other != stage], name)
    stage.name = name
    stage.save(update_fields=["name"])


@transaction.atomic
def shift(stage: ProjectStage, by: int) -> None:
    """Swap a stage with the one before it (-1) or after it (1); at the ends nothing changes."""
    there = _locked(stage.project)
    place = there.index(stage)
    if not 0 <= place + by < len(there):
        return
    other = there[place + by]
    stage = there[place]
    stage.rank, other.rank = other.rank, stage.rank
    ProjectStage.objects.bulk_update([stage, other], ["rank"])


@transaction.atomic
def remove(stage: ProjectStage) -> None:
    """Take an empty stage away.

    Raises:
        StageStays, StageNotEmpty: as they say.
    """
    _check_own(stage)
    _locked(stage.project)
    if stage.prospects.exists():
        raise StageNotEmpty(f"Somebody stands in {stage} or was archived there. Move them first.")
    stage.delete()


def follows_inmail(stage: ProjectStage) -> bool:
    """Whether people come to this stage, or leave it, by themselves."""
    return stage.name.lower() in {name.lower() for name in DEFAULTS}


def _locked(project: Project) -> list[ProjectStage]:
    """The stages in order; who changes them at the same moment waits."""
    return list(project.stages.select_for_update().order_by("rank"))


def _check_own(stage: ProjectStage) -> None:
    if follows_inmail(stage):
        raise StageStays(f"{stage} follows InMail, so it keeps its name and stays.")


def _check_free(there: list[ProjectStage], name: str) -> None:
    if name.lower() in {stage.name.lower() for stage in there}:
        raise StageNameTaken(f"There is a stage named {name} already.")

"""Verbs on projects: open, change, share, hand over, archive."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from recruiter import pipeline, stages
from recruiter.models import EDITORS, Member, Project, ProjectSeat, Prospect
from rsc.models import Seat

LOOKERS = "Hiring managers look. A recruiter on your contract can do this."


class ProjectRefused(ValueError):
    """A project cannot be changed as asked; the message says why."""


class NotAnOwner(ProjectRefused):
    """The person cannot own a project of this contract."""


class AlreadyTheOwner(ProjectRefused):
    """The owner needs no rights."""


@transaction.atomic
def create_project(
    seat: Seat, *, name: str, description: str = "", private: bool = False
) -> Project:
    """Open a project on the seat's contract, with the stages that every project starts with."""
    project = Project.objects.create(
        contract=seat.contract, owner=seat, name=name, description=description, private=private
    )
    stages.make_defaults(project)
    return project


def save_to_project(seat: Seat, member: Member, *, project: Project) -> Prospect:
    """Place one member at the start of a project's pipeline; see `pipeline.save`."""
    pipeline.save(seat, [member], project=project)
    return project.prospects.select_related("stage").get(member=member)


def change(project: Project, **fields: Any) -> None:
    """Write some fields of a project."""
    for name, value in fields.items():
        setattr(project, name, value)
    project.save(update_fields=list(fields))


def archive(project: Project) -> None:
    """Put a project away: it stays readable, nobody works in it."""
    change(project, archived_at=timezone.now())


def unarchive(project: Project) -> None:
    """Take up a project that was put away."""
    change(project, archived_at=None)


@transaction.atomic
def hand_over(project: Project, to: Seat) -> None:
    """Make a colleague the owner. Who owned it before keeps full rights.

    Raises:
        NotAnOwner: the colleague may not edit projects, or is of another contract.
    """
    active = Seat.objects.active().filter(contract_id=project.contract_id, role__in=EDITORS)
    if not active.filter(pk=to.pk).exists():
        raise NotAnOwner("Only a recruiter or administrator of your contract can own a project.")
    before = project.owner
    change(project, owner=to)
    project.team.filter(seat=to).delete()
    if before != to:
        give_rights(project, before, ProjectSeat.Rights.FULL)


def give_rights(project: Project, colleague: Seat, rights: str) -> None:
    """Name a colleague in a project, or change what they may do there.

    Raises:
        AlreadyTheOwner: the owner may do everything already.
    """
    if colleague.pk == project.owner_id:
        raise AlreadyTheOwner(f"{colleague.user.full_name} owns this project.")
    ProjectSeat.objects.update_or_create(
        project=project, seat=colleague, defaults={"rights": rights}
    )


def take_rights(project: Project, colleague: Seat) -> None:
    """Name a colleague no longer. A shared project stays visible to them, as to everybody."""
    project.team.filter(seat=colleague).delete()


def why_not_work(seat: Seat, project: Project) -> str:
    """Why a seat may not work in a project's pipeline; empty where it may."""
    if seat.role not in EDITORS:
        return LOOKERS
    if project.archived_at:
        return "This project is archived. Whoever may change its settings can take it up again."
    if not Project.objects.workable_by(seat).filter(pk=project.pk).exists():
        owner = project.owner.user.full_name
        return f"You may only look in this project. {owner} can change that."
    return ""

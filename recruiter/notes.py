"""Verbs on recruiters' notes about members. Only its author changes a note."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from recruiter import activity
from recruiter.models import Activity, Member, Project, RecruiterNote
from rsc.models import Seat

Visibility = RecruiterNote.Visibility


class NoteRefused(ValueError):
    """A note cannot be written as asked; the message says why."""


class NoteEmpty(NoteRefused):
    """There is no text."""


class NoteOfAnother(NoteRefused):
    """Somebody else wrote it, or it is gone."""


class MemberNotFound(NoteRefused):
    """The member does not exist for this seat."""


class ProjectMissing(NoteRefused):
    """A note for a project names none, or one that the seat may not see."""


@transaction.atomic
def add(
    seat: Seat,
    member: Member,
    text: str,
    *,
    visibility: str = Visibility.CONTRACT,
    project: Project | None = None,
) -> RecruiterNote:
    """Write a note on a member; see `add_to_all`.

    Raises:
        MemberNotFound: the seat may not see the member.
        NoteRefused: as `add_to_all`.
    """
    if not Member.objects.visible_to(seat).filter(pk=member.pk).exists():
        raise MemberNotFound("This member cannot be found.")
    return add_to_all(seat, [member], text, visibility=visibility, project=project)[0]


@transaction.atomic
def add_to_all(
    seat: Seat,
    members: Sequence[Member],
    text: str,
    *,
    visibility: str = Visibility.CONTRACT,
    project: Project | None = None,
) -> list[RecruiterNote]:
    """Write the same note on several members.

    Args:
        seat: the author.
        members: whom the seat may see (checked by the caller).
        text: the note.
        visibility: who reads it; whoever else may see the member does not know of it.
        project: for visibility “project” only: which.

    Raises:
        NoteEmpty: there is no text.
        ProjectMissing: the project does not fit the visibility.
    """
    text, project = _checked(text), _checked_project(seat, visibility, project)
    now = timezone.now()
    written = RecruiterNote.objects.bulk_create(
        RecruiterNote(
            member=member,
            seat=seat,
            text=text,
            visibility=visibility,
            project=project,
            created_at=now,
            modified_at=now,
        )
        for member in members
    )
    if visibility == Visibility.CONTRACT:
        # That there is a note which the team may not read is not told either.
        activity.record_all(seat, members, Activity.Verb.NOTED)
    return written


@transaction.atomic
def edit(
    seat: Seat, note: RecruiterNote, text: str, *, visibility: str, project: Project | None = None
) -> RecruiterNote:
    """Change a note.

    A note that was for the whole contract and is so no more is deleted and written anew, so that
    an ATS which has read it learns to delete its copy.

    Returns:
        The note as it is now.

    Raises:
        NoteOfAnother: only the author may, and only while the note exists.
        NoteRefused: as `add_to_all`.
    """
    note = _own(seat, note)
    if note.visibility == Visibility.CONTRACT != visibility:
        _bury(note)
        return add_to_all(seat, [note.member], text, visibility=visibility, project=project)[0]
    note.text, note.visibility, note.modified_at = _checked(text), visibility, timezone.now()
    note.project = _checked_project(seat, visibility, project)
    note.save(update_fields=["text", "visibility", "project", "modified_at"])
    return note


@transaction.atomic
def delete(seat: Seat, note: RecruiterNote) -> None:
    """Delete a note: its text is gone, an empty row tells ATSs to delete theirs.

    Raises:
        NoteOfAnother: only the author may, and only while the note exists.
    """
    _bury(_own(seat, note))


def _own(seat: Seat, note: RecruiterNote) -> RecruiterNote:
    notes = RecruiterNote.objects.select_for_update(of=("self",)).select_related("member")
    mine = notes.filter(pk=note.pk, seat=seat, deleted_at=None).first()
    if mine is None:
        raise NoteOfAnother("Only its author may change a note.")
    return mine


def _checked_project(seat: Seat, visibility: str, project: Project | None) -> Project | None:
    if visibility != Visibility.PROJECT:
        return None
    if project is None or not Project.objects.visible_to(seat).filter(pk=project.pk).exists():
        raise ProjectMissing("Choose the project whose people may read the note.")
    return project


def _checked(text: str) -> str:
    if not text.strip():
        raise NoteEmpty("Please write something.")
    return text.strip()


def _bury(note: RecruiterNote) -> None:
    note.text, note.deleted_at = "", timezone.now()
    note.modified_at = note.deleted_at
    note.save(update_fields=["text", "deleted_at", "modified_at"])

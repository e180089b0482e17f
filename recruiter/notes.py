"""Verbs on recruiters' notes about members. Only its author changes a note."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from recruiter import activity
from recruiter.models import Activity, Member, RecruiterNote
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


@transaction.atomic
def add(
    seat: Seat, member: Member, text: str, *, visibility: str = Visibility.CONTRACT
) -> RecruiterNote:
    """Write a note on a member.

    Raises:
        MemberNotFound: the seat may not see the member.
        NoteEmpty: there is no text.
    """
    if not Member.objects.visible_to(seat).filter(pk=member.pk).exists():
        raise MemberNotFound("This member cannot be found.")
    return _write(seat, member, text, visibility)


@transaction.atomic
def edit(seat: Seat, note: RecruiterNote, text: str, *, visibility: str) -> RecruiterNote:
    """Change a note.

    A note that was shared and becomes private is deleted and written anew, so that an ATS
    which has read it learns to delete its copy.

    Returns:
        The note as it is now.

    Raises:
        NoteOfAnother: only the author may, and only while the note exists.
        NoteEmpty: there is no text.
    """
    note = _own(seat, note)
    if (note.visibility, visibility) == (Visibility.CONTRACT, Visibility.PRIVATE):
        _bury(note)
        return _write(seat, note.member, text, visibility)
    note.text, note.visibility, note.modified_at = _checked(text), visibility, timezone.now()
    note.save(update_fields=["text", "visibility", "modified_at"])
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


def _write(seat: Seat, member: Member, text: str, visibility: str) -> RecruiterNote:
    now = timezone.now()
    note = RecruiterNote.objects.create(
        member=member,
        seat=seat,
        text=_checked(text),
        visibility=visibility,
        created_at=now,
        modified_at=now,
    )
    if visibility == Visibility.CONTRACT:
        # That there is a private note is private too.
        activity.record(seat, member, Activity.Verb.NOTED)
    return note


def _checked(text: str) -> str:
    if not text.strip():
        raise NoteEmpty("Please write something.")
    return text.strip()


def _bury(note: RecruiterNote) -> None:
    note.text, note.deleted_at = "", timezone.now()
    note.modified_at = note.deleted_at
    note.save(update_fields=["text", "deleted_at", "modified_at"])

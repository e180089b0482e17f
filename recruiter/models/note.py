"""A recruiter's note on a member."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recruiter.models.member import Member
from recruiter.models.project import Project
from rsc.models import Seat


class RecruiterNoteQuerySet(models.QuerySet["RecruiterNote"]):
    def visible_to(self, seat: Seat) -> RecruiterNoteQuerySet:
        """Own notes, those for the contract, and those for projects that the seat sees."""
        in_project = Q(
            visibility=RecruiterNote.Visibility.PROJECT,
            project__in=Project.objects.visible_to(seat),
        )
        own = Q() if not seat.previewed else ~Q(visibility=RecruiterNote.Visibility.PRIVATE)
        return self.filter(
            Q(seat=seat) & own | Q(visibility=RecruiterNote.Visibility.CONTRACT) | in_project,
            seat__contract_id=seat.contract_id,
            deleted_at=None,
        )

    def for_the_ats(self) -> RecruiterNoteQuerySet:
        """What an ATS may read: those for the whole contract, no others.

        Deleted ones too, so that it deletes its copy.
        """
        return self.filter(visibility=RecruiterNote.Visibility.CONTRACT)


class RecruiterNote(models.Model):
    """`prospectNotes` on the wire. A deleted note keeps its row, without its text."""

    class Visibility(models.TextChoices):
        PRIVATE = "private", "Only me"
        PROJECT = "project", "Everyone who sees the project"
        CONTRACT = "contract", "Everyone on the contract"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="recruiter_notes")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(blank=True)
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.CONTRACT
    )
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, null=True, blank=True, related_name="notes"
    )
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = RecruiterNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility="project", project__isnull=False)
                | ~Q(visibility="project") & Q(project__isnull=True),
                name="recruiter_note_project_fits",
            )
        ]
        indexes = [
            models.Index(fields=["member", "-created_at"], name="recruiter_note_of_member"),
            models.Index(fields=["seat", "modified_at", "id"], name="recruiter_note_by_change"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"

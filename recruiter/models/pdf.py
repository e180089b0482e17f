"""Profiles that a recruiter saves to a PDF."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rsc.models import Seat


def storage_name(pdf: ProfilePdf, filename: str) -> str:
    """Where a file is kept: a random name, below the seat's id."""
    return f"profile_pdfs/{pdf.seat_id}/{filename}"


class ProfilePdfQuerySet(models.QuerySet["ProfilePdf"]):
    def visible_to(self, seat: Seat) -> ProfilePdfQuerySet:
        """The seat's own: two seats see different things of one member."""
        return self.filter(seat=seat)


class ProfilePdf(models.Model):
    """A file for one seat, written by a worker and deleted after a while."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    # Whom it is about. A closed account deletes the file, so that no copy stays here.
    member_ids = ArrayField(models.BigIntegerField())
    written = models.PositiveIntegerField(default=0, help_text="Profiles put on paper so far.")
    file = models.FileField(upload_to=storage_name, blank=True)
    failure = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = ProfilePdfQuerySet.as_manager()

    class Meta:
        verbose_name = "profile PDF"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"PDF {self.pk}"

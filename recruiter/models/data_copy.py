"""A member's request for a copy of all that is kept about them."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from recruiter.models.member import Member


def place_of(copy: DataCopy, name: str) -> str:
    """Where the archive is kept: under a random name, so that a path tells nothing."""
    return f"data-copies/{uuid4().hex}.zip"


class DataCopy(models.Model):
    """Asked for in the member area, made by a worker, kept for a week."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="data_copies")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to=place_of, max_length=100, blank=True)

    class Meta:
        verbose_name_plural = "data copies"
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"copy {self.pk} for {self.member_id}"

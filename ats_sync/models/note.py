"""Notes that people wrote in an ATS, on a candidate or on an application."""

from __future__ import annotations

from django.db import models

from ats_sync.models.application import Application
from ats_sync.models.candidate import Candidate
from ats_sync.models.integration import Ats
from ats_sync.models.linked import LINKED


class AtsNote(models.Model):
    """What both kinds share. An empty link waits for the parent to arrive."""

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="+", **LINKED)
    external_id = models.CharField(max_length=255)
    text = models.TextField()
    author_first_name = models.CharField(max_length=255, blank=True)
    author_last_name = models.CharField(max_length=255, blank=True)
    written_at = models.DateTimeField(null=True)
    # Only newer versions of the wire carry it; without it the last one received wins.
    external_modified_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"note {self.external_id}"


class CandidateNote(AtsNote):
    external_candidate_id = models.CharField(max_length=255)
    candidate = models.ForeignKey(
        Candidate, on_delete=models.CASCADE, null=True, related_name="notes", **LINKED
    )

    class Meta:
        ordering = ["-written_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "external_candidate_id", "external_id"], name="candidate_note_once"
            )
        ]
        indexes = [models.Index(fields=["candidate", "-written_at"], name="note_of_candidate")]


class ApplicationNote(AtsNote):
    external_application_id = models.CharField(max_length=255)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, null=True, related_name="notes", **LINKED
    )

    class Meta:
        ordering = ["-written_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "external_application_id", "external_id"],
                name="application_note_once",
            )
        ]
        indexes = [models.Index(fields=["application", "-written_at"], name="note_of_application")]

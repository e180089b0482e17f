"""Resumes and other files that an ATS sent for a candidate or an application."""

from __future__ import annotations

from django.db import models

from ats_sync.models.application import Application
from ats_sync.models.candidate import Candidate
from ats_sync.models.integration import Ats


def storage_name(attachment: Attachment, filename: str) -> str:
    """Where a file is kept: by row ids only, since a file's name may tell who it is about."""
    return f"attachments/{attachment.ats_id}/{attachment.received_at:%Y/%m}/{filename}"


class Attachment(models.Model):
    class Parent(models.TextChoices):
        APPLICATION = "APPLICATION", "Application"
        CANDIDATE = "CANDIDATE", "Candidate"

    class FileType(models.TextChoices):
        PDF = "PDF", "PDF"
        DOC = "DOC", "Word 97"
        DOCX = "DOCX", "Word"
        TXT = "TXT", "Text"

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="attachments")
    external_id = models.CharField(max_length=255)
    parent = models.CharField(max_length=12, choices=Parent.choices)
    external_parent_id = models.CharField(max_length=255)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, null=True, related_name="attachments"
    )
    candidate = models.ForeignKey(
        Candidate, on_delete=models.CASCADE, null=True, related_name="attachments"
    )
    name = models.CharField(max_length=255)
    file_type = models.CharField(max_length=5, choices=FileType.choices)
    file = models.FileField(upload_to=storage_name)
    size = models.PositiveIntegerField(help_text="Bytes.")
    text = models.TextField(blank=True, help_text="Extracted for search and preview.")
    external_created_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "parent", "external_parent_id", "external_id"],
                name="attachment_once",
            )
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"

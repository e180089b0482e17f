"""Resumes and other files that an ATS sent for a candidate or an application."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ats_sync.models.application import Application
from ats_sync.models.candidate import Candidate
from ats_sync.models.integration import Ats
from rsc.models import Seat


def storage_name(attachment: Attachment, filename: str) -> str:
    """Where a file is kept: by row ids only, since a file's name may tell who it is about."""
    return f"attachments/{attachment.ats_id}/{attachment.received_at:%Y/%m}/{filename}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, seat: Seat) -> AttachmentQuerySet:
        """Files of applications and candidates that a seat may see (design.md 5)."""
        return self.filter(
            Q(application__in=Application.objects.visible_to(seat))
            | Q(candidate__in=Candidate.objects.visible_to(seat))
        )

    def unread(self) -> AttachmentQuerySet:
        """Files whose text was not looked for yet."""
        return self.filter(text_read_at=None)


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
    text_read_at = models.DateTimeField(null=True, help_text="Empty until a worker read the file.")
    external_created_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "parent", "external_parent_id", "external_id"],
                name="attachment_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(text_read_at=None), name="attachment_unread"
            )
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"

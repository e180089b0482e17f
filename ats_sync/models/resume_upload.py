"""A file that an ATS sends first and says later what it is about (contract.md 10)."""

from __future__ import annotations

import secrets

from django.db import models

from ats_sync.models.attachment import Attachment
from ats_sync.models.developer_application import DeveloperApplication
from rsc.urns import MEDIA, Urn


def new_media_id() -> str:
    """Nobody can guess one."""
    return secrets.token_urlsafe(16)


def upload_name(upload: ResumeUpload, filename: str) -> str:
    """Where a file waits: its name tells nothing."""
    return f"uploads/{upload.created_at:%Y/%m}/{filename}"


class ResumeUpload(models.Model):
    """A promised file, and then the file; both go when the promise ends."""

    media_id = models.CharField(max_length=32, unique=True, default=new_media_id)
    application = models.ForeignKey(
        DeveloperApplication, on_delete=models.CASCADE, related_name="uploads"
    )
    name = models.CharField(max_length=255)
    file_type = models.CharField(max_length=5, choices=Attachment.FileType.choices, blank=True)
    file = models.FileField(upload_to=upload_name, blank=True, help_text="Empty until it came.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "resume upload"

    def __str__(self) -> str:
        return f"upload {self.pk}"

    @property
    def urn(self) -> Urn:
        return Urn(MEDIA, self.media_id)

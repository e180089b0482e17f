"""Files that recruiters keep with a member."""

from __future__ import annotations

from django.db import models

from recruiter.models.member import Member
from rsc.models import Seat


def storage_name(attachment: MemberAttachment, filename: str) -> str:
    """Where a file is kept: by ids only, since a file's name may tell who it is about."""
    return f"member_attachments/{attachment.member_id}/{filename}"


class MemberAttachmentQuerySet(models.QuerySet["MemberAttachment"]):
    def visible_to(self, seat: Seat) -> MemberAttachmentQuerySet:
        """What people on the same contract uploaded."""
        return self.filter(seat__contract_id=seat.contract_id)


class MemberAttachment(models.Model):
    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOC = "doc", "Word 97"
        DOCX = "docx", "Word"
        TXT = "txt", "Text"
        PNG = "png", "Picture"
        JPG = "jpg", "Photo"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="attachments")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    file = models.FileField(upload_to=storage_name)
    size = models.PositiveIntegerField(help_text="Bytes.")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = MemberAttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return f"attachment {self.pk}"

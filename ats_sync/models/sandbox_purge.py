"""The purge of a sandbox: how far it is, and its receipt."""

from __future__ import annotations

from django.db import models

from ats_sync.models.integration import Ats
from rsc.models import User


class SandboxPurge(models.Model):
    """Everything that a sandbox had sent is deleted; the settings stay."""

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="purges")
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    planned = models.PositiveIntegerField(default=0)
    # How many rows of each kind are gone, by the kind's name.
    deleted = models.JSONField(default=dict)

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"purge of {self.ats_id} at {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def total(self) -> int:
        """How many rows are gone so far."""
        return sum(self.deleted.values())

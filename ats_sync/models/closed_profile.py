"""People who closed their account, as far as an ATS must know to delete its copies."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ats_sync.models.integration import Ats


class ClosedProfile(models.Model):
    """A notice to one ATS: this person left. Only ids, so it may outlive the person's data."""

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="closed_profiles")
    person_id = models.CharField(max_length=11)
    closed_at = models.DateTimeField()
    # The records of the ATS that were linked to the person.
    candidate_ids = ArrayField(models.CharField(max_length=255), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ats", "person_id"], name="closed_profile_once")
        ]
        indexes = [models.Index(fields=["ats", "closed_at", "id"], name="closed_profile_by_date")]

    def __str__(self) -> str:
        return f"{self.person_id} left"

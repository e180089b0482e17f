"""Legal holds: what must not be deleted, why, and since when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rsc.models import User


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def standing(self) -> LegalHoldQuerySet:
        """Holds that were not lifted."""
        return self.filter(lifted_at=None)


class LegalHold(models.Model):
    """Nothing of its subject is erased, by whomever and by whatever rule, until it is lifted."""

    class Kind(models.TextChoices):
        MEMBER = "member", "Member"
        CANDIDATE = "candidate", "Candidate in an ATS"
        COMPANY = "company", "Company, with all that it holds"

    kind = models.CharField("on a", max_length=10, choices=Kind.choices)
    # Candidates live on a higher floor, so the subject is named by its number.
    object_id = models.BigIntegerField("number", help_text="The row's number in these settings.")
    reason = models.TextField(help_text="A case number rather than names.")
    placed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    placed_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(lifted_at=None),
                name="legal_hold_one_standing",
            )
        ]

    def __str__(self) -> str:
        return f"hold on {self.kind} {self.object_id}"

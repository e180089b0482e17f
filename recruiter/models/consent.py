"""What people agreed to: the words, by version, and when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rsc.models import User


class ConsentText(models.Model):
    """One version of the words that somebody agrees to. It never changes; a new one replaces it."""

    class Kind(models.TextChoices):
        CONTACT_SHARE = "contact_share", "A member shares contact details with a company"
        ACTIVATION = "activation", "An administrator activates an ATS"

    kind = models.CharField("what for", max_length=20, choices=Kind.choices)
    version = models.PositiveIntegerField(editable=False)
    text = models.TextField()
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="consent_text_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.version}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> ConsentQuerySet:
        """Consents that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """Somebody agreed to a version of a text, at a time; ids only, so it outlives an erasure."""

    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    subject = models.CharField(max_length=100, help_text="`member:AbC`, or `integration:12`.")
    given_to = models.CharField(max_length=100, blank=True, help_text="`company:5`.")
    given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["subject", "given_to"],
                condition=Q(withdrawn_at=None),
                name="consent_standing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} to version {self.text.version}"

"""Somebody who works in an ATS, and which of our people that is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from ats_sync.models.integration import Ats
from rsc.models import User


class AtsPerson(models.Model):
    """One user of an ATS by the name, address or person id under which it was met."""

    class How(models.TextChoices):
        SIGNED_IN = "signed_in", "by sign-in"
        BY_ATS = "by_ats", "named by the ATS"
        BY_HAND = "by_hand", "by hand"

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="people")
    name = models.CharField(max_length=511, blank=True)
    email = models.EmailField(blank=True)
    # A person id that the ATS gave an ACL to and that nobody here has.
    unknown_person_id = models.CharField(max_length=11, blank=True)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    how = models.CharField(max_length=10, choices=How.choices, blank=True)
    mapped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "ATS user"
        constraints = [
            models.UniqueConstraint(
                "ats", Lower("name"), Lower("email"), "unknown_person_id", name="ats_person_once"
            ),
            models.CheckConstraint(
                condition=Q(user=None, how="") | Q(user__isnull=False) & ~Q(how=""),
                name="ats_person_mapped_somehow",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or f"person {self.unknown_person_id}"

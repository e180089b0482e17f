"""What a person chose for their own seat."""

from __future__ import annotations

from django.db import models

from rsc.models import Seat


class SeatPreferences(models.Model):
    """A seat without a row has the defaults."""

    seat = models.OneToOneField(
        Seat, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    views_privately = models.BooleanField(
        "View profiles in private mode",
        default=False,
        help_text="Colleagues see that somebody viewed a profile, not that it was you.",
    )
    daily_digest = models.BooleanField(
        "E-mail me once a day what changed in profiles that I follow", default=False
    )
    keeps_searches = models.BooleanField(
        "Keep a list of my searches",
        default=True,
        db_default=True,
        help_text="For you only, for 90 days. Switching it off deletes the list.",
    )
    # Up to where the last digest told.
    digest_sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "seat preferences"

    def __str__(self) -> str:
        return f"preferences of seat {self.pk}"

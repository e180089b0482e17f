"""A link that shows an ATS's administrator what there is to set on that side."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from ats_sync.models.integration import Ats
from rsc.models import User


class SetupLinkQuerySet(models.QuerySet["SetupLink"]):
    def live(self) -> SetupLinkQuerySet:
        return self.filter(revoked_at=None, expires_at__gt=Now())


class SetupLink(models.Model):
    """Opens one page without a sign-in until it expires or is revoked."""

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="setup_links")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    first_opened_at = models.DateTimeField(null=True, blank=True)
    # Whether its reader may make the client secret, which the page then shows one single time.
    gives_secret = models.BooleanField(default=False)
    secret_shown_at = models.DateTimeField(null=True, blank=True)

    objects = SetupLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"link {self.pk} of {self.ats_id}"

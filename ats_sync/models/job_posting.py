"""Requisitions of an ATS."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q

from ats_sync.models.acl import EntityAcl
from ats_sync.models.integration import (
    ALL_PRODUCT_USERS,
    Ats,
    Integration,
    IntegrationSetting,
)
from rsc import urns
from rsc.models import Seat


class JobPostingQuerySet(models.QuerySet["JobPosting"]):
    def listed(self) -> JobPostingQuerySet:
        return self.filter(state=JobPosting.State.LISTED)

    def open_to_everyone(self) -> JobPostingQuerySet:
        """Requisitions that need no ACL."""
        return self.filter(self._open())

    def visible_to(self, seat: Seat) -> JobPostingQuerySet:
        """Requisitions that a seat may know of when it exports (contract.md 11.3).

        Hidden by default; shown when the integration shows all of them to everyone, when the
        requisition itself is unrestricted, or by an ACL of the seat's person.
        """
        by_acl = EntityAcl.objects.opening_job(OuterRef("ats"), OuterRef("external_id"), seat)
        return self.filter(
            self._open() | Exists(by_acl),
            ats__in=Ats.objects.visible_to(seat, Integration.Type.ONE_CLICK_EXPORT),
        )

    @staticmethod
    def _open() -> Q:
        everyone = IntegrationSetting.objects.filter(
            integration__ats=OuterRef("ats"),
            integration__integration_type=Integration.Type.ONE_CLICK_EXPORT,
            key=IntegrationSetting.Key.JOB_POSTING_VIEWERS,
            value=ALL_PRODUCT_USERS,
        )
        return Exists(everyone) | Q(access_restricted=False)


class JobPosting(models.Model):
    class State(models.TextChoices):
        LISTED = "LISTED", "Open"
        CLOSED = "CLOSED", "Closed"

    class Availability(models.TextChoices):
        PUBLIC = "PUBLIC", "Public"
        PRIVATE = "PRIVATE_TO_ATS_INTEGRATION", "Private to the ATS connection"

    ats = models.ForeignKey(
        Ats, on_delete=models.CASCADE, related_name="job_postings", db_index=False
    )
    external_id = models.CharField(max_length=255)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    location = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.LISTED)
    availability = models.CharField(
        max_length=30, choices=Availability.choices, default=Availability.PRIVATE
    )
    # None: the ATS did not say, so the integration's setting and the ACLs decide.
    access_restricted = models.BooleanField(null=True)
    company_job_code = models.CharField(max_length=255, blank=True)
    apply_url = models.URLField(max_length=2000, blank=True)
    listed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    details = models.JSONField(default=dict, help_text="Fields that are kept but not used.")
    received_at = models.DateTimeField()

    objects = JobPostingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ats", "external_id"], name="job_posting_once_per_ats")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.external_id})"

    @property
    def urn(self) -> urns.Urn:
        return urns.Urn(urns.JOB_POSTING, str(self.pk))


class JobPostingTask(models.Model):
    """The receipt of one submitted requisition; the ATS polls it for 30 days."""

    class Status(models.TextChoices):
        IN_PROGRESS = "IN_PROGRESS"
        SUCCEEDED = "SUCCEEDED"
        FAILED = "FAILED"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="job_posting_tasks")
    external_job_posting_id = models.CharField(max_length=255)
    job_posting = models.ForeignKey(
        JobPosting, on_delete=models.CASCADE, null=True, related_name="+"
    )
    status = models.CharField(max_length=15, choices=Status.choices)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.urn)

    @property
    def urn(self) -> urns.Urn:
        return urns.Urn(urns.JOB_POSTING_TASK, str(self.pk))

"""What ATSs asked us, found again by the uuid of every answer; and how much they asked."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from ats_sync.models.developer_application import DeveloperApplication


class ApiRequest(models.Model):
    """One request and how it ended. Holds ids and reasons, never the records themselves."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_index=True)
    application = models.ForeignKey(
        DeveloperApplication,
        on_delete=models.CASCADE,
        null=True,
        related_name="requests",
        db_index=False,
    )
    surface = models.CharField(max_length=4)
    version = models.CharField(max_length=10, blank=True)
    resource = models.CharField(max_length=60)
    method = models.CharField(max_length=30)
    status = models.PositiveSmallIntegerField()
    records = models.PositiveSmallIntegerField(default=0)
    failed = models.PositiveSmallIntegerField(default=0)
    stale = models.PositiveSmallIntegerField(default=0)
    took_ms = models.PositiveIntegerField()
    # The records' own ids, for looking one up.
    record_ids = ArrayField(models.CharField(max_length=255), default=list)
    # Per failed record: {"id": …, "status": …, "field": …, "message": …}
    errors = models.JSONField(default=list)
    # Names of fields that we do not know, so that vendors learn of typing errors.
    unknown_fields = ArrayField(models.CharField(max_length=100), default=list)

    class Meta:
        verbose_name = "API request"
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["application", "-at"], name="api_request_of_application"),
            GinIndex(fields=["record_ids"], name="api_request_record_ids"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class ApiUsage(models.Model):
    """How much one application asked of one resource in one stretch of time (contract.md 1.9)."""

    class Span(models.TextChoices):
        DAY = "day", "Day"
        MINUTE = "minute", "Minute"

    application = models.ForeignKey(
        DeveloperApplication, on_delete=models.CASCADE, related_name="usage", db_index=False
    )
    # The resource, or the name that several share.
    resource = models.CharField(max_length=60)
    span = models.CharField(max_length=6, choices=Span.choices)
    started_at = models.DateTimeField(db_index=True)
    requests = models.PositiveIntegerField(default=0)
    records = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "API usage"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "resource", "span", "started_at"], name="api_usage_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource} per {self.span}: {self.requests}"

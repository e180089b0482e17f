"""How an ATS's feed does: counts by day, records that were refused, and incidents."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ats_sync.models.integration import Ats
from ats_sync.models.linked import LINKED


class FeedDay(models.Model):
    """What one ATS wrote to one resource on one UTC day. Written with the line of the log."""

    # No check by the database: the ATS was read in the same request, and rows go with it.
    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="feed_days", **LINKED)
    resource = models.CharField(max_length=60)
    day = models.DateField()
    received = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ats", "day", "resource"], name="feed_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.resource} on {self.day}: {self.received}"


class RejectedRecordQuerySet(models.QuerySet["RejectedRecord"]):
    def standing(self) -> RejectedRecordQuerySet:
        """Those that have not been taken since."""
        return self.filter(settled_at=None)


class RejectedRecord(models.Model):
    """A record that was refused, by the last try; with what was sent, sealed, for a set time."""

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="rejected_records")
    resource = models.CharField(max_length=60)
    record_id = models.CharField("record", max_length=600)
    field = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500)
    status = models.PositiveSmallIntegerField()
    request_uuid = models.UUIDField("request")
    at = models.DateTimeField()
    settled_at = models.DateTimeField("taken since", null=True, blank=True)
    # {"path", "query", "http", "method", "surface", "version", "body"}: enough to try it again.
    sealed = models.TextField(blank=True, editable=False)

    objects = RejectedRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        permissions = [("view_raw_record", "Can see rejected records as they were sent")]
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "resource", "record_id"], name="rejected_record_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["ats", "-at"], condition=Q(settled_at=None), name="rejected_standing"
            ),
            models.Index(fields=["at"], name="rejected_at"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.record_id}"


class FeedAlarm(models.Model):
    """One incident of one ATS's feed: told when it begins and when it ends."""

    class Kind(models.TextChoices):
        SILENT = "silent", "Nothing arrives"
        REJECTING = "rejecting", "Many records are refused"
        DELIVERIES = "deliveries", "Notices do not get through"

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    detail = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-began_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "kind"], condition=Q(ended_at=None), name="one_open_alarm_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ats}: {self.get_kind_display()}"

"""What leaves for an ATS: signed notices to its callback, and the exports they announce."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from ats_sync.models.integration import Ats, Integration
from ats_sync.models.job_posting import JobPosting
from recruiter.models import Member
from rsc.models import Seat


class CallbackDelivery(models.Model):
    """One notice to an ATS's callback; its id is the `requestId` by which the ATS asks back.

    The row is written with the change that it announces, so a killed worker loses nothing.
    """

    class Event(models.TextChoices):
        EXPORT = "EXPORT_CANDIDATE_PROFILE", "Export"
        INTEGRATION_STATUS = "INTEGRATION_STATUS_CHANGE", "Integration switched on or off"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40, choices=Event.choices)
    # The integrations that changed; empty for an export.
    integrations = models.ManyToManyField(Integration, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    # While this lies ahead, some worker is sending it; a killed worker's claim runs out.
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "callback deliveries"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="waiting"),
                name="delivery_due",
            ),
            models.Index(fields=["ats", "-created_at", "-id"], name="delivery_of_ats"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, seat: Seat) -> ExportQuerySet:
        """Exports of the seat's company to requisitions that the seat may know of."""
        return self.filter(
            ats__company_id=seat.contract.company_id,
            job_posting__in=JobPosting.objects.visible_to(seat),
        )


class Export(models.Model):
    """A stub profile on its way to a requisition of an ATS (contract.md 13)."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", "Queued"
        DELIVERED = "DELIVERED", "Delivered"
        FETCHED = "FETCHED", "Fetched by the ATS"
        LINKED = "LINKED", "In the ATS"
        FAILED = "FAILED", "Failed"
        EXPIRED = "EXPIRED", "Expired"

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="exports")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="exports")
    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="exports")
    job_posting = models.ForeignKey(JobPosting, on_delete=models.CASCADE, related_name="exports")
    delivery = models.OneToOneField(
        CallbackDelivery, on_delete=models.PROTECT, related_name="export"
    )
    created_at = models.DateTimeField()
    # Whether the ATS knew the member before: then only an application shows that it arrived.
    known_before = models.BooleanField(default=False)
    fetched_at = models.DateTimeField(null=True, blank=True)
    linked_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True, help_text="What the ATS reported.")

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "job_posting"],
                condition=Q(failure=""),
                name="export_once_per_requisition",
            )
        ]
        indexes = [models.Index(fields=["seat", "created_at"], name="export_of_seat")]

    def __str__(self) -> str:
        return f"export {self.pk}"

    def state_at(self, now: datetime) -> Export.State:
        """The state as people read it, derived from what has happened (contract.md 13.4)."""
        steps = (
            (bool(self.failure), self.State.FAILED),
            (self.linked_at, self.State.LINKED),
            (self.fetched_at, self.State.FETCHED),
            (self.delivery.state == CallbackDelivery.State.FAILED, self.State.FAILED),
            (self.delivery.expires_at <= now, self.State.EXPIRED),
            (self.delivery.state == CallbackDelivery.State.DELIVERED, self.State.DELIVERED),
        )
        return next((state for reached, state in steps if reached), self.State.QUEUED)

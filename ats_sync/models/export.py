"""What leaves for an ATS: signed notices to its callback, and the exports they announce."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from ats_sync.models.integration import Ats, Integration
from ats_sync.models.job_posting import JobPosting
from ats_sync.models.outgoing import Outgoing
from recruiter.models import Member
from rsc.models import Seat

EXPIRED_UNREAD = "The ATS did not fetch it in time."


class CallbackDelivery(Outgoing):
    """One notice to an ATS's callback; its id is the `requestId` by which the ATS asks back."""

    class Event(models.TextChoices):
        EXPORT = "EXPORT_CANDIDATE_PROFILE", "Export"
        INTEGRATION_STATUS = "INTEGRATION_STATUS_CHANGE", "Integration switched on or off"

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40, choices=Event.choices)
    # The integrations that changed; empty for an export.
    integrations = models.ManyToManyField(Integration, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "callback deliveries"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="waiting"),
                name="delivery_due",
            ),
            models.Index(
                fields=["ats", "order_key", "id"],
                condition=Q(state="waiting"),
                name="delivery_in_order",
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

    def with_state(self, now: datetime | None = None) -> ExportQuerySet:
        """Adds `state`, derived from what has happened (contract.md 13.4): the first that fits."""
        state, sent = Export.State, CallbackDelivery.State
        steps = (
            (~Q(failure=""), state.FAILED),
            (Q(linked_at__isnull=False), state.LINKED),
            (Q(fetched_at__isnull=False), state.FETCHED),
            (Q(delivery__state=sent.FAILED), state.FAILED),
            (Q(delivery__expires_at__lte=now or timezone.now()), state.EXPIRED),
            (Q(delivery__state=sent.DELIVERED), state.DELIVERED),
        )
        return self.annotate(
            state=Case(
                *(When(reached, then=Value(name)) for reached, name in steps),
                default=Value(state.QUEUED),
                output_field=models.CharField(),
            )
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

    # Nothing more will happen, unless a person starts it again.
    SETTLED = (State.LINKED, State.FAILED, State.EXPIRED)
    # After these the same person may be sent to the same requisition again.
    OVER = (State.FAILED, State.EXPIRED)

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="exports")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="exports")
    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="exports")
    job_posting = models.ForeignKey(JobPosting, on_delete=models.CASCADE, related_name="exports")
    delivery = models.OneToOneField(
        CallbackDelivery, on_delete=models.PROTECT, related_name="export"
    )
    created_at = models.DateTimeField()
    # Exports of one click belong together.
    batch = models.UUIDField(null=True, blank=True, editable=False)
    # Made by a member's answer to an InMail; it does not count against the seat's quota.
    automatic = models.BooleanField(default=False)
    # Whether the ATS knew the member before: then only an application shows that it arrived.
    known_before = models.BooleanField(default=False)
    fetched_at = models.DateTimeField(null=True, blank=True)
    linked_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(
        max_length=500, blank=True, help_text="What the ATS reported, or why it was stopped."
    )
    # Stopped by a person or by the member's wish: the ATS is told nothing from then on.
    stopped_at = models.DateTimeField(null=True, blank=True)
    # When the recruiter put away the notice that it is linked, or failed.
    told_at = models.DateTimeField(null=True, blank=True)

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
        indexes = [
            models.Index(fields=["seat", "created_at"], name="export_of_seat"),
            models.Index(fields=["ats", "-created_at", "-id"], name="export_of_ats"),
            models.Index(fields=["batch"], condition=~Q(batch=None), name="export_of_batch"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"

    # The following need `state`: read the row through `with_state`.
    @property
    def was_stopped(self) -> bool:
        """Whether it came to nothing because somebody wished so: that is no fault."""
        return self.state == self.State.FAILED and self.stopped_at is not None

    @property
    def state_label(self) -> str:
        return "Stopped" if self.was_stopped else Export.State(self.state).label

    @property
    def moving(self) -> bool:
        """Whether something more is about to happen."""
        return self.state not in self.SETTLED

    @property
    def can_be_cancelled(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.DELIVERED)

    @property
    def can_be_retried(self) -> bool:
        return self.state in self.OVER

    @property
    def reason(self) -> str:
        """Why it failed, or what it waits for; empty when all is well. Needs the delivery."""
        if self.state == self.State.EXPIRED:
            return EXPIRED_UNREAD
        if self.state == self.State.FAILED:
            return self.failure or self.delivery.last_error
        return self.delivery.last_error if self.state == self.State.QUEUED else ""

    @property
    def next_attempt_at(self) -> datetime | None:
        """When it is sent again; None unless a first attempt was in vain."""
        waits = self.state == self.State.QUEUED and self.delivery.last_error
        return self.delivery.next_attempt_at if waits else None

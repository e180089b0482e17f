"""Standard Webhooks: thin events for a company's systems that are no RSC vendors."""

from __future__ import annotations

import base64
import secrets
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ats_sync.models.outgoing import Outgoing
from rsc import sealing
from rsc.models import Company

SECRET_PREFIX = "whsec_"  # noqa: S105 - a prefix that the specification gives
SECRET_BYTES = 32


def new_message_id() -> str:
    """The id by which a receiver tells duplicates; it stays the same on every attempt."""
    return f"msg_{uuid.uuid4().hex}"


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def listening(self, company_id: int, event: str) -> WebhookEndpointQuerySet:
        """The switched-on endpoints of a company that want an event; no choice is all of them."""
        wants = Q(events__contains=[event]) | Q(events=[])
        return self.filter(wants, company=company_id, active=True)


class WebhookEndpoint(models.Model):
    """An address of a company that hears of what happens, by ids alone."""

    class Event(models.TextChoices):
        EXPORTED = "member.exported", "A member was exported"
        LINKED = "export.linked", "An exported member is in the ATS"
        SHARED = "contact.shared", "A member shared contact details"
        CLOSED = "member.closed", "A member closed the account"
        TEST = "test.ping", "A test from these settings"

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField("address", max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    events = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="None: all events."
    )
    active = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ["company", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["company", "url"], name="webhook_once_per_address")
        ]

    def __str__(self) -> str:
        return self.description or self.url


class WebhookSecretQuerySet(models.QuerySet["WebhookSecret"]):
    def live(self) -> WebhookSecretQuerySet:
        return self.filter(revoked_at=None)


class WebhookSecret(models.Model):
    """A signing key. Several may be live, so that a receiver can change over without a gap."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.TextField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookSecretQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"secret made {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def text(self) -> str:
        """The secret in clear, `whsec_…`. Raises SealBroken."""
        return sealing.unseal(self.sealed)

    @classmethod
    def make(cls, endpoint: WebhookEndpoint) -> WebhookSecret:
        """Make and keep a new secret."""
        text = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        return cls.objects.create(endpoint=endpoint, sealed=sealing.seal(text))


class WebhookDelivery(Outgoing):
    """One event on its way to one endpoint."""

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    message_id = models.CharField(max_length=40, unique=True, default=new_message_id)
    event = models.CharField(max_length=40, choices=WebhookEndpoint.Event.choices)
    data = models.JSONField(default=dict, help_text="Ids only.")

    class Meta:
        verbose_name_plural = "webhook deliveries"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="waiting"),
                name="webhook_due",
            ),
            models.Index(
                fields=["endpoint", "order_key", "id"],
                condition=Q(state="waiting"),
                name="webhook_in_order",
            ),
            models.Index(fields=["endpoint", "-created_at", "-id"], name="webhook_of_endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"

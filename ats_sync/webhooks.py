"""Standard Webhooks (standardwebhooks.com, version 1): thin events, each signed with every live
secret, for a company's systems that are no RSC vendors. They carry ids alone; whoever may read
more asks for it over the API.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from ats_sync import calls_out, sending
from ats_sync.channels import Address, Channel
from ats_sync.models import (
    Export,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
)
from ats_sync.models.webhook import SECRET_PREFIX
from rsc import audit, outbox
from rsc.models import User
from rsc.sealing import SealBroken

# Messages wait. Key: the id of their endpoint. Payload: {}.
WEBHOOK_FELL_DUE = "webhook.fell_due"

LIFETIME = timedelta(days=3)
GONE = "The receiver answered 410: it wants no more events"

Event = WebhookEndpoint.Event


# ---------------------------------------------------------------------------------------- telling
def tell_exports(event: WebhookEndpoint.Event, company_id: int, rows: Sequence[Export]) -> None:
    """Tell a company's endpoints of exports; those of one member arrive in order."""
    tell(
        event,
        company_id,
        {
            f"member:{export.member_id}": {
                "member": str(export.member.urn),
                "organization": str(export.ats.company.urn),
                "request_id": str(export.delivery_id),
                "requisition": export.job_posting.external_id,
            }
            for export in rows
        },
    )


def tell(
    event: WebhookEndpoint.Event, company_id: int, facts: dict[str, dict[str, Any]]
) -> list[WebhookDelivery]:
    """Write an event for every endpoint that wants it, in the transaction of the change.

    Args:
        facts: what to tell, ids only, by the key within which the order counts.
    """
    endpoints = list(WebhookEndpoint.objects.listening(company_id, event))
    return [each for endpoint in endpoints for each in _announce(endpoint, event, facts)]


def _announce(
    endpoint: WebhookEndpoint, event: WebhookEndpoint.Event, facts: dict[str, dict[str, Any]]
) -> list[WebhookDelivery]:
    now = timezone.now()
    made = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            endpoint=endpoint,
            event=event,
            data=data,
            order_key=key,
            created_at=now,
            expires_at=now + LIFETIME,
            next_attempt_at=now,
        )
        for key, data in facts.items()
    )
    outbox.publish(WEBHOOK_FELL_DUE, endpoint.pk)
    return made


@transaction.atomic
def test(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Send an endpoint an event that means nothing."""
    (made,) = _announce(endpoint, Event.TEST, {"": {"endpoint": endpoint.pk}})
    return made


@transaction.atomic
def replay(messages: Collection[WebhookDelivery]) -> int:
    """Send events again under their own ids, by which a receiver knows them. Returns how many."""
    now = timezone.now()
    for endpoint_id in {message.endpoint_id for message in messages}:
        outbox.publish(WEBHOOK_FELL_DUE, endpoint_id)
    return WebhookDelivery.objects.filter(pk__in=[message.pk for message in messages]).update(
        state=WebhookDelivery.State.WAITING,
        attempts=0,
        next_attempt_at=now,
        expires_at=now + LIFETIME,
        claimed_until=None,
    )


# ------------------------------------------------------------------------------------- delivering
def deliver_due() -> int:
    """Send what is due to all endpoints; returns how many messages were sent or failed to be."""
    return sending.deliver_due(CHANNEL)


def deliver_to(endpoint_id: int) -> int:
    """Send one endpoint what is due, unless it gave no answer lately."""
    ailing = CHANNEL.is_ailing(endpoint_id)
    return 0 if ailing else sending.deliver_to(CHANNEL, endpoint_id)


def _address(endpoint_id: int) -> Address[WebhookDelivery]:
    endpoint = WebhookEndpoint.objects.get(pk=endpoint_id)
    if not endpoint.active:
        raise calls_out.CallFailed("The endpoint is switched off")
    try:
        secrets = [secret.text for secret in endpoint.secrets.live()]
    except SealBroken as error:
        raise calls_out.CallFailed("A secret of the endpoint cannot be read") from error
    if not secrets:
        raise calls_out.CallFailed("The endpoint has no secret to sign with")

    def write(message: WebhookDelivery) -> tuple[bytes, dict[str, str]]:
        body = body_of(message)
        return body, headers_of(message.message_id, int(time.time()), body, secrets)

    return Address(endpoint.url, write)


def _gone(endpoint_id: int) -> None:
    WebhookEndpoint.objects.filter(pk=endpoint_id).update(active=False, disabled_reason=GONE)


def _more_waits(endpoint_id: int) -> None:
    with transaction.atomic():
        outbox.publish(WEBHOOK_FELL_DUE, endpoint_id)


CHANNEL = Channel(WebhookDelivery, "endpoint", "receiver", _address, _more_waits, _gone)


# ----------------------------------------------------------------------------------- what is sent
def body_of(message: WebhookDelivery) -> bytes:
    """The event: its type, when it happened, and ids."""
    return msgspec.json.encode(
        {"type": message.event, "timestamp": message.created_at, "data": message.data}
    )


def headers_of(message_id: str, moment: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of the specification; one signature for each live secret."""
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(
            signature(secret, message_id, moment, body) for secret in secrets
        ),
    }


def signature(secret: str, message_id: str, moment: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over id, time in seconds and body."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, f"{message_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


# ---------------------------------------------------------------------------------------- secrets
@transaction.atomic
def roll_secret(endpoint: WebhookEndpoint, *, actor: User) -> WebhookSecret:
    """Make one more live secret; the earlier ones sign too until they are revoked."""
    audit.record("webhook.secret_made", f"webhook:{endpoint.pk}", actor=actor)
    return WebhookSecret.make(endpoint)


@transaction.atomic
def revoke_secret(secret: WebhookSecret, *, actor: User) -> None:
    """Make a secret void."""
    WebhookSecret.objects.filter(pk=secret.pk).update(revoked_at=timezone.now())
    audit.record("webhook.secret_revoked", f"webhook:{secret.endpoint_id}", actor=actor)

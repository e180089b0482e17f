"""Signed notices to an ATS's callback: written with the change, sent until taken or expired.

    announce -> WAITING -> DELIVERED | FAILED          (contract.md 12)

How they are sent is told in `ats_sync.sending`. One ATS gets one notice at a time, the oldest
due one first.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ats_sync import calls_out, sending
from ats_sync.channels import Address, Channel
from ats_sync.models import Ats, CallbackDelivery, DeveloperApplication, Integration
from ats_sync.models import IntegrationSetting as Setting
from rsc import outbox
from rsc.sealing import SealBroken

# Notices wait. Key: the id of their ATS. Payload: {}.
CALLBACK_FELL_DUE = "callback.fell_due"

LIFETIME = timedelta(hours=24)

Delivery = CallbackDelivery


# ------------------------------------------------------------------------------------ announcing
def announce(
    ats: Ats, event: CallbackDelivery.Event, integrations: Iterable[Integration] = ()
) -> CallbackDelivery:
    """Write a notice in the transaction of the change that it announces, and wake a worker."""
    (delivery,) = announce_many(ats, event, [""])
    delivery.integrations.set(integrations)
    return delivery


def announce_many(
    ats: Ats, event: CallbackDelivery.Event, order_keys: Collection[str]
) -> list[CallbackDelivery]:
    """Write notices in one statement, one for each key; those of one key arrive in order."""
    now = timezone.now()
    made = Delivery.objects.bulk_create(
        Delivery(
            ats=ats,
            event=event,
            order_key=key,
            created_at=now,
            expires_at=now + LIFETIME,
            next_attempt_at=now,
        )
        for key in order_keys
    )
    outbox.publish(CALLBACK_FELL_DUE, ats.pk)
    return made


@transaction.atomic
def resend(delivery: CallbackDelivery) -> CallbackDelivery:
    """Announce the same again under a new id, since the ATS may have dropped the old one."""
    (again,) = announce_many(delivery.ats, Delivery.Event(delivery.event), [delivery.order_key])
    again.integrations.set(delivery.integrations.all())
    return again


# -------------------------------------------------------------------------------------- delivering
def deliver_due() -> int:
    """Send what is due to all ATSs; returns how many notices were sent, or failed to be."""
    return sending.deliver_due(CHANNEL)


def deliver_to(ats_id: int) -> int:
    """Send one ATS what is due, unless it gave no answer lately; returns as `deliver_due`."""
    return 0 if CHANNEL.is_ailing(ats_id) else sending.deliver_to(CHANNEL, ats_id)


def _address(ats_id: int) -> Address[CallbackDelivery]:
    """Where an ATS's notices go; raises CallFailed when they may go nowhere."""
    setting = (
        callback_settings()
        .filter(integration__ats=ats_id)
        .select_related("integration__ats__application")
        .first()
    )
    if setting is None:
        raise calls_out.CallFailed("No callback URL is set")
    if settings.REQUIRE_CHALLENGE and setting.challenge != Setting.Challenge.VERIFIED:
        raise calls_out.CallFailed("The callback URL has not passed the security challenge")
    secret = _secret_of(setting.integration.ats.application)

    def write(delivery: CallbackDelivery) -> tuple[bytes, dict[str, str]]:
        body = body_of(delivery)
        signed = {"X-LI-Signature": signature(secret, body)}
        return body, {"Content-Type": "application/json", **signed}

    return Address(setting.value, write)


def callback_settings() -> QuerySet[Setting]:
    """The callback URLs of all ATSs."""
    return Setting.objects.filter(key=Setting.Key.CALLBACK_URL)


def _more_waits(ats_id: int) -> None:
    """Others get their turn, then this ATS again."""
    with transaction.atomic():
        outbox.publish(CALLBACK_FELL_DUE, ats_id)


CHANNEL = Channel(CallbackDelivery, "ats", "ATS", _address, _more_waits)


# ------------------------------------------------------------------------------- what is sent
def body_of(delivery: CallbackDelivery) -> bytes:
    """The notice as sent (contract.md 12.2): all spellings of its two facts, ASCII, no spaces."""
    notice = {
        "id": str(delivery.pk),
        "type": delivery.event,
        "expiresAt": int(delivery.expires_at.timestamp() * 1000),
        "requestId": str(delivery.pk),
        "eventType": delivery.event,
    }
    return json.dumps(notice, ensure_ascii=True, separators=(",", ":")).encode()


def signature(secret: str, body: bytes) -> str:
    """X-LI-Signature: the prefix belongs to what is hashed, not to the header (12.3)."""
    return _digest(secret, b"hmacsha256=" + body)


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _secret_of(application: DeveloperApplication) -> str:
    try:
        return application.signing_secret()
    except (IndexError, SealBroken) as error:
        raise calls_out.CallFailed("The application has no secret to sign with") from error

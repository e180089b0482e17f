"""Signed notices to an ATS's callback: written with the change, sent until taken or expired.

    announce -> WAITING -> DELIVERED | FAILED          (contract.md 12)

A worker claims a notice, calls with no transaction open, then records what came back. When it is
killed in between, its claim runs out and the notice is sent again under the same id, by which the
ATS tells duplicates. One ATS gets one notice at a time, the oldest due one first.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from ats_sync import calls_out
from ats_sync.batches import run
from ats_sync.models import Ats, CallbackDelivery, DeveloperApplication, Integration
from ats_sync.models import IntegrationSetting as Setting
from rsc import outbox
from rsc.sealing import SealBroken

# A notice waits. Key: its id. Payload: {"ats": id}.
CALLBACK_FELL_DUE = "callback.fell_due"

LIFETIME = timedelta(hours=24)
SECONDS = 10.0
# Waits after the first, second, … failed attempt; the last one ends within the lifetime.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
# Longer than a call can take, with the look-up of the host.
CLAIM = timedelta(seconds=60)
# What one ATS gets in one go, and how many ATSs are called at once: no ATS can hold up others.
MOST_PER_ATS = 50
AT_ONCE = 8

Delivery = CallbackDelivery
State = CallbackDelivery.State


# ------------------------------------------------------------------------------------ announcing
def announce(
    ats: Ats, event: CallbackDelivery.Event, integrations: Iterable[Integration] = ()
) -> CallbackDelivery:
    """Write a notice in the transaction of the change that it announces, and wake a worker."""
    now = timezone.now()
    delivery = Delivery.objects.create(
        ats=ats,
        event=event,
        created_at=now,
        expires_at=now + LIFETIME,
        next_attempt_at=now,
    )
    delivery.integrations.set(integrations)
    outbox.publish(CALLBACK_FELL_DUE, delivery.pk, ats=ats.pk)
    return delivery


@transaction.atomic
def resend(delivery: CallbackDelivery) -> CallbackDelivery:
    """Announce the same again under a new id, since the ATS may have dropped the old one."""
    again = announce(delivery.ats, Delivery.Event(delivery.event), delivery.integrations.all())
    if export := getattr(delivery, "export", None):
        export.delivery, export.failure = again, ""
        export.save(update_fields=["delivery", "failure"])
    return again


# -------------------------------------------------------------------------------------- delivering
def deliver_due() -> int:
    """Send what is due, to several ATSs at once and to each in order.

    Returns:
        How many notices were sent, or failed to be.
    """
    _give_up_expired()
    due = Delivery.objects.filter(state=State.WAITING, next_attempt_at__lte=timezone.now())
    ats_ids = list(due.order_by("ats").values_list("ats", flat=True).distinct())
    if len(ats_ids) < 2:
        return sum(map(deliver_to, ats_ids))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sum(threads.map(_deliver_in_thread, ats_ids))


def _deliver_in_thread(ats_id: int) -> int:
    try:
        return deliver_to(ats_id)
    finally:
        connection.close()


def deliver_to(ats_id: int) -> int:
    """Send an ATS what is due, oldest first, until one gets no answer at all.

    Returns:
        How many notices were sent, or failed to be.
    """
    for count in range(MOST_PER_ATS):
        delivery = _claim(ats_id)
        if delivery is None:
            return count
        if not _attempt(delivery):
            return count + 1
    return MOST_PER_ATS


def _claim(ats_id: int) -> CallbackDelivery | None:
    """The next notice for an ATS, now ours for a while; None when nothing is due."""
    now = timezone.now()
    found = run(_CLAIM, ats=ats_id, now=now, until=now + CLAIM)
    if not found:
        return None
    return Delivery.objects.select_related("ats__application").get(pk=found[0][0])


def _attempt(delivery: CallbackDelivery) -> bool:
    """Send one notice and record it. Returns whether the ATS's server answered."""
    try:
        url = _url_for(delivery)
        body = body_of(delivery)
        headers = {
            "Content-Type": "application/json",
            "X-LI-Signature": signature(_secret_of(delivery.ats.application), body),
        }
        answer = calls_out.post(url, body, headers, seconds=SECONDS)
    except calls_out.CallFailed as failure:
        _record_failure(delivery, None, str(failure))
        return False
    if answer.is_good:
        now = timezone.now()
        _record(
            delivery,
            state=State.DELIVERED,
            delivered_at=now,
            last_status=answer.status,
            last_error="",
        )
    else:
        hint = "; redirects are not followed" if 300 <= answer.status < 400 else ""
        _record_failure(delivery, answer.status, f"The ATS answered {answer.status}{hint}")
    return True


def _url_for(delivery: CallbackDelivery) -> str:
    """Where a notice goes; raises CallFailed when it may go nowhere."""
    setting = callback_settings().filter(integration__ats=delivery.ats_id).first()
    if setting is None:
        raise calls_out.CallFailed("No callback URL is set")
    if settings.REQUIRE_CHALLENGE and setting.challenge != Setting.Challenge.VERIFIED:
        raise calls_out.CallFailed("The callback URL has not passed the security challenge")
    return setting.value


def callback_settings() -> QuerySet[Setting]:
    """The callback URLs of all ATSs."""
    return Setting.objects.filter(key=Setting.Key.CALLBACK_URL)


def _record_failure(delivery: CallbackDelivery, status: int | None, why: str) -> None:
    now = timezone.now()
    done = delivery.attempts > len(RETRIES)
    next_at = now if done else now + RETRIES[delivery.attempts - 1]
    if done or next_at >= delivery.expires_at:
        _record(delivery, state=State.FAILED, last_status=status, last_error=why)
    else:
        _record(delivery, next_attempt_at=next_at, last_status=status, last_error=why)


def _record(delivery: CallbackDelivery, **changes: object) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(claimed_until=None, **changes)


def _give_up_expired() -> None:
    Delivery.objects.filter(state=State.WAITING, expires_at__lte=timezone.now()).update(
        state=State.FAILED, claimed_until=None, last_error="Not taken before it expired"
    )


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


# Two workers pick the same row, the oldest, so the second waits for the first, and then finds the
# row claimed. That must be asked of `d`: only the row being updated is looked at anew after a wait.
_CLAIM = """
UPDATE ats_sync_callbackdelivery AS d
SET claimed_until = %(until)s, attempts = d.attempts + 1
WHERE d.id = (
    SELECT w.id FROM ats_sync_callbackdelivery AS w
    WHERE w.ats_id = %(ats)s AND w.state = 'waiting'
        AND w.next_attempt_at <= %(now)s AND w.expires_at > %(now)s
    ORDER BY w.id LIMIT 1 FOR UPDATE
)
AND d.state = 'waiting'
AND (d.claimed_until IS NULL OR d.claimed_until <= %(now)s)
AND NOT EXISTS (
    SELECT FROM ats_sync_callbackdelivery AS busy
    WHERE busy.ats_id = %(ats)s AND busy.state = 'waiting' AND busy.claimed_until > %(now)s
)
RETURNING d.id
"""

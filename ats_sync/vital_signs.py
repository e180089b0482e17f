"""Vital signs of this floor: what has to leave for ATSs and webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from ats_sync import key_secret
from ats_sync.models import CallbackDelivery, Candidate, Match, WebhookDelivery
from rsc.vitals import AMBER, GREEN, RED, Sign, examination, gauge

LATE = timedelta(minutes=15)
KINDS = (("callbacks", CallbackDelivery), ("webhooks", WebhookDelivery))


def _late(model: type[CallbackDelivery] | type[WebhookDelivery]) -> QuerySet:
    due = timezone.now() - LATE
    return model.objects.filter(state=model.State.WAITING, next_attempt_at__lt=due)


@examination("deliveries")
def deliveries_leave() -> Iterator[Sign]:
    """Whether what is due leaves; a receiver that is down is its owner's affair."""
    for name, model in KINDS:
        late = _late(model).count()
        fix = (
            "Are workers running? See /admin/, deliveries; then replay_deliveries." if late else ""
        )
        says = f"{late} are due for more than {LATE.seconds // 60} minutes"
        yield Sign(name, RED if late else GREEN, says, fix)
        failed = _failed_today(model)
        fix = "Mend the receiver, then manage.py replay_deliveries." if failed else ""
        says = f"{failed} given up in the last day"
        yield Sign(f"{name} given up", AMBER if failed else GREEN, says, fix)


def _failed_today(model: type[CallbackDelivery] | type[WebhookDelivery]) -> int:
    since = timezone.now() - timedelta(days=1)
    return model.objects.filter(state=model.State.FAILED, created_at__gte=since).count()


@examination("match keys")
def keys_are_of_this_secret() -> Iterator[Sign]:
    """Whether matching decides, and whether it has caught up with what it had to hold back."""
    if not key_secret.holds():
        says = "made under another RSC_IDENTITY_SECRET: nobody is matched"
        yield Sign("match keys", RED, says, key_secret.REMEDY)
    elif key_secret.why_held_back():
        yield Sign("match keys", AMBER, "candidates wait", "manage.py rematch_candidates")
    else:
        yield Sign("match keys", GREEN, "made under this secret")


@examination("private addresses")
def callbacks_stay_outside() -> Iterator[Sign]:
    inside = settings.CALLBACKS_MAY_BE_PRIVATE
    fix = "Unset RSC_PRIVATE_CALLBACKS unless every ATS lives in your own network."
    says = "callbacks may reach your own network" if inside else "callbacks stay outside"
    yield Sign("private addresses", AMBER if inside else GREEN, says, fix if inside else "")


@gauge("callbacks_waiting", "Callbacks that wait for an ATS.")
def callbacks_waiting() -> float:
    return CallbackDelivery.objects.filter(state=CallbackDelivery.State.WAITING).count()


@gauge("webhooks_waiting", "Webhook messages that wait for their receiver.")
def webhooks_waiting() -> float:
    return WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING).count()


@gauge("deliveries_failed_day", "Callbacks and webhook messages given up in the last day.")
def failed_day() -> float:
    return sum(_failed_today(model) for _, model in KINDS)


@gauge("candidates", "Candidates that ATSs sent.")
def candidates() -> float:
    return Candidate.objects.count()


@gauge("matches", "Candidates that are linked with a member.")
def matches() -> float:
    return Match.objects.live().count()

"""One e-mail when an ATS's feed goes wrong, and one when it is right again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Max, Q, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from ats_sync import health
from ats_sync.models import Ats, FeedAlarm, FeedDay, Integration
from rsc import outbox
from rsc.models import User

# An incident began or ended. Key: the alarm's id. Payload: {"ended": bool}.
FEED_ALARM_CHANGED = "feed.alarm_changed"

Kind = FeedAlarm.Kind
# So few refusals or failures are no incident, whatever their share.
LEAST_REFUSED = 20
REFUSED_SHARE = 0.1
LEAST_FAILED = 3


def look_after_feeds(now: datetime | None = None) -> int:
    """Open and close alarms of all ATSs that are on; for a run every few minutes.

    Returns:
        How many changed.
    """
    now = now or timezone.now()
    on = Ats.objects.filter(
        is_sandbox=False, integrations__status=Integration.Status.ENABLED
    ).distinct()
    return sum(_look_after(ats, now) for ats in on.order_by("pk"))


@transaction.atomic
def _look_after(ats: Ats, now: datetime) -> int:
    # Two workers must not open the same alarm.
    Ats.objects.select_for_update().get(pk=ats.pk)
    standing = {alarm.kind: alarm for alarm in ats.alarms.filter(ended_at=None)}
    changed = 0
    for kind, check in CHECKS.items():
        detail = check(ats, now)
        if bool(detail) == (kind in standing):
            continue
        alarm = standing.get(kind) or FeedAlarm(ats=ats, kind=kind, detail=detail, began_at=now)
        alarm.ended_at = None if detail else now
        alarm.save()
        outbox.publish(FEED_ALARM_CHANGED, alarm.pk, ended=not detail)
        changed += 1
    return changed


# ------------------------------------------------------------------------- what is an incident
def _silent(ats: Ats, now: datetime) -> str:
    """Nothing came for long from an ATS that has sent before."""
    last = ats.feed_days.aggregate(last=Max("last_at"))["last"]
    hours = settings.FEED_SILENT_HOURS
    if not hours or last is None or now - last < timedelta(hours=hours):
        return ""
    return f"Nothing has arrived since {last:%Y-%m-%d %H:%M} UTC."


def _rejecting(ats: Ats, now: datetime) -> str:
    """Many of yesterday's and today's records were refused."""
    since = (now - timedelta(days=1)).astimezone(UTC).date()
    found = FeedDay.objects.filter(ats=ats, day__gte=since).aggregate(
        received=Sum("received", default=0), rejected=Sum("rejected", default=0)
    )
    few = found["rejected"] < LEAST_REFUSED
    if few or found["rejected"] < REFUSED_SHARE * found["received"]:
        return ""
    return f"{found['rejected']} of {found['received']} records were refused since yesterday."


def _deliveries(ats: Ats, now: datetime) -> str:
    """Notices of the last day were given up."""
    found = health.deliveries_since(ats, now - timedelta(days=1))
    if found["failed"] < max(LEAST_FAILED, found["delivered"]):
        return ""
    return f"{found['failed']} notices of the last day did not reach the ATS."


CHECKS: dict[str, Callable[[Ats, datetime], str]] = {
    Kind.SILENT: _silent,
    Kind.REJECTING: _rejecting,
    Kind.DELIVERIES: _deliveries,
}


# ------------------------------------------------------------------------------------ the mails
@outbox.subscribe(FEED_ALARM_CHANGED)
def tell_administrators(key: str, payload: dict[str, Any]) -> None:
    """Write to each administrator who may change ATSs."""
    alarm = FeedAlarm.objects.select_related("ats__company").filter(pk=int(key)).first()
    if alarm is None:
        return
    subject = f"{'Over: ' if payload['ended'] else ''}{alarm.ats}: {alarm.get_kind_display()}"
    path = reverse("admin:ats_sync_ats_health", args=[alarm.ats_id])
    context = {"alarm": alarm, "ended": payload["ended"], "url": f"{settings.BASE_URL}{path}"}
    body = render_to_string("ats_sync/mail/feed_alarm.txt", context)
    for address in _addresses():
        EmailMessage(" ".join(subject.split()), body, None, [address]).send()


def _addresses() -> list[str]:
    may = Permission.objects.filter(codename="change_ats", content_type__app_label="ats_sync")
    held = Q(is_superuser=True) | Q(user_permissions__in=may) | Q(groups__permissions__in=may)
    people = User.objects.filter(held, is_staff=True, is_active=True).exclude(email="")
    return sorted(set(people.values_list("email", flat=True)))

"""Alerts on saved searches: who newly fits, in the feed and by e-mail. For a worker."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from pyroaring import BitMap64

from recruiter import events, filters, people, search
from recruiter.models import Member, SavedSearch, SearchAlert, SearchFind
from recruiter.search import SearchUnavailable
from recruiter.search.viewer import viewer_of
from rsc import outbox
from rsc.models import Seat

PERIODS = {
    SearchAlert.Frequency.DAILY: timedelta(days=1),
    SearchAlert.Frequency.WEEKLY: timedelta(days=7),
}
KEPT_DAYS = 90  # what alerts found
MOST_KEPT = people.MOST  # of those new at once; what they found is a list to work through
MOST_NAMED = 10  # in an e-mail
EVERYBODY = 2**31
log = structlog.get_logger(__name__)


def of(seat: Seat) -> QuerySet[SearchFind]:
    """What a seat's alerts found, newest first, each with its search."""
    return SearchFind.objects.visible_to(seat).select_related("alert__search__project")


def hits(saved: SavedSearch, seat: Seat) -> list[int]:
    """All who fit a search and whom the seat may find, best first. Raises SearchUnavailable."""
    choice = filters.kept(saved.query)
    left_out = Member.objects.filter(public_id__in=choice.like).values_list("pk", flat=True)
    query = choice.query(viewer_of(seat), without=tuple(left_out))
    return search.index().search(replace(query, count=EVERYBODY, panels=())).member_ids


def next_time(alert: SearchAlert, after: datetime | None = None) -> datetime:
    """When an alert runs again: a period from `after`, by default from now."""
    return (after or timezone.now()) + PERIODS[SearchAlert.Frequency(alert.frequency)]


def start(alert: SearchAlert) -> None:
    """Take whoever fits now as known, and save the alert. Raises SearchUnavailable."""
    alert.seen = BitMap64(hits(alert.search, alert.seat)).serialize()
    alert.next_at = next_time(alert)
    alert.save()


def run_due(now: datetime | None = None) -> int:
    """Run the alerts that are due; returns how many found somebody.

    Args:
        now: the time that it is, for tests.
    """
    now = now or timezone.now()
    due = SearchAlert.objects.due(now).order_by("next_at", "pk").values_list("pk", flat=True)
    found = 0
    for pk in list(due):
        try:
            found += _run(pk, now)
        except SearchUnavailable:  # it stays due
            log.warning("search_alert_put_off", alert=pk)
    return found


@transaction.atomic
def _run(pk: int, now: datetime) -> bool:
    """Run one alert, unless another worker is at it. Returns whether it found somebody."""
    waiting = SearchAlert.objects.due(now).filter(pk=pk)
    related = waiting.select_related("search", "seat__user", "seat__contract__company")
    alert = related.select_for_update(skip_locked=True, of=("self",)).first()
    if alert is None:
        return False
    new: list[int] = []
    if SavedSearch.objects.visible_to(alert.seat).filter(pk=alert.search_id).exists():
        seen = BitMap64.deserialize(bytes(alert.seen))
        fitting = hits(alert.search, alert.seat)
        new = [member for member in fitting if member not in seen]
        alert.seen = (seen | BitMap64(fitting)).serialize()
    # The hour of the day stays, also when the worker was late.
    while alert.next_at <= now:
        alert.next_at = next_time(alert, alert.next_at)
    alert.save(update_fields=["seen", "next_at"])
    if new:
        _tell(alert, new, now)
    return bool(new)


def _tell(alert: SearchAlert, new: list[int], now: datetime) -> None:
    find = alert.finds.create(at=now, count=len(new), member_ids=new[:MOST_KEPT])
    if alert.by_mail:
        outbox.publish(events.SEARCH_FOUND, find.pk)


def sweep() -> int:
    """Delete what alerts found longer ago than it is kept; returns how many rows."""
    past = timezone.now() - timedelta(days=KEPT_DAYS)
    return SearchFind.objects.filter(at__lt=past).delete()[0]


# --------------------------------------------------------------------------------------- by mail
@outbox.subscribe(events.SEARCH_FOUND)
def mail_find(key: str, payload: dict[str, Any]) -> None:
    """Mail what an alert found, once, if the seat still sees it and wants mail."""
    related = SearchFind.objects.select_related(
        "alert__search", "alert__seat__user", "alert__seat__contract__company"
    )
    find = related.filter(pk=int(key), told_at=None).first()
    if find is None or not _wanted(find):
        return
    SearchFind.objects.filter(pk=find.pk).update(told_at=timezone.now())
    saved, seat = find.alert.search, find.alert.seat
    shown = Member.objects.visible_to(seat).in_bulk(find.member_ids[:MOST_NAMED])
    stop = settings.BASE_URL + reverse("recruiter:stop_alert_mail", args=[token_of(find.alert)])
    context = {
        "seat": seat,
        "saved": saved,
        "find": find,
        "members": [shown[pk] for pk in find.member_ids[:MOST_NAMED] if pk in shown],
        "address": settings.BASE_URL + reverse("recruiter:search_find", args=[find.pk]),
        "stop": stop,
    }
    # One press in the reader's mail program is enough (RFC 8058).
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    subject = " ".join(f"{find.count} new for “{saved.name}”".split())
    body = render_to_string("recruiter/mail/search_found.txt", context)
    EmailMessage(subject, body, None, [seat.user.email], headers=headers).send()


def _wanted(find: SearchFind) -> bool:
    alert = find.alert
    active = Seat.objects.active().filter(pk=alert.seat_id).exclude(user__email="")
    sees = SearchFind.objects.visible_to(alert.seat).filter(pk=find.pk)
    return alert.by_mail and active.exists() and sees.exists()


SALT = "recruiter.search_alerts.stop"


def token_of(alert: SearchAlert) -> str:
    """What stands in the e-mail for whoever may stop it."""
    return signing.dumps(alert.pk, salt=SALT)


def alert_of(token: str) -> SearchAlert | None:
    """The alert that a token of ours stands for; None for any other text."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return SearchAlert.objects.select_related("search").filter(pk=pk).first()

"""What a recruiter hears of the people they follow: on the start page, and by mail if wanted."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from recruiter.models import MemberChange, SeatPreferences
from rsc.models import Seat

MOST_IN_DIGEST = 50


def of(seat: Seat) -> QuerySet[MemberChange]:
    """Changes of the members that a seat follows, newest first, each with its member."""
    return MemberChange.objects.visible_to(seat).select_related("member")


def send_digests() -> int:
    """Mail what is new to the seats that asked for it; returns how many mails. For a worker.

    What a mail told is marked first, so that a worker that dies sends nothing twice.
    """
    wanted = SeatPreferences.objects.filter(
        daily_digest=True, seat__in=Seat.objects.active().exclude(user__email="")
    )
    related = wanted.select_related("seat__contract__company", "seat__user")
    return sum(_send_digest(each) for each in related.order_by("pk"))


def _send_digest(preferences: SeatPreferences) -> bool:
    seat, now, told = preferences.seat, timezone.now(), preferences.digest_sent_at
    new = of(seat).filter(at__lte=now)
    changes = list(new.filter(at__gt=told)[:MOST_IN_DIGEST] if told else new[:MOST_IN_DIGEST])
    SeatPreferences.objects.filter(pk=preferences.pk).update(digest_sent_at=now)
    if not changes:
        return False
    context = {
        "seat": seat,
        "changes": changes,
        "feed": settings.BASE_URL + reverse("recruiter:feed"),
        "preferences": settings.BASE_URL + reverse("recruiter:preferences"),
    }
    body = render_to_string("recruiter/mail/digest.txt", context)
    send_mail("News of the people you follow", body, None, [seat.user.email])
    return True

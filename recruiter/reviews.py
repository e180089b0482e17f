"""Verbs on reviews: show members to a hiring manager, and take in what they think."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from recruiter import events
from recruiter.models import Member, Project, Review, ReviewRequest
from rsc import outbox
from rsc.models import Seat

SALT = "recruiter.reviews"
LINK_DAYS = 60  # for which a link in an e-mail opens


class ReviewRefused(ValueError):
    """A review cannot be asked for or given as wished; the message says why."""


class NotTheReviewer(ReviewRefused):
    """Somebody else is asked."""


class NoVerdict(ReviewRefused):
    """Neither yes, maybe nor no."""


class LinkRefused(ReviewRefused):
    """The link is not ours, too old, or was sent to somebody else."""


@transaction.atomic
def ask(
    seat: Seat,
    members: Collection[Member],
    *,
    reviewer: Seat | None = None,
    email: str = "",
    project: Project | None = None,
    message: str = "",
) -> ReviewRequest:
    """Ask one person what they think of some members. They hear of it by e-mail.

    Args:
        reviewer: a colleague on the same contract; or else
        email: an address. Whoever has it and a seat on the contract is the reviewer; the link
            waits for those who have no seat yet.
        project: for which the members are considered.
    """
    reviewer = reviewer or _with_address(seat, email)
    request = ReviewRequest.objects.create(
        contract=seat.contract,
        asked_by=seat,
        reviewer=reviewer,
        email="" if reviewer else email,
        project=project,
        message=message,
    )
    Review.objects.bulk_create(Review(request=request, member=member) for member in members)
    outbox.publish(events.REVIEW_ASKED, request.pk)
    return request


def _with_address(seat: Seat, email: str) -> Seat | None:
    seats = Seat.objects.active().visible_to(seat)
    return seats.filter(user__email__iexact=email).first() if email else None


@transaction.atomic
def give(seat: Seat, review: Review, *, verdict: str, text: str = "") -> Review:
    """Say what one thinks of a member; saying it again changes it.

    Raises:
        NotTheReviewer: somebody else was asked.
        NoVerdict: there is none.
    """
    review = (
        Review.objects.select_for_update(of=("self",)).select_related("request").get(pk=review.pk)
    )
    if review.request.reviewer_id != seat.pk:
        raise NotTheReviewer("Only the person asked can answer.")
    if verdict not in Review.Verdict.values:
        raise NoVerdict("Choose yes, maybe or no.")
    review.verdict, review.text, review.given_at = verdict, text.strip(), timezone.now()
    review.save(update_fields=["verdict", "text", "given_at"])
    outbox.publish(events.REVIEW_GIVEN, review.request_id)
    return review


def token_of(request: ReviewRequest) -> str:
    """What a link in an e-mail carries: signed, so that numbers cannot be tried."""
    return signing.dumps(request.pk, salt=SALT)


@transaction.atomic
def open_link(seat: Seat, token: str) -> ReviewRequest:
    """The request behind a link. The first to open it with the right address is the reviewer.

    Raises:
        LinkRefused: as it says.
    """
    try:
        pk = signing.loads(token, salt=SALT, max_age=LINK_DAYS * 24 * 3600)
    except signing.BadSignature:
        raise LinkRefused("This link is too old, or it was cut. Ask for a new one.") from None
    asked = ReviewRequest.objects.filter(contract_id=seat.contract_id)
    request = asked.select_for_update(of=("self",)).filter(pk=pk).first()
    if request and request.reviewer is None and _is(request.email, seat):
        request.reviewer = seat
        request.save(update_fields=["reviewer"])
    if request is None or request.reviewer_id != seat.pk:
        raise LinkRefused("This link was sent to somebody else. Sign in as that person.")
    return request


def _is(email: str, seat: Seat) -> bool:
    return bool(email) and email.lower() == seat.user.email.lower()


# ------------------------------------------------------------------------------------------ mails
@outbox.subscribe(events.REVIEW_ASKED)
def tell_reviewer(key: str, payload: dict[str, Any]) -> None:
    """Write to the person asked. Names of members stay out of the e-mail."""
    request = _request(key)
    if request is None:
        return
    if request.reviewer:
        address, path = request.reviewer.user.email, reverse("recruiter:review", args=[request.pk])
    else:
        address = request.email
        path = reverse("recruiter:review_link", args=[token_of(request)])
    subject = f"{request.asked_by.user.full_name} asks what you think"
    _mail(address, subject, "recruiter/mail/review_asked.txt", request, path)


@outbox.subscribe(events.REVIEW_GIVEN)
def tell_asker(key: str, payload: dict[str, Any]) -> None:
    """Write to who asked: once for what was answered in one go."""
    request = _request(key)
    if request is None or request.reviewer is None:
        return
    subject = f"{request.reviewer.user.full_name} answered"
    path = reverse("recruiter:review", args=[request.pk])
    _mail(request.asked_by.user.email, subject, "recruiter/mail/review_given.txt", request, path)


def _request(key: str) -> ReviewRequest | None:
    related = ReviewRequest.objects.select_related("asked_by__user", "reviewer__user", "project")
    return related.filter(pk=int(key)).first()


def _mail(address: str, subject: str, template: str, request: ReviewRequest, path: str) -> None:
    if not address:
        return
    answered = request.reviews.given().count()
    context = {
        "request": request,
        "total": request.reviews.count(),
        "answered": answered,
        "url": f"{settings.BASE_URL}{path}",
    }
    send_mail(subject, render_to_string(template, context), None, [address])

"""The ATS's word for who looks: a JWT that its server signs, instead of a sign-in of our own.

HS256 under the client secret of the customer's application. Claims, all of them required:

    iss        the application's client id
    aud        this server's address, as in RSC_BASE_URL
    sub        the e-mail address of the user who is signed in at the ATS
    candidate  the ATS's id of the one record that may be looked at
    iat, exp   at most five minutes apart
    jti        never the same again

It counts only where an administrator lets this ATS vouch for people (`Ats.vouches_for_people`).
It opens one record, with the seat whose user has that address, or is mapped to it; more wants a
sign-in.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from ats_sync import seat_mapping
from ats_sync.models import Ats, DeveloperApplication
from rsc import audit
from rsc.models import Seat
from widget.admission import Admission
from widget.models import RedeemedVoucher
from widget.tickets import Visit

LIFE = timedelta(minutes=5)
LEEWAY = 30  # seconds by which two clocks may differ
LONGEST = 4096  # characters
_CLAIMS = ("iss", "aud", "sub", "candidate", "iat", "exp", "jti")


class VoucherRefused(Exception):
    """The token does not count. The text is for the person who looks and for the ATS's makers."""


def redeem(token: str, admission: Admission, *, origin: str) -> Visit:
    """Take the ATS's word, once.

    Args:
        token: the JWT.
        admission: the ATS whose page holds the frame.
        origin: of that page, as the browser named it to the frame.

    Raises:
        VoucherRefused: it is forged, old, used, about somebody without a seat, or this ATS may
            not vouch for people; the text says which.
    """
    ats = admission.ats
    if origin not in admission.origins:
        raise VoucherRefused("The page's origin is not on the list of this ATS.")
    claims = _claims(token, ats.application)
    if not ats.vouches_for_people:
        raise VoucherRefused(
            f"{ats} may not say who is signed in. A Recruiter administrator of {ats.company} can "
            "allow it in Admin settings, ATS integration. Until then, sign in here."
        )
    seat = _seat_of(str(claims["sub"]), ats)
    _mark_used(ats, claims)
    audit.record("widget.vouched_for", f"seat:{seat.pk}", seat=seat, ats=ats.pk)
    return Visit(seat, ats, origin, candidate=str(claims["candidate"]))


def _claims(token: str, application: DeveloperApplication) -> dict[str, Any]:
    for secret in application.secrets.live():
        try:
            claims = _decoded(token, secret.text, application.client_id)
        except jwt.InvalidSignatureError:
            continue
        except jwt.ExpiredSignatureError as error:
            raise VoucherRefused("The ATS's token is too old: it lasts five minutes.") from error
        except jwt.InvalidTokenError as error:
            why = str(error).rstrip(".")
            raise VoucherRefused(f"The ATS's token is not right: {why}.") from error
        if claims["exp"] - claims["iat"] > LIFE.total_seconds():
            raise VoucherRefused("The ATS's token lasts for more than five minutes.")
        return claims
    raise VoucherRefused("The ATS's token is not signed with this application's secret.")


def _decoded(token: str, secret: str, client_id: str) -> dict[str, Any]:
    if len(token) > LONGEST:
        raise jwt.InvalidTokenError("it is too long")
    claims = jwt.decode(
        token,
        secret,
        algorithms=["HS256"],
        audience=settings.BASE_URL,
        issuer=client_id,
        leeway=LEEWAY,
        options={"require": list(_CLAIMS)},
    )
    # PostgreSQL has no text with a null character or half a surrogate pair.
    if re.search("[\x00\ud800-\udfff]", "".join(str(claims[name]) for name in _CLAIMS)):
        raise jwt.InvalidTokenError("it holds a character that no text has")
    return claims


def _seat_of(email: str, ats: Ats) -> Seat:
    same = Q(user__email__iexact=email) | Q(user__in=seat_mapping.users_behind(ats, email))
    held = Seat.objects.active().filter(
        same, user__is_active=True, contract__company=ats.company_id
    )
    seat = held.select_related("contract__company", "user").order_by("id").first()
    if seat is None or not email:
        seat_mapping.meet(ats, email)  # so that an administrator can say who that is
        raise VoucherRefused(
            "You are signed in at the ATS with an address that holds no Recruiter seat at "
            f"{ats.company}. Sign in here with the account of your seat."
        )
    return seat


def _mark_used(ats: Ats, claims: dict[str, Any]) -> None:
    spent = RedeemedVoucher.objects.filter(ats=ats)
    spent.filter(expires_at__lt=timezone.now()).delete()
    expires_at = datetime.fromtimestamp(claims["exp"] + LEEWAY, UTC)
    try:
        with transaction.atomic():
            spent.create(ats=ats, jti=str(claims["jti"])[:255], expires_at=expires_at)
    except IntegrityError as error:
        raise VoucherRefused("The ATS's token was used before: it counts once.") from error

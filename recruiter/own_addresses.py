"""A member's own e-mail addresses. One counts once its mailbox has answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from recruiter import events, own_profile
from recruiter.models import Member, MemberEmail
from rsc import outbox
from rsc.addresses import email_normal_form, tidy_address

MOST = 10
LINK_LASTS = timedelta(days=3)
_signer = signing.TimestampSigner(salt="recruiter.own_addresses")


class AddressRefused(ValueError):
    """An address cannot be kept or changed so; the message says why."""


@transaction.atomic
def add(member: Member, address: str) -> MemberEmail:
    """Take up an address and have a mail sent to it.

    Raises:
        AddressRefused: it is there already, or there are too many.
    """
    address = tidy_address(address) or address
    if member.emails.filter(normal_form=email_normal_form(address)).exists():
        raise AddressRefused("This address is in your profile already.")
    if member.emails.count() >= MOST:
        raise AddressRefused(f"A profile has at most {MOST} addresses.")
    email = MemberEmail.objects.create(
        member=member, address=address, normal_form=email_normal_form(address)
    )
    ask_again(email)
    own_profile.touched(member)
    return email


@transaction.atomic
def ask_again(email: MemberEmail) -> None:
    """Have the mail with the link sent, unless the address is confirmed.

    Raises:
        AddressRefused: it is confirmed.
    """
    if email.verified_at:
        raise AddressRefused("This address is confirmed already.")
    outbox.publish(events.ADDRESS_TO_CONFIRM, email.pk)


@transaction.atomic
def confirm(email: MemberEmail) -> None:
    """The mailbox has answered: from now on the address may join records."""
    email.verified_at = timezone.now()
    email.primary = not email.member.emails.filter(primary=True).exists()
    email.save(update_fields=["verified_at", "primary"])
    own_profile.touched(email.member)


@transaction.atomic
def make_main(email: MemberEmail) -> None:
    """Messages are told of at the main address.

    Raises:
        AddressRefused: its mailbox has not answered yet.
    """
    if not email.verified_at:
        raise AddressRefused("Confirm the address first.")
    email.member.emails.filter(primary=True).update(primary=False)
    email.primary = True
    email.save(update_fields=["primary"])
    own_profile.touched(email.member)


@transaction.atomic
def remove(email: MemberEmail) -> None:
    """Take an address out of the profile.

    Raises:
        AddressRefused: it is the main one and others could take its place.
    """
    if email.primary and email.member.emails.exclude(pk=email.pk).exists():
        raise AddressRefused("Make another address your main one first.")
    member = email.member
    email.delete()
    own_profile.touched(member)


def token_of(email: MemberEmail) -> str:
    """What the link of the mail carries: the address's row, signed; no personal data."""
    return _signer.sign(str(email.pk))


def email_of(token: str, member: Member) -> MemberEmail | None:
    """The address that a link is about; None for a link that is old, forged or somebody else's."""
    try:
        pk = int(_signer.unsign(token, max_age=LINK_LASTS))
    except (signing.BadSignature, ValueError):
        return None
    return member.emails.filter(pk=pk).first()


@outbox.subscribe(events.ADDRESS_TO_CONFIRM)
def send_link(key: str, payload: dict[str, Any]) -> None:
    """Write to an address that waits for its mailbox's answer."""
    email = MemberEmail.objects.filter(pk=int(key), verified_at=None).select_related("member")
    if not (found := email.first()):
        return
    link = settings.BASE_URL + reverse("member:confirm_email", args=[token_of(found)])
    context = {"member": found.member, "link": link, "days": LINK_LASTS.days}
    body = render_to_string("member/confirm_email.txt", context)
    EmailMessage("Confirm your e-mail address", body, None, [found.address]).send()

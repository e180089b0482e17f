"""Seats are offered by letter: invite, send again, revoke, accept.

A person without an account chooses a password behind the link, or signs in where the company
signs in; who reads the mailbox is the person. The link dies when it is used, sent again, revoked
or RSC_INVITATION_DAYS old.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from rsc import audit, events, outbox
from rsc.models import Contract, Invitation, Seat, User

_signer = signing.TimestampSigner(salt="rsc.invitations")


# ------------------------------------------------------------------------------------- for admins
def person_of(address: str) -> User | None:
    """Who signs in with this address, whatever its capitals."""
    known = User.objects.filter(email__iexact=address).first()
    if known:
        return known
    own = EmailAddress.objects.filter(email__iexact=address, verified=True)
    found = own.select_related("user").first()
    return found.user if found else None


def _open_person(address: str, first_name: str, last_name: str) -> User:
    """An account that nobody can enter yet."""
    user = User(email=address.lower(), first_name=first_name, last_name=last_name)
    user.username = user.person_id
    user.set_unusable_password()
    user.save()
    return user


@transaction.atomic
def invite(
    contract: Contract,
    address: str,
    *,
    first_name: str = "",
    last_name: str = "",
    role: str = Seat.Role.RECRUITER,
    actor: User | None = None,
) -> Invitation | None:
    """Offer a seat to whoever reads a mailbox.

    Args:
        contract: on which the seat is.
        address: a valid e-mail address; known people keep their names.
        first_name, last_name: of somebody new.
        role: of the seat; also of one that there was.
        actor: the administrator who asks.

    Returns:
        The invitation, whose letter leaves by the outbox; None where the seat works already.
    """
    user = person_of(address) or _open_person(address, first_name, last_name)
    seat, _ = Seat.objects.select_for_update(of=("self",)).get_or_create(
        contract=contract, user=user, defaults={"role": role, "state": Seat.State.INVITED}
    )
    if seat.role != role:
        change_role(seat, role, actor=actor)
    if seat.state == Seat.State.ACTIVE:
        return None
    if seat.state != Seat.State.INVITED:
        seat.state = Seat.State.INVITED
        seat.save(update_fields=["state", "modified_at"])
    return _write(seat, actor, "seat.invited")


@transaction.atomic
def send_again(seat: Seat, *, actor: User | None = None) -> bool:
    """Write a new letter; the links of before are void. Returns whether the seat is on offer."""
    if seat.state != Seat.State.INVITED:
        return False
    _write(seat, actor, "seat.invited_again")
    return True


@transaction.atomic
def revoke(seat: Seat, *, actor: User | None = None) -> bool:
    """Take an offer back. Returns whether there was one."""
    if seat.state != Seat.State.INVITED:
        return False
    Invitation.objects.filter(seat=seat).delete()
    change_state(seat, Seat.State.INACTIVE, actor=actor)
    return True


def change_state(seat: Seat, state: str, *, actor: User | None = None) -> None:
    """Let a seat work, or not; whoever is signed in on it notices with the next click."""
    seat.state = state
    seat.save(update_fields=["state", "modified_at"])
    audit.record("seat.state_changed", seat.urn, actor=actor, state=state)


def change_role(seat: Seat, role: str, *, actor: User | None = None) -> None:
    """Give a seat another role."""
    before, seat.role = seat.role, role
    seat.save(update_fields=["role", "modified_at"])
    audit.record("seat.role_changed", seat.urn, actor=actor, before=before, role=role)


def _write(seat: Seat, actor: User | None, verb: str) -> Invitation:
    invitation, _ = Invitation.objects.update_or_create(
        seat=seat,
        defaults={
            "invited_by": actor,
            "asked_at": timezone.now(),
            "mailed_at": None,
            "accepted_at": None,
        },
    )
    audit.record(verb, seat.urn, actor=actor, role=seat.role)
    outbox.publish(events.SEAT_INVITED, invitation.pk)
    return invitation


# -------------------------------------------------------------------------------------- the letter
@outbox.subscribe(events.SEAT_INVITED)
def send_letter(key: str, payload: dict[str, Any]) -> None:
    """Mail the link, once per asking."""
    waiting = Invitation.objects.filter(mailed_at=None, seat__state=Seat.State.INVITED)
    related = waiting.select_related("seat__user", "seat__contract__company", "invited_by")
    invitation = related.filter(pk=int(key)).first()
    if invitation is None:
        return
    Invitation.objects.filter(pk=invitation.pk).update(mailed_at=timezone.now())
    seat = invitation.seat
    context = {
        "seat": seat,
        "inviter": invitation.invited_by,
        "url": settings.BASE_URL + reverse("invitation", args=[token_of(invitation)]),
        "days": settings.INVITATION_DAYS,
    }
    subject = f"Your seat at {seat.contract.company}"
    body = render_to_string("rsc/mail/invitation.txt", context)
    EmailMessage(" ".join(subject.split()), body, None, [seat.user.email]).send()


# -------------------------------------------------------------------------------- for the invited
def token_of(invitation: Invitation) -> str:
    """What the link carries: which letter it was, signed; no personal data."""
    return _signer.sign(f"{invitation.pk}:{invitation.asked_at.timestamp():.6f}")


def invitation_of(token: str) -> Invitation | None:
    """The offer behind a link; None once it is void."""
    try:
        text = _signer.unsign(token, max_age=timedelta(days=settings.INVITATION_DAYS))
        pk, asked_at = text.split(":")
    except (signing.BadSignature, ValueError):
        return None
    offers = Invitation.objects.filter(accepted_at=None, seat__state=Seat.State.INVITED)
    related = offers.select_related("seat__user", "seat__contract__company")
    found = related.filter(pk=int(pk), seat__contract__active=True).first()
    return found if found and f"{found.asked_at.timestamp():.6f}" == asked_at else None


def signs_in_already(user: User) -> bool:
    """Whether the invited person has a way in, and so needs none from us."""
    return user.has_usable_password() or user.socialaccount_set.exists()


@transaction.atomic
def accept(invitation: Invitation) -> Seat:
    """Let the seat work: the person holds the link or has proved the address otherwise."""
    seat = invitation.seat
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
    seat.state = Seat.State.ACTIVE
    seat.save(update_fields=["state", "modified_at"])
    audit.record("seat.accepted", seat.urn, seat=seat)
    return seat


@transaction.atomic
def open_account(invitation: Invitation, user: User, password: str) -> User:
    """Give the invited person a password, and the seat; the mailbox is proved by the link.

    Args:
        invitation: to the seat.
        user: its person, with the name that they gave.
        password: in clear, judged already.
    """
    user.set_password(password)
    user.save(update_fields=["password", "first_name", "last_name"])
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    accept(invitation)
    return user

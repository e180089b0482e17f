"""How members whose records an operator loaded come into their accounts.

A message reaches such a member by e-mail only. The link in it leads to a page on which they choose
a password: who reads the mailbox of a verified address is the person.
"""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import transaction

from recruiter import members
from recruiter.models import Member, MemberEmail
from rsc.models import User

LINK_LASTS = timedelta(days=30)
_signer = signing.TimestampSigner(salt="recruiter.joining")


class HasAccount(ValueError):
    """The address belongs to an account already: its owner signs in and joins the two."""


def token_of(email: MemberEmail) -> str:
    """What the link carries: the address's row, signed; no personal data."""
    return _signer.sign(str(email.pk))


def email_of(token: str) -> MemberEmail | None:
    """The address that a link was sent to; None once it is old, or the member has an account."""
    try:
        pk = int(_signer.unsign(token, max_age=LINK_LASTS))
    except (signing.BadSignature, ValueError):
        return None
    waiting = MemberEmail.objects.filter(
        member__user=None, member__closed_at=None, verified_at__isnull=False
    )
    return waiting.select_related("member").filter(pk=pk).first()


def has_account(email: MemberEmail) -> bool:
    """Whether somebody signs in with this address already."""
    own = User.objects.filter(email__iexact=email.address)
    return own.exists() or EmailAddress.objects.filter(email__iexact=email.address).exists()


@transaction.atomic
def open_account(email: MemberEmail, password: str) -> User:
    """Make the account of a member, who then signs in with this address.

    Raises:
        HasAccount: somebody signs in with it already.
    """
    member = Member.objects.select_for_update(of=("self",)).get(pk=email.member_id)
    if member.user_id or has_account(email):
        raise HasAccount("This address belongs to an account already.")
    user = User(
        username=member.public_id,
        email=email.address,
        first_name=member.first_name,
        last_name=member.last_name,
        person_id=member.public_id,  # person and member are one
    )
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=email.address, verified=True, primary=True)
    _join(member, user)
    return user


@transaction.atomic
def join(email: MemberEmail, user: User) -> bool:
    """Give a member to the account that signs in with the address. Returns whether that fits."""
    member = Member.objects.select_for_update(of=("self",)).get(pk=email.member_id)
    owns = user.emailaddress_set.filter(email__iexact=email.address, verified=True).exists()
    if member.user_id or not owns or Member.objects.filter(user=user).exists():
        return False
    _join(member, user)
    return True


def _join(member: Member, user: User) -> None:
    member.user = user
    member.save(update_fields=["user", "modified_at"])
    members.tell_changed([member.pk])

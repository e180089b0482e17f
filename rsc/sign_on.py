"""Sign-in at a company's own OpenID provider.

A provider is believed only about verified addresses of the domains that the operator gave it, so
no company's provider can open another's account. It opens no accounts: seats are given. Operators
(superusers) always sign in here, so that no provider holds the keys of the server.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from rsc import audit, invitations
from rsc.models import Invitation, Seat, SeatQuerySet, SingleSignOn, User

LIVE = [Seat.State.ACTIVE, Seat.State.INVITED]


def for_address(address: str) -> list[SingleSignOn]:
    """Where people with an address of this domain may sign in."""
    domain = address.rpartition("@")[2].strip().lower()
    ways = SingleSignOn.objects.filter(active=True, domains__contains=[domain])
    return list(ways.select_related("company", "contract__company").order_by("pk"))


def for_person(user: User) -> SingleSignOn | None:
    """Where this person signs in, by domain and seats; one that is required comes first."""
    if user.is_superuser:
        return None
    ways = [way for way in for_address(user.email) if _seats(way, user).exists()]
    return max(ways, key=lambda way: way.required, default=None)


def _seats(way: SingleSignOn, user: User) -> SeatQuerySet:
    own = Q(contract=way.contract_id) if way.contract_id else Q(contract__company=way.company_id)
    return Seat.objects.filter(own, user=user, state__in=LIVE)


def person_of(way: SingleSignOn, address: str) -> User | None:
    """Whom a verified address signs in: only of the way's domains, with a seat, no operator."""
    user = invitations.person_of(address) if way.covers(address) else None
    if user is None or user.is_superuser or not user.is_active:
        return None
    return user if _seats(way, user).exists() else None


@transaction.atomic
def accept_offers(way: SingleSignOn, user: User) -> None:
    """Let the seats work that wait for this person: the provider has proved the address."""
    offers = Invitation.objects.filter(accepted_at=None, seat__state=Seat.State.INVITED)
    for offer in offers.filter(seat__in=_seats(way, user)).select_related("seat__user"):
        invitations.accept(offer)
    audit.record("person.signed_on", user.urn, actor=user, sign_on=way.pk)

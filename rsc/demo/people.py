"""Companies, contracts, and the people who sign in."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from rsc.demo import fixtures
from rsc.models import Company, Contract, Seat, User


@dataclass(frozen=True)
class Login:
    """One way into the demo."""

    role: str
    username: str
    password: str


def password_of(username: str) -> str:
    """A person's demo password: made from this server's secret key, so it needs no file.

    The same at each start, another on each server, and not to be guessed.
    """
    text = _derived(f"demo password:{username}")
    return "-".join((text[:4], text[4:8], text[8:12]))


def _derived(subject: str) -> str:
    digest = hmac.digest(settings.SECRET_KEY.encode(), subject.encode(), hashlib.sha256)
    return base64.b32encode(digest).decode().lower().rstrip("=")


def _give_password(user: User) -> None:
    """Set the demo password, unless the stored one is it.

    The salt tells: it is derived too, so nobody has to wait for a slow hash at each start.
    """
    salt = _derived(f"demo salt:{user.username}")[:26]
    if f"${salt}$" not in user.password:
        user.password = make_password(password_of(user.username), salt=salt)
        user.save(update_fields=["password"])


def load() -> list[Login]:
    """Make what is missing of companies, contracts, users and seats.

    Returns:
        The logins that visitors are told, in the order of the file.
    """
    for row in fixtures.read("companies.json"):
        company, _ = Company.objects.get_or_create(
            name=row["name"], defaults={"team_reads_inmail": row["team_reads_inmail"]}
        )
        for name in row["contracts"]:
            Contract.objects.get_or_create(company=company, name=name)
    people = fixtures.read("people.json")
    for row in people:
        _person(row)
    return [
        Login(row["login"], row["username"], password_of(row["username"]))
        for row in people
        if "login" in row
    ]


def _person(row: dict[str, Any]) -> None:
    staff = row.get("staff", False)
    user, _ = User.objects.get_or_create(
        username=row["username"],
        defaults={
            "first_name": row["first_name"],
            "last_name": row["last_name"],
            "email": row["email"],
            "time_zone": row["time_zone"],
            "is_staff": staff,
            "is_superuser": staff,
            "password": make_password(None),  # cannot sign in
        },
    )
    if "login" in row:
        _give_password(user)
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    for seat in row["seats"]:
        contract = Contract.objects.get(company__name=seat["company"], name=seat["contract"])
        Seat.objects.get_or_create(contract=contract, user=user, defaults={"role": seat["role"]})


def email_of(role: str) -> str:
    """The address of the person with that login."""
    rows = fixtures.read("people.json")
    username = next(row["username"] for row in rows if row.get("login") == role)
    return User.objects.get(username=username).email


def seat_of(username: str, company: str = "", contract: str = "") -> Seat:
    """A person's seat: the oldest, or the one on that contract."""
    seats = Seat.objects.filter(user__username=username).select_related("user", "contract__company")
    if contract:
        seats = seats.filter(contract__company__name=company, contract__name=contract)
    return seats.order_by("id")[0]

"""Applications of vendors and of their customers: make, change, find, and their secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from ats_sync.models import ApplicationSecret, DeveloperApplication
from ats_sync.models.developer_application import check_origin
from rsc import audit
from rsc.models import User

# contract.md 3 and 2.4.
LONGEST_NAME = 50
LONGEST_FOREIGN_ID = 255
LIVE_SECRETS = 2


class ProvisioningRefused(ValueError):
    """A value of an application is not acceptable.

    Args:
        field: which of `Details`' fields, or `foreign_id`.
        reason: what is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class ForeignIdTaken(ValueError):
    """The vendor has an application with this foreign id already."""


class TooManySecrets(ValueError):
    """Two secrets are live; one must be deleted first."""


class NoSuchSecret(LookupError):
    """The text is not a live secret of the application, or it is the last one."""


@dataclass
class Details:
    """What a vendor may say, and later change, about an application; None leaves it as it is.

    Attributes:
        name: what people read, at most 50 characters.
        description: free text.
        login_callbacks: where a person may be sent after signing in; compared exactly.
        script_origins: whose pages may embed the widgets.
    """

    name: str | None = None
    description: str | None = None
    login_callbacks: list[str] | None = None
    script_origins: list[str] | None = None

    def check(self) -> None:
        """Raises ProvisioningRefused for the first value that is not acceptable."""
        if self.name is not None and not 0 < len(self.name.strip()) <= LONGEST_NAME:
            raise ProvisioningRefused("name", f"must have 1 to {LONGEST_NAME} characters")
        for callback in self.login_callbacks or ():
            _check_callback(callback)
        for origin in self.script_origins or ():
            try:
                check_origin(origin)
            except ValidationError as error:
                raise ProvisioningRefused("script_origins", error.message) from error

    def values(self) -> dict[str, Any]:
        """The columns that are to be written."""
        callbacks = None if self.login_callbacks is None else " ".join(self.login_callbacks)
        columns = {
            "name": self.name,
            "description": self.description,
            "redirect_uris": callbacks,
            "script_origins": self.script_origins,
        }
        return {column: value for column, value in columns.items() if value is not None}


def _check_callback(text: str) -> None:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    # Spaces separate the addresses where they are stored.
    good = host and parts.scheme in {"http", "https"} and not parts.fragment
    if not good or text != "".join(text.split()):
        raise ProvisioningRefused("login_callbacks", f"{text[:200]!r} is not an absolute address")


def provision(
    vendor: DeveloperApplication, *, foreign_id: str, details: Details
) -> tuple[DeveloperApplication, str]:
    """Make an application for one customer of a vendor.

    Args:
        vendor: the vendor's own application.
        foreign_id: the vendor's name for the customer.
        details: name and description are needed.

    Returns:
        The application, and its first secret in clear.

    Raises:
        ProvisioningRefused: a value is missing or not acceptable.
        ForeignIdTaken: the vendor has one with this foreign id already.
    """
    if not 0 < len(foreign_id.strip()) <= LONGEST_FOREIGN_ID:
        raise ProvisioningRefused("foreign_id", f"must have 1 to {LONGEST_FOREIGN_ID} characters")
    if not details.name:
        raise ProvisioningRefused("name", "is needed")
    details.check()
    try:
        with transaction.atomic():
            child = DeveloperApplication.objects.create(
                parent=vendor, unique_foreign_id=foreign_id, **CLIENT, **details.values()
            )
            _, secret = ApplicationSecret.make(child)
            audit.record("application.provisioned", child.urn, vendor=vendor.pk)
    except IntegrityError as error:
        if find(vendor, foreign_id) is None:
            raise
        raise ForeignIdTaken(f"{foreign_id!r} is taken") from error
    return child, secret


# All applications fetch tokens for themselves; the login of a person comes on top.
CLIENT = {
    "client_type": DeveloperApplication.CLIENT_CONFIDENTIAL,
    "authorization_grant_type": DeveloperApplication.GRANT_CLIENT_CREDENTIALS,
}


@transaction.atomic
def change(child: DeveloperApplication, details: Details, *, actor: User | None = None) -> None:
    """Change an application; lists are replaced whole. Raises ProvisioningRefused."""
    details.check()
    values = details.values()
    for column, value in values.items():
        setattr(child, column, value)
    if values:
        child.save(update_fields=list(values))
    audit.record("application.changed", child.urn, actor=actor, fields=sorted(values))


def find(vendor: DeveloperApplication, foreign_id: str) -> DeveloperApplication | None:
    """The vendor's application for that customer, if there is one."""
    return vendor.children.filter(unique_foreign_id=foreign_id).first()


@transaction.atomic
def roll_secret(application: DeveloperApplication, *, actor: User | None = None) -> str:
    """Make another secret beside the live one, so that a rotation has no gap.

    Returns:
        The new secret in clear, to be shown once.

    Raises:
        TooManySecrets: two are live already.
    """
    DeveloperApplication.objects.select_for_update().get(pk=application.pk)
    if application.secrets.live().count() >= LIVE_SECRETS:
        raise TooManySecrets(f"{LIVE_SECRETS} secrets are live; delete one first")
    _, text = ApplicationSecret.make(application)
    audit.record("application.secret_made", application.urn, actor=actor)
    return text


@transaction.atomic
def delete_secret(
    application: DeveloperApplication, secret: ApplicationSecret, *, actor: User | None = None
) -> None:
    """Make a secret void. Tokens that it fetched stay good until they expire.

    Raises:
        NoSuchSecret: it is not live, or it is the last one, without which nobody could sign in.
    """
    DeveloperApplication.objects.select_for_update().get(pk=application.pk)
    live = application.secrets.live()
    if live.count() < LIVE_SECRETS or not live.filter(pk=secret.pk).exists():
        raise NoSuchSecret("this is not one of two live secrets")
    application.secrets.filter(pk=secret.pk).update(revoked_at=timezone.now())
    audit.record("application.secret_deleted", application.urn, actor=actor)


def secret_of(application: DeveloperApplication, text: str) -> ApplicationSecret:
    """The live secret with this text. Raises NoSuchSecret."""
    for secret in application.secrets.live():
        if secret.matches(text):
            return secret
    raise NoSuchSecret("no live secret has this text")

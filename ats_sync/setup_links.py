"""Links that show an ATS's administrator what to set there: signed, expiring, revocable."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ats_sync import provisioning
from ats_sync.models import Ats, SetupLink
from rsc import audit
from rsc.models import User

SALT = "ats_sync.setup_links"
LIFE = timedelta(days=14)


class LinkRefused(ValueError):
    """The link is forged, expired or revoked: all sound the same."""


class SecretRefused(ValueError):
    """The page may not make a secret, or has shown one already; the text says so."""


@transaction.atomic
def make(ats: Ats, *, actor: User, gives_secret: bool = False) -> SetupLink:
    """Make a link that is good for 14 days.

    Args:
        ats: whose side is to be set up.
        actor: the administrator who invites.
        gives_secret: whether the reader may make the client secret, which is shown once.
    """
    link = SetupLink.objects.create(
        ats=ats, made_by=actor, expires_at=timezone.now() + LIFE, gives_secret=gives_secret
    )
    _tell(link, "made", actor, gives_secret=gives_secret)
    return link


def url_of(link: SetupLink) -> str:
    """What is sent to the ATS's administrator."""
    path = reverse("ats:setup", args=[signing.dumps(link.pk, salt=SALT)])
    return f"{settings.BASE_URL}{path}"


@transaction.atomic
def revoke(link: SetupLink, *, actor: User) -> None:
    """Make a link void at once."""
    if SetupLink.objects.live().filter(pk=link.pk).update(revoked_at=timezone.now()):
        _tell(link, "revoked", actor)


@transaction.atomic
def open_link(token: str) -> SetupLink:
    """The link behind an address. Raises LinkRefused."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise LinkRefused from error
    related = SetupLink.objects.live().select_related("ats__application__parent", "ats__company")
    link = related.filter(pk=pk).first()
    if link is None:
        raise LinkRefused
    if link.first_opened_at is None:
        link.first_opened_at = timezone.now()
        link.save(update_fields=["first_opened_at"])
        _tell(link, "opened", None)
    return link


@transaction.atomic
def show_secret(link: SetupLink) -> str:
    """Make the application's secret; its text is returned this once.

    Raises:
        SecretRefused: it was shown before, or this link does not give one.
    """
    link = SetupLink.objects.select_for_update().get(pk=link.pk)
    if not link.gives_secret:
        raise SecretRefused("This link gives no secret. Ask the person who sent it.")
    if link.secret_shown_at:
        raise SecretRefused("The secret was shown once already. Ask for a new link if it is lost.")
    try:
        secret = provisioning.roll_secret(link.ats.application)
    except provisioning.TooManySecrets as error:
        raise SecretRefused("Two secrets are in use; one has to be deleted first.") from error
    link.secret_shown_at = timezone.now()
    link.save(update_fields=["secret_shown_at"])
    _tell(link, "secret_shown", None)
    return secret


def _tell(link: SetupLink, verb: str, actor: User | None, **detail: bool) -> None:
    audit.record(f"setup_link.{verb}", f"ats:{link.ats_id}", actor=actor, link=link.pk, **detail)

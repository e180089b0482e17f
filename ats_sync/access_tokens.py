"""Access tokens: good for half an hour, stored only as a checksum (contract.md 2).

A token of an application (two legs) opens the data of its customer. A token of a person (three
legs) opens nothing but the answer to “who am I”, by which an ATS binds its users to ours.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant

from ats_sync.batches import run_kept
from ats_sync.models import DeveloperApplication
from ats_sync.rows import Columns
from rsc import audit
from rsc.models import User

LIFETIME = timedelta(seconds=settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"])
CODE_LIFETIME = timedelta(seconds=settings.OAUTH2_PROVIDER["AUTHORIZATION_CODE_EXPIRE_SECONDS"])
# How long an expired token can still be told from one that never was.
KEPT = timedelta(days=7)


class TokenState(Enum):
    """Whether a token opens anything; the value is the word of introspection."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class CodeRefused(ValueError):
    """A login code is unknown, used, expired, or was made for somebody else."""


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def issue(application: DeveloperApplication, *, user: User | None = None, scope: str = "") -> str:
    """Make a token; earlier ones stay good (contract.md 2.1).

    Args:
        application: whose token it is.
        user: the person who signed in, for a token of three legs.
        scope: what that person agreed to.

    Returns:
        The token's text, which is not kept.
    """
    text = secrets.token_urlsafe(48)
    AccessToken.objects.create(
        application=application,
        user=user,
        scope=scope,
        token="",
        token_checksum=_checksum(text),
        expires=timezone.now() + LIFETIME,
    )
    return text


def find(text: str) -> AccessToken | None:
    """The token with its application, in one query; None when it never was."""
    for row in run_kept(_FIND, checksum=_checksum(text)):
        values = iter(row)
        token = _TOKEN.take(values)
        token.application = _APPLICATION.take(values)
        return token
    return None


_TOKEN = Columns(AccessToken, "t", "id", "application_id", "user_id", "scope", "expires", "created")
_APPLICATION = Columns(
    DeveloperApplication, "a", "id", "name", "client_id", "parent_id", "tokens_revoked_at"
)
_FIND = f"""
SELECT {_TOKEN.sql}, {_APPLICATION.sql}
FROM oauth2_provider_accesstoken AS t
JOIN ats_sync_developerapplication AS a ON a.id = t.application_id
WHERE t.token_checksum = %(checksum)s
"""  # noqa: S608 - names of columns of ours


def state_of(token: AccessToken) -> TokenState:
    """Whether the token is good now, and if not, why."""
    revoked_at = token.application.tokens_revoked_at
    if revoked_at is not None and token.created <= revoked_at:
        return TokenState.REVOKED
    return TokenState.EXPIRED if token.is_expired() else TokenState.ACTIVE


@transaction.atomic
def revoke_all(application: DeveloperApplication, *, actor: User | None) -> None:
    """Make every token of the application void at once; it may ask for new ones."""
    application.tokens_revoked_at = timezone.now()
    application.save(update_fields=["tokens_revoked_at"])
    audit.record("access_tokens.revoked", application.urn, actor=actor)


def sweep() -> int:
    """Delete tokens and login codes that expired long ago. Returns how many."""
    expired = {"expires__lt": timezone.now() - KEPT}
    return (
        AccessToken.objects.filter(**expired).delete()[0]
        + Grant.objects.filter(**expired).delete()[0]
    )


def make_code(application: DeveloperApplication, user: User, *, callback: str, scope: str) -> str:
    """Make a login code for a person who agreed; it is good once, and stored as a checksum."""
    text = secrets.token_urlsafe(32)
    Grant.objects.create(
        application=application,
        user=user,
        code=_checksum(text),
        redirect_uri=callback,
        scope=scope,
        expires=timezone.now() + CODE_LIFETIME,
    )
    return text


@transaction.atomic
def redeem_code(application: DeveloperApplication, text: str, *, callback: str) -> str:
    """Exchange a login code for a token of that person; returns the token's text.

    Raises:
        CodeRefused: the code is not good for this application and callback.
    """
    # Locked and deleted, so that of two exchanges at once only one succeeds.
    grant = (
        Grant.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(code=_checksum(text), application=application)
        .first()
    )
    if grant is None or grant.is_expired() or grant.redirect_uri != callback:
        raise CodeRefused("The code is unknown, used or expired, or the callback differs")
    grant.delete()
    return issue(application, user=grant.user, scope=grant.scope)

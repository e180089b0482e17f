"""The programs that may talk to us: a vendor's own application and one child per customer."""

from __future__ import annotations

import hmac
import re
import secrets

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from oauth2_provider.models import AbstractApplication

from rsc import sealing, urns

# Exact, because the text is copied into a header that says who may frame our pages.
_ORIGIN = re.compile(r"https?://([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def check_origin(text: str) -> None:
    """Refuse what is not scheme, host and perhaps port: https://ats.example.com:8443."""
    if not _ORIGIN.fullmatch(text):
        raise ValidationError(
            f"{text!r} is not an origin; write scheme, host and port: https://ats.example.com"
        )


class DeveloperApplication(AbstractApplication):
    """An OAuth client. Without a parent it is a vendor's; with one, a customer's instance."""

    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    description = models.TextField(blank=True)
    # The vendor's own name for the customer; unique per parent (contract.md 3).
    unique_foreign_id = models.CharField(max_length=255, blank=True)
    # Full origins (scheme, host, port) whose pages may embed the widgets.
    script_origins = ArrayField(
        models.CharField(max_length=255, validators=[check_origin]), default=list, blank=True
    )
    # Access tokens made up to this moment are void.
    tokens_revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "developer application"
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "unique_foreign_id"],
                condition=models.Q(parent__isnull=False),
                name="foreign_id_unique_per_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def urn(self) -> urns.Urn:
        return urns.Urn(urns.DEVELOPER_APPLICATION, str(self.pk))

    @property
    def is_parent(self) -> bool:
        """Whether this is a vendor's own application, which provisions the children."""
        return self.parent_id is None

    def secret_is_right(self, secret: str) -> bool:
        """Whether the text is one of the live secrets; remembers which was used last."""
        for known in self.secrets.live():
            if known.matches(secret):
                known.touch()
                return True
        return False

    def signing_secret(self) -> str:
        """The secret that signs callbacks: the one last used for a token (contract.md 12.3)."""
        newest = models.F("last_used_at").desc(nulls_last=True)
        return self.secrets.live().order_by(newest, "-created_at")[0].text


class ApplicationSecretQuerySet(models.QuerySet["ApplicationSecret"]):
    def live(self) -> ApplicationSecretQuerySet:
        return self.filter(revoked_at=None)


class ApplicationSecret(models.Model):
    """A client secret. It signs callbacks, so it must be readable: it is stored sealed."""

    application = models.ForeignKey(
        DeveloperApplication, on_delete=models.CASCADE, related_name="secrets"
    )
    sealed = models.TextField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicationSecretQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"secret of {self.application_id} made {self.created_at:%Y-%m-%d}"

    @property
    def text(self) -> str:
        """The secret in clear. Raises SealBroken after a change of the server's key."""
        return sealing.unseal(self.sealed)

    @classmethod
    def make(cls, application: DeveloperApplication) -> tuple[ApplicationSecret, str]:
        """Make and keep a new secret; the text is returned once, to be shown once."""
        text = secrets.token_urlsafe(32)
        return cls.objects.create(application=application, sealed=sealing.seal(text)), text

    def matches(self, text: str) -> bool:
        """Whether the text is this secret; takes as long for a near miss as for a far one."""
        return hmac.compare_digest(self.text.encode(), text.encode())

    def touch(self) -> None:
        from_now = models.functions.Now()
        type(self).objects.filter(pk=self.pk).update(last_used_at=from_now)

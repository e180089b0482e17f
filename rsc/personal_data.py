"""The map of personal data: which table holds what of whom, from where, what for, how long.

Each floor declares its own tables beside its models; a test of the house fails for a table that
is neither declared here nor said to hold nothing personal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model

USER = "People who sign in"


@dataclass(frozen=True)
class Kept:
    """One table.

    Attributes:
        model: its label, `recruiter.Member`.
        about: whom it is about.
        fields: what of theirs it holds, in words.
        source: where that came from.
        purpose: what for.
        kept: for how long, and what ends it.
        seen_by: who may read it.
    """

    model: str
    about: str
    fields: str
    source: str
    purpose: str
    kept: str
    seen_by: str

    @property
    def title(self) -> str:
        """The table's name in words."""
        return str(apps.get_model(self.model)._meta.verbose_name_plural)


_tables: dict[str, Kept] = {}
_impersonal: set[str] = set()


def declare(about: str, *rows: tuple[str, str, str, str, str, str]) -> None:
    """Declare tables about one kind of people: the six columns of `Kept` that remain."""
    for model, fields, source, purpose, kept, seen_by in rows:
        _tables[model] = Kept(model, about, fields, source, purpose, kept, seen_by)


def nothing_personal(*models: str) -> None:
    """Say of tables that they hold nothing about anybody, or numbers of rows alone."""
    _impersonal.update(models)


def tables() -> list[Kept]:
    """The map, by whom it is about."""
    return sorted(_tables.values(), key=lambda one: (one.about, one.model))


def is_personal(model: type[Model]) -> bool:
    """Whether a table holds something about somebody."""
    return model._meta.label in _tables


def undeclared(models: Iterable[type[Model]]) -> list[str]:
    """Labels of tables of which the map says nothing."""
    said = _tables.keys() | _impersonal
    return sorted(one._meta.label for one in models if one._meta.label not in said)


_SIGN_IN = "until the person is erased"
_OPERATORS = "administrators of the server"
declare(
    USER,
    ("rsc.User", "name, e-mail address, password hash, time zone, last sign-in",
     "the person, or who invited them", "to sign in", _SIGN_IN,
     f"{_OPERATORS}; name: colleagues"),
    ("rsc.Seat", "role, contract", "an administrator", "rights", "while the contract runs",
     f"{_OPERATORS}; colleagues on the contract"),
    ("rsc.Invitation", "when invited, by whom", "an administrator", "to offer a seat",
     "while the seat exists", _OPERATORS),
    ("rsc.AuditEntry", "numbers of people, what they did; no names", "this server",
     "to show who did and saw what", "for good: it holds pseudonyms only", _OPERATORS),
    ("rsc.OutboxEvent", "numbers of rows; in the text of an error perhaps a value", "this server",
     "to deliver facts once", "RSC_OUTBOX_KEEP_DAYS after delivery", _OPERATORS),
    ("account.EmailAddress", "e-mail address, whether verified", "the person", "to sign in",
     _SIGN_IN, _OPERATORS),
    ("account.EmailConfirmation", "a key sent to an address", "this server",
     "to verify an address", "some days", "nobody"),
    ("mfa.Authenticator", "secret of a second factor", "the person", "to sign in", _SIGN_IN,
     "nobody"),
    ("socialaccount.SocialAccount", "what a sign-on provider says of a person", "the provider",
     "to sign in", _SIGN_IN, _OPERATORS),
    ("socialaccount.SocialToken", "a token of a provider", "the provider", "to sign in", _SIGN_IN,
     "nobody"),
    ("sessions.Session", "who is signed in", "the browser", "to stay signed in",
     "until it runs out", "nobody"),
    ("admin.LogEntry", "what an administrator changed", "this server", "history of a row",
     "as long as the row's kind is kept; names of an erased person are taken out", _OPERATORS),
    ("axes.AccessAttempt", "user name typed, network address", "the browser",
     "to stop guessing of passwords", "until the next good sign-in", _OPERATORS),
    ("axes.AccessAttemptExpiration", "when an attempt is forgotten", "this server",
     "to stop guessing of passwords", "as the attempt", "nobody"),
    ("axes.AccessFailureLog", "user name typed, network address", "the browser",
     "to see attacks", "off unless switched on", _OPERATORS),
    ("axes.AccessLog", "user name, network address", "the browser", "to see sign-ins",
     "until the person is erased", _OPERATORS),
    ("oauth2_provider.AccessToken", "whose token", "this server", "the frame in an ATS's page",
     "until it runs out", "nobody"),
    ("oauth2_provider.RefreshToken", "whose token", "this server", "the frame in an ATS's page",
     "until it runs out", "nobody"),
    ("oauth2_provider.IDToken", "whose token", "this server", "the frame in an ATS's page",
     "until it runs out", "nobody"),
    ("oauth2_provider.Grant", "whose grant", "this server", "the frame in an ATS's page",
     "minutes", "nobody"),
    ("oauth2_provider.DeviceGrant", "whose grant", "this server", "not used", "minutes", "nobody"),
    ("django_q.Task", "in the text of a failure perhaps a value", "this server",
     "to see what workers did", "the last ones; those that name an erased person go",
     _OPERATORS),
)  # fmt: skip
nothing_personal(
    "rsc.Company", "rsc.Contract", "rsc.AuditSeal", "rsc.SingleSignOn", "auth.Permission",
    "auth.Group", "contenttypes.ContentType", "socialaccount.SocialApp", "django_q.Success",
    "django_q.Failure", "django_q.Schedule", "django_q.OrmQ", "widget.RedeemedVoucher",
)  # fmt: skip

"""Which addresses may receive our notices (contract.md 4.3 and 12.1)."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings

from ats_sync.models import IntegrationSetting

LONGEST = IntegrationSetting._meta.get_field("value").max_length
_LOCAL_ENDINGS = (".localhost", ".internal", ".local")


class CallbackUrlRefused(ValueError):
    """The text is no address that may receive notices; the message says why."""


def check(text: str, *, ats_id: int) -> None:
    """Refuse an address that `check_address` refuses, or that another customer has.

    Args:
        text: the address.
        ats_id: the ATS that wants it; no other may have the same (one per customer).

    Raises:
        CallbackUrlRefused: with the reason.
    """
    check_address(text)
    others = IntegrationSetting.objects.exclude(integration__ats=ats_id)
    if others.filter(key=IntegrationSetting.Key.CALLBACK_URL, value=text).exists():
        raise CallbackUrlRefused("Another customer uses this callback URL; each needs its own")


def check_address(text: str) -> None:
    """Refuse an address that is malformed, not secret, or not public.

    Raises:
        CallbackUrlRefused: with the reason.
    """
    if len(text) > LONGEST or not text.isprintable() or " " in text:
        raise CallbackUrlRefused("The callback URL is too long or holds blanks")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise CallbackUrlRefused("The callback URL is malformed") from error
    if not host or parts.username is not None:
        raise CallbackUrlRefused("The callback URL needs a host and must not hold a password")
    _check_reach(parts.scheme, host)


def _check_reach(scheme: str, host: str) -> None:
    if settings.CALLBACKS_MAY_BE_PRIVATE and scheme == "http":
        return
    if scheme != "https":
        raise CallbackUrlRefused("The callback URL must begin with https://")
    if not settings.CALLBACKS_MAY_BE_PRIVATE and _is_private(host):
        raise CallbackUrlRefused("The callback URL must not lead into a private network")


def _is_private(host: str) -> bool:
    """Whether the host is plainly local; names are looked up only when a notice is sent."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(_LOCAL_ENDINGS)

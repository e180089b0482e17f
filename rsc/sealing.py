"""Secrets that must be read back (they sign callbacks) are stored sealed, never in clear."""

from __future__ import annotations

import base64
import functools
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class SealBroken(ValueError):
    """A sealed text was made under another secret key, or was tampered with."""


@functools.cache
def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"rsc.sealing" + key.encode()).digest()))


def seal(text: str) -> str:
    """Encrypt a secret under the server's secret key."""
    return _box(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Read a sealed secret back. Raises SealBroken."""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken("this secret was sealed under another RSC_SECRET_KEY") from error

"""Typed readers of the environment, for the settings; nonsense fails at start.

A secret `X` may also be read from the file that `X_FILE` names.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def env_text(name: str, default: str = "") -> str:
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else os.environ.get(name, default)


def env_bool(name: str, default: bool) -> bool:
    text = env_text(name, str(default)).lower()
    if text not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ImproperlyConfigured(f"{name}={text!r}: write yes or no")
    return text in {"1", "true", "yes", "on"}


def env_int(name: str, default: int, least: int = 0) -> int:
    text = env_text(name, str(default))
    if not text.isdigit() or int(text) < least:
        raise ImproperlyConfigured(f"{name}={text!r}: write a whole number of at least {least}")
    return int(text)


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_database() -> dict[str, object]:
    """What DATABASE_URL says, as Django wants it: postgres://user:password@host:port/name."""
    parts = urlsplit(env_text("DATABASE_URL"))
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must read postgres://user:password@host:port/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),  # %2Frun%2Fpostgresql for a socket
        "PORT": str(parts.port or ""),
    }


def env_mail(name: str) -> dict[str, object]:
    """Django's settings of mail, from smtp://user:password@host:587/?tls=1; unset: the console."""
    parts = urlsplit(env_text(name))
    if not parts.hostname:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": "tls=1" in parts.query,
    }

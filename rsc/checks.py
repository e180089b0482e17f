"""System checks that refuse a broken configuration before it can do harm."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def check_task_times(**_: Any) -> list[CheckMessage]:
    """A task offered again before it is killed runs twice at once."""
    cluster = settings.Q_CLUSTER
    if cluster["retry"] > cluster["timeout"]:
        return []
    return [
        Error(
            f"RSC_TASK_RETRY ({cluster['retry']} s) must exceed RSC_TASK_TIMEOUT "
            f"({cluster['timeout']} s)",
            hint="A task that still runs would be given to a second worker.",
            id="rsc.E001",
        )
    ]


@register()
def check_base_url(**_: Any) -> list[CheckMessage]:
    """Links, callbacks and widget messages are built from the base URL."""
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme in {"http", "https"} and parts.hostname and not parts.path:
        return []
    return [
        Error(
            f"RSC_BASE_URL={settings.BASE_URL!r} is not an origin",
            hint="Write scheme, host and port only: https://rsc.example.com",
            id="rsc.E002",
        )
    ]


@register()
def check_search_engine(**_: Any) -> list[CheckMessage]:
    """The configured engine must exist."""
    if settings.SEARCH_ENGINE in {"bitmap", "opensearch", "sql"}:
        return []
    return [Error(f"RSC_SEARCH_ENGINE={settings.SEARCH_ENGINE!r} is not an engine", id="rsc.E003")]


@register(deploy=True)
def check_private_callbacks(**_: Any) -> list[CheckMessage]:
    """Callbacks to private addresses let an ATS vendor reach inside the operator's network."""
    if not settings.CALLBACKS_MAY_BE_PRIVATE:
        return []
    return [
        Warning(
            "RSC_PRIVATE_CALLBACKS is on: callbacks may reach private addresses",
            hint="Switch it off unless every ATS lives in your own network.",
            id="rsc.W001",
        )
    ]

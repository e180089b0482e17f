"""System checks of this floor's settings."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from ats_sync import throttles


@register()
def check_throttles(**_: Any) -> list[CheckMessage]:
    """A limit that cannot be read would be found by the first vendor who calls."""
    try:
        throttles.limits()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="ats_sync.E001")]
    return []

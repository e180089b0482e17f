"""What pages say about opening an account."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def accounts_open() -> bool:
    """Whether strangers may open an account by themselves."""
    return settings.ACCOUNTS_OPEN

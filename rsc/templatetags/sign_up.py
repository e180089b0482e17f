"""What pages say about ways in."""

from __future__ import annotations

from django import template
from django.conf import settings

from rsc.models import SingleSignOn

register = template.Library()


@register.simple_tag
def accounts_open() -> bool:
    """Whether strangers may open an account by themselves."""
    return settings.ACCOUNTS_OPEN


@register.simple_tag
def single_sign_on_offered() -> bool:
    """Whether any company signs in with a provider of its own."""
    return SingleSignOn.objects.filter(active=True).exists()

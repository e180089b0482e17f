"""How sign-in is bent to this house: accounts are given, not taken, unless the operator says so."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Strangers may open an account only where RSC_OPEN_SIGN_UP says so."""
        return settings.ACCOUNTS_OPEN

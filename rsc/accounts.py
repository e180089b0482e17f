"""How sign-in is bent to this house: accounts are given, not taken, unless the operator says so."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rsc import sealing, sign_on
from rsc.models import SingleSignOn, User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Strangers may open an account only where RSC_OPEN_SIGN_UP says so."""
        return settings.ACCOUNTS_OPEN

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Send people on whose company requires its own sign-in."""
        if response := super().pre_login(request, user, **kwargs):
            return response
        way = sign_on.for_person(user)
        if way and way.required and "sociallogin" not in (kwargs["signal_kwargs"] or {}):
            return render(request, "account/single_sign_on.html", {"ways": [way], "must": True})
        return None


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on rows as the providers that allauth speaks to."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The active ways, or the one whose code is asked for."""
        ways = SingleSignOn.objects.filter(active=True).select_related("contract", "company")
        if provider and provider != "openid_connect":
            ways = ways.filter(code=provider)
        if client_id:
            ways = ways.filter(client_id=client_id)
        return [_app(way) for way in ways]

    def list_providers(self, request: HttpRequest) -> list[Any]:
        """None: a list would tell strangers who the customers are; the domain finds the way."""
        return []

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Find the person by an address that the provider may vouch for, and has verified."""
        way = _way(sociallogin)
        for claim in sociallogin.email_addresses:
            # Some providers send the text "false", which is true to Python.
            if str(claim.verified).lower() != "true":
                continue
            if user := sign_on.person_of(way, claim.email):
                return user, claim.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let known people in; they take the seats that wait for them. Accounts are never made."""
        process = sociallogin.state.get("process")
        if not sociallogin.is_existing or process != "login":
            answer = render(request, "account/single_sign_on_refused.html", status=403)
            raise ImmediateHttpResponse(answer)
        sign_on.accept_offers(_way(sociallogin), sociallogin.user)


def _way(sociallogin: SocialLogin) -> SingleSignOn:
    return SingleSignOn.objects.get(code=sociallogin.account.provider, active=True)


def _app(way: SingleSignOn) -> SocialApp:
    return SocialApp(
        provider="openid_connect",
        provider_id=way.code,
        name=str(way)[:40],
        client_id=way.client_id,
        secret=sealing.unseal(way.sealed_secret) if way.sealed_secret else "",
        settings={"server_url": way.issuer.rstrip("/"), "oauth_pkce_enabled": True},
    )

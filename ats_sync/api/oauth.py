"""The token endpoint, and who a bearer token belongs to (contract.md 2.1, 2.3 and 1.6).

django-oauth-toolkit keeps the tables; its token view is too strict for the bodies that vendors
send, and its errors are not the published ones.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from ats_sync import access_tokens
from ats_sync.access_tokens import CodeRefused, TokenState
from ats_sync.models import DeveloperApplication
from ats_sync.restli.errors import (
    EMPTY_TOKEN,
    EXPIRED_TOKEN,
    INVALID_TOKEN,
    REVOKED_TOKEN,
    RestliError,
    not_enough_permissions,
)

_CLIENT_ID = re.compile(r"[\x21-\x7e]{1,255}")
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class OAuthError(Exception):
    """A refusal in OAuth's own form, which differs from the rest of the wire.

    Args:
        status: the HTTP status.
        error: the code, as published.
        description: the text for people.
    """

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description

    def response(self) -> JsonResponse:
        body = {"error": self.error, "error_description": self.description}
        allow = {"Allow": "POST"} if self.status == 405 else {}
        return JsonResponse(body, status=self.status, headers=_NO_STORE | allow)


@dataclass(frozen=True)
class OAuthForm:
    """The parameters of an OAuth call."""

    values: dict[str, str]

    @classmethod
    def read(cls, request: HttpRequest) -> OAuthForm:
        """Read the body as urlencoded whatever its label says, and HTTP Basic beside it.

        Raises:
            OAuthError: 405 for another verb than POST, 413 for an endless body.
        """
        if request.method != "POST":
            raise OAuthError(405, "invalid_request", "Please use POST")
        try:
            body = request.body.decode("utf-8", "replace")
        except RequestDataTooBig as error:
            raise OAuthError(413, "invalid_request", "The body is too large") from error
        values = dict(parse_qsl(body.strip(), keep_blank_values=True))
        return cls(_basic(request) | values)

    def required(self, name: str) -> str:
        """A parameter; raises an OAuthError of 400 when it is absent or blank."""
        if value := self.values.get(name, ""):
            return value
        raise OAuthError(400, "invalid_request", f'A required parameter "{name}" is missing')

    def client(self) -> DeveloperApplication:
        """The application whose id and secret these are.

        Raises:
            OAuthError: 400 for a malformed id or a missing parameter, 401 for a wrong one.
        """
        client_id, secret = self.required("client_id"), self.required("client_secret")
        if not _CLIENT_ID.fullmatch(client_id):
            raise OAuthError(400, "invalid_client_id", "The client id is malformed")
        application = DeveloperApplication.objects.filter(client_id=client_id).first()
        if application is None or not application.secret_is_right(secret):
            raise OAuthError(401, "invalid_client_id", "Client authentication failed")
        return application


def _basic(request: HttpRequest) -> dict[str, str]:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        text = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthError(401, "invalid_client_id", "Client authentication failed") from error
    client_id, _, secret = text.partition(":")
    return {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)}


@csrf_exempt
def access_token(request: HttpRequest) -> HttpResponse:
    """`POST /oauth/v2/accessToken`: a token for an application, or for a person's login code."""
    try:
        form = OAuthForm.read(request)
        text = _grant(form)
    except OAuthError as refusal:
        return refusal.response()
    lifetime = int(access_tokens.LIFETIME.total_seconds())
    return JsonResponse({"access_token": text, "expires_in": lifetime}, headers=_NO_STORE)


def _grant(form: OAuthForm) -> str:
    grant_type = form.required("grant_type")
    if grant_type not in {"client_credentials", "authorization_code"}:
        raise OAuthError(400, "unsupported_grant_type", f"{grant_type[:100]!r} is not supported")
    application = form.client()
    if grant_type == "client_credentials":
        if application.authorization_grant_type != DeveloperApplication.GRANT_CLIENT_CREDENTIALS:
            raise OAuthError(401, "access_denied", "This application may not create such tokens")
        return access_tokens.issue(application)
    code, callback = form.required("code"), form.required("redirect_uri")
    try:
        return access_tokens.redeem_code(application, code, callback=callback)
    except CodeRefused as error:
        raise OAuthError(401, "invalid_request", str(error)) from error


class BearerAuthentication(BaseAuthentication):
    """`request.user` is the application, `request.auth` its token. Costs one query.

    A person's token is a good token that opens no data: 403, so that nobody retries with it.
    """

    def authenticate(self, request: Request) -> tuple[object, AccessToken]:
        """Raises a RestliError: 401 for want of a good token, 403 for a person's."""
        token = _live_token(request)
        if token.user_id is not None:
            raise not_enough_permissions(f"{request.method} {request.path}")
        return token.application, token


class PersonAuthentication(BaseAuthentication):
    """`request.user` is the person who signed in through an application."""

    def authenticate(self, request: Request) -> tuple[object, AccessToken]:
        """Raises a RestliError: 401 for want of a good token, 403 for an application's."""
        token = _live_token(request)
        if token.user_id is None or not token.user.is_active:
            raise not_enough_permissions(f"{request.method} {request.path}")
        return token.user, token


def _live_token(request: Request) -> AccessToken:
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise RestliError(401, "Empty oauth2_access_token", service_error_code=EMPTY_TOKEN)
    token = access_tokens.find(text.strip())
    if token is None:
        raise RestliError(401, "Invalid access token", service_error_code=INVALID_TOKEN)
    state = access_tokens.state_of(token)
    if state is TokenState.REVOKED:
        raise RestliError(
            401, "The token used in the request has been revoked", service_error_code=REVOKED_TOKEN
        )
    if state is TokenState.EXPIRED:
        raise RestliError(
            401, "The token used in the request has expired", service_error_code=EXPIRED_TOKEN
        )
    return token

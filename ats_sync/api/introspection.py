"""Is this token still good? (contract.md 2.2; certification rule RSC-106)"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import AccessToken

from ats_sync import access_tokens
from ats_sync.access_tokens import TokenState
from ats_sync.api.oauth import OAuthError, OAuthForm


@csrf_exempt
def introspect_token(request: HttpRequest) -> HttpResponse:
    """`POST /oauth/v2/introspectToken`; of another application's token it says nothing."""
    try:
        form = OAuthForm.read(request)
        text = form.required("token")
        application = form.client()
    except OAuthError as refusal:
        return refusal.response()
    token = access_tokens.find(text)
    if token is None or token.application_id != application.pk:
        return JsonResponse({"active": False})
    return JsonResponse(_description(token))


def _description(token: AccessToken) -> dict[str, Any]:
    """What the owner may know of a token; times in seconds, unlike everywhere else."""
    state = access_tokens.state_of(token)
    created = int(token.created.timestamp())
    return {
        "active": state is TokenState.ACTIVE,
        "status": state.value,
        "client_id": token.application.client_id,
        "scope": token.scope,
        "created_at": created,
        "authorized_at": created,
        "expires_at": int(token.expires.timestamp()),
        "auth_type": "3L" if token.user_id else "2L",
    }

"""Signing in through an ATS, so that it can bind its users to ours (contract.md 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from rest_framework.request import Request
from rest_framework.views import APIView

from ats_sync import access_tokens, seat_mapping
from ats_sync.api.oauth import PersonAuthentication
from ats_sync.models import Ats, DeveloperApplication
from ats_sync.restli.envelopes import json_response
from ats_sync.restli.errors import exception_handler
from ats_sync.restli.params import Query
from ats_sync.restli.projections import project

SCOPES: dict[str, str] = settings.OAUTH2_PROVIDER["SCOPES"]


class LoginRefused(Exception):
    """The request cannot be trusted with a redirect; the person reads the reason instead."""


@dataclass(frozen=True)
class LoginRequest:
    """What an ATS asks of a person; every part has been checked."""

    application: DeveloperApplication
    callback: str
    scopes: list[str]
    state: str

    @classmethod
    def read(cls, request: HttpRequest) -> LoginRequest:
        """Check the parameters; raises LoginRefused."""
        query = request.GET
        client_id = query.get("client_id", "")
        # PostgreSQL refuses null characters, and no client id has one.
        application = DeveloperApplication.objects.filter(
            client_id=client_id.replace("\0", " ")
        ).first()
        if application is None:
            raise LoginRefused("No application has this client_id.")
        callback = query.get("redirect_uri", "")
        if callback not in application.redirect_uris.split():
            raise LoginRefused("The redirect_uri is not one that the application has registered.")
        if query.get("response_type") != "code":
            raise LoginRefused("The response_type must be “code”.")
        scopes = query.get("scope", "").replace(",", " ").split() or list(SCOPES)
        if unknown := [scope for scope in scopes if scope not in SCOPES]:
            raise LoginRefused(f"The scope {unknown[0][:100]!r} does not exist.")
        return cls(application, callback, scopes, query.get("state", ""))

    def redirect(self, **answer: str) -> HttpResponse:
        """Send the person back to the ATS with an answer."""
        if self.state:
            answer["state"] = self.state
        glue = "&" if urlsplit(self.callback).query else "?"
        return HttpResponseRedirect(f"{self.callback}{glue}{urlencode(answer)}")


@login_required
@require_http_methods(["GET", "POST"])
def authorization(request: HttpRequest) -> HttpResponse:
    """`GET /oauth/v2/authorization`: ask the person; their answer is a POST to the same URL."""
    try:
        asked = LoginRequest.read(request)
    except LoginRefused as refusal:
        return render(request, "ats_sync/authorization.html", {"refusal": refusal}, status=401)
    if request.method == "GET":
        return _question(request, asked)
    if "allow" not in request.POST:
        return asked.redirect(
            error="user_cancelled_authorize", error_description="The person said no"
        )
    for ats in Ats.objects.filter(application=asked.application):
        if request.user.seats.filter(contract__company=ats.company_id).exists():
            seat_mapping.map_by_sign_in(ats, request.user)
    code = access_tokens.make_code(
        asked.application, request.user, callback=asked.callback, scope=" ".join(asked.scopes)
    )
    return asked.redirect(code=code)


def _question(request: HttpRequest, asked: LoginRequest) -> HttpResponse:
    context = {
        "application": asked.application,
        "scopes": [SCOPES[scope] for scope in asked.scopes],
    }
    response = render(request, "ats_sync/authorization.html", context)
    parts = urlsplit(asked.callback)
    # Browsers check the redirect that follows the form against form-action as well.
    response._csp_update = {"form-action": [f"{parts.scheme}://{parts.netloc}"]}
    return response


class Me(APIView):
    """`GET /v2/me`: the person behind a token of three legs."""

    authentication_classes = [PersonAuthentication]
    resource = "me"

    def get_exception_handler(self) -> Any:
        return exception_handler

    def get(self, request: Request, **kwargs: str) -> HttpResponse:
        """The person's id and name; `fields` picks."""
        person = request.user
        entity = {
            "id": person.person_id,
            "localizedFirstName": person.first_name,
            "localizedLastName": person.last_name,
        }
        fields = Query.parse(request.META.get("QUERY_STRING", "")).fields
        return json_response(project(entity, fields))

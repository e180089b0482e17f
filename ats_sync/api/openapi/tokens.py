"""The paths that are no Rest.li resources: tokens, sign-in, who signed in, and files."""

from __future__ import annotations

from typing import Any

from ats_sync.api.openapi import bodies, parameters, schemas
from ats_sync.api.openapi.answers import PersonAnswer
from ats_sync.api.openapi.catalogue import SYNC
from ats_sync.api.openapi.operations import refusals

_FORM = "application/x-www-form-urlencoded"
_TEXT = {"type": "string"}
_CLIENT = {"client_id": _TEXT, "client_secret": _TEXT}


def paths(surface: str) -> dict[str, Any]:
    """The same for both surfaces, but for `me`."""
    return {
        "/oauth/v2/accessToken": {"post": _access_token()},
        "/oauth/v2/introspectToken": {"post": _introspect_token()},
        "/oauth/v2/authorization": {"get": _authorization()},
        "/v2/hireMedia/{ticket}": {"put": _hire_media()},
        f"/{surface}/me": {"get": _me(surface)},
    }


def _access_token() -> dict[str, Any]:
    form = {
        "type": "object",
        "required": ["grant_type", "client_id", "client_secret"],
        "properties": {
            "grant_type": {"type": "string", "enum": ["client_credentials", "authorization_code"]},
            **_CLIENT,
            "code": _TEXT,
            "redirect_uri": _TEXT,
        },
    }
    answer = {
        "type": "object",
        "required": ["access_token", "expires_in"],
        "properties": {"access_token": _TEXT, "expires_in": {"type": "integer"}},
    }
    return _oauth(
        "accessToken", "Get a token", "It is good for `expires_in` seconds.", form, answer
    )


def _introspect_token() -> dict[str, Any]:
    form = {
        "type": "object",
        "required": ["token", "client_id", "client_secret"],
        "properties": {"token": _TEXT, **_CLIENT},
    }
    answer = {
        "type": "object",
        "required": ["active"],
        "properties": {
            "active": {"type": "boolean"},
            "status": {"type": "string", "enum": ["active", "expired", "revoked"]},
            "expires_at": {"type": "integer", "description": "Seconds since 1970."},
        },
    }
    text = "Of another application's token it says nothing but that it is not active."
    return _oauth("introspectToken", "Is this token still good?", text, form, answer)


def _oauth(
    name: str, summary: str, text: str, form: dict[str, Any], answer: dict[str, Any]
) -> dict[str, Any]:
    return {
        "operationId": name,
        "tags": ["Tokens"],
        "summary": summary,
        "description": text,
        "requestBody": {"required": True, "content": {_FORM: {"schema": form}}},
        "responses": {
            "200": {"description": "Yes.", "content": bodies.content(answer, None)},
            "4XX": {
                "description": "Refused, in OAuth's own form.",
                "content": bodies.content(schemas.ref("OAuthError"), None),
            },
        },
    }


def _authorization() -> dict[str, Any]:
    names = {"response_type": "code", "client_id": "", "redirect_uri": "", "state": "", "scope": ""}
    return {
        "operationId": "authorization",
        "tags": ["Tokens"],
        "summary": "Ask a person who they are",
        "description": "A page for people: it asks, and sends them back with a code.",
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": name not in {"state", "scope"},
                "schema": _TEXT,
                **({"example": sample} if sample else {}),
            }
            for name, sample in names.items()
        ],
        "responses": {
            "200": {"description": "The question."},
            "302": {"description": "To the sign-in, or back to the ATS with code and state."},
            "401": {"description": "The request is not to be trusted; nobody is sent back."},
        },
    }


def _me(surface: str) -> dict[str, Any]:
    return {
        "operationId": "me",
        "tags": ["Tokens"],
        "summary": "Who signed in",
        "description": "The person behind a token of three legs.",
        "security": [{"token": []}],
        "parameters": parameters.shared("Fields"),
        "responses": {
            "200": {
                "description": "The person.",
                "content": bodies.content(schemas.ref(PersonAnswer), None),
            },
            **refusals(surface),
        },
    }


def _hire_media() -> dict[str, Any]:
    binary = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    refused = bodies.content(schemas.ref("Error"), None)
    return {
        "operationId": "hireMedia",
        "tags": [SYNC],
        "summary": "Send a file",
        "description": "Takes the file at the address that hireMediaUrl gave; no token is needed.",
        "parameters": [
            {
                "name": "ticket",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{10,300}$"},
                "example": "the-end-of-uploadUrl",
            }
        ],
        "requestBody": {"required": True, "content": binary},
        "responses": {
            "201": {"description": "Kept for a day, until a record names it."},
            "4XX": {"description": "Not expected here, or no resume.", "content": refused},
        },
    }

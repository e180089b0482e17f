"""The whole OpenAPI document of a surface."""

from __future__ import annotations

from typing import Any

from ats_sync.api.openapi import operations, parameters, schemas, tokens
from ats_sync.api.openapi.bodies import content
from ats_sync.api.openapi.catalogue import CHAPTERS
from ats_sync.api.openapi.places import places
from ats_sync.restli.errors import NOT_ENOUGH_PERMISSIONS, THROTTLED

SURFACES = {"v2": "unversioned surface, /v2/", "rest": "versioned surface, /rest/"}
_ABOUT = (
    "The data contract that applicant tracking systems speak, served by open software. Up to 100 "
    "records travel in one call, and each has an outcome of its own. Queries that are too long for "
    "a URL may be tunnelled: POST with X-HTTP-Method-Override and the query in the body."
)
_REFUSALS: dict[str, tuple[str, dict[str, Any]]] = {
    "BadRequest": ("The request cannot be read.", {"status": 400, "message": "Malformed key"}),
    "NoToken": (
        "No good token came.",
        {"status": 401, "serviceErrorCode": 65602, "message": "The token has expired"},
    ),
    "Forbidden": (
        "The token does not open this.",
        {
            "status": 403,
            "serviceErrorCode": NOT_ENOUGH_PERMISSIONS,
            "message": "Not enough permissions to access: PUT /atsCandidates",
        },
    ),
    "TooMany": (
        "The limit is reached; Retry-After tells for how many seconds.",
        {"status": 429, "serviceErrorCode": THROTTLED, "message": "Resource level throttle limit"},
    ),
    "OtherVersion": (
        "The LinkedIn-Version is not served.",
        {"status": 426, "code": "NONEXISTENT_VERSION", "message": "Version is not active"},
    ),
    "Refused": ("Refused, as the message says.", {"status": 404, "message": "No such resource"}),
}


def document(surface: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a surface: v2 or rest."""
    found = places(surface)
    paths = tokens.paths(surface)
    for place in found:
        paths |= operations.paths(place)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Recruiter System Connect, {SURFACES[surface]}",
            "version": "1",
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in CHAPTERS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas.components(found),
            "parameters": parameters.components(surface),
            "responses": _responses(surface),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token of POST /oauth/v2/accessToken.",
                }
            },
        },
    }


def _responses(surface: str) -> dict[str, Any]:
    return {
        name: {"description": text, "content": content(schemas.ref("Error"), example)}
        for name, (text, example) in _REFUSALS.items()
        if surface == "rest" or name != "OtherVersion"
    }

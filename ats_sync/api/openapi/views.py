"""Public pages for those who write integrations: the documents, a reference, a short guide."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ats_sync import access_tokens, throttles
from ats_sync.api.attachments import Attachments
from ats_sync.api.conversation_events import PER_MINUTE
from ats_sync.api.openapi.document import SURFACES, document
from ats_sync.api.openapi.errors import ERRORS
from ats_sync.api.versions import VERSIONS
from ats_sync.restli.tunnel import LONGEST_URL
from ats_sync.restli.views import BatchView


@require_safe
def document_json(request: HttpRequest, surface: str) -> HttpResponse:
    """The OpenAPI document; tools of other origins may read it, for it holds nobody's data."""
    body = msgspec.json.encode(_document(surface, tuple(settings.THROTTLES)))
    headers = {"Access-Control-Allow-Origin": "*"}
    return HttpResponse(body, content_type="application/json", headers=headers)


@cache
def _document(surface: str, throttles: tuple[str, ...]) -> dict[str, Any]:
    """Made once per process, and again for other limits."""
    return document(surface)


@require_safe
def reference(request: HttpRequest, surface: str) -> HttpResponse:
    """The operations of a surface; a script turns the list into an explorer."""
    context = {
        "surface": surface,
        "document_url": reverse(f"api:{surface}_document"),
        "chapters": _chapters(_document(surface, tuple(settings.THROTTLES))),
    }
    return render(request, "ats_sync/api_reference.html", context)


def _chapters(document: dict[str, Any]) -> list[dict[str, Any]]:
    operations: dict[str, list[dict[str, str]]] = defaultdict(list)
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if verb != "parameters":
                line = {"verb": verb.upper(), "path": path, "summary": operation["summary"]}
                operations[operation["tags"][0]].append(line)
    return [
        {"name": tag["name"], "text": tag["description"], "operations": operations[tag["name"]]}
        for tag in document["tags"]
    ]


@require_safe
def vendors(request: HttpRequest) -> HttpResponse:
    """How to point an existing integration here, how to test it, limits and errors."""
    context = {
        "base_url": settings.BASE_URL,
        "surfaces": SURFACES,
        "limits": throttles.limits(),
        "errors": ERRORS,
        "versions": VERSIONS,
        "batch_limit": BatchView.batch_limit,
        "files_limit": Attachments.batch_limit,
        "largest_body": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        "longest_url": LONGEST_URL,
        "seat_calls": PER_MINUTE,
        "token_minutes": int(access_tokens.LIFETIME.total_seconds()) // 60,
    }
    return render(request, "ats_sync/vendors.html", context)

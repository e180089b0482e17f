"""A page, or for htmx only the part of it that changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part. When a reader goes back, htmx wants the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def render_part(
    request: HttpRequest, template: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page, or the named partial of the same template where htmx asks for a part.

    Args:
        template: the page's template.
        part: the name of its `{% partialdef %}` that htmx swaps.
        context: serves both.
        status: of the answer.
    """
    name = f"{template}#{part}" if wants_part(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])  # one address, two answers
    return response

"""A page, or for htmx only the part of it that changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect


def words_of(asked: QueryDict) -> str:
    """The words that somebody looks for (`?q=`); PostgreSQL has no text with a zero byte."""
    return asked.get("q", "").replace("\0", "").strip()


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


def render_dialog(
    request: HttpRequest, template: str, title: str, context: dict[str, Any]
) -> HttpResponse:
    """Render a question as a page of its own, or as the content of the dialog in front of a page.

    Args:
        template: extends the variable `base` and fills the block `dialog`.
        title: of the page and of the dialog.
        context: the rest.
    """
    part = wants_part(request)
    base = "dialog_part.html" if part else "dialog_page.html"
    response = render(request, template, {"base": base, "title": title, **context})
    patch_vary_headers(response, ["HX-Request"])
    return response


def next_path(request: HttpRequest, default: str) -> str:
    """Where a form leads: its `next`, where that is a path of this site, else `default`."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return default


def leave_dialog(request: HttpRequest, path: str) -> HttpResponse:
    """After a dialog has done its work: the whole page goes to `path`."""
    return HttpResponseClientRedirect(path) if wants_part(request) else redirect(path)

"""The two scripts that foreign pages load, at addresses that never change."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

SHORT = 600  # seconds: a release reaches every embedding page within ten minutes


def _text(name: str) -> bytes:
    return Path(finders.find(f"widget/{name}")).read_bytes()


def _etag(request: HttpRequest, name: str) -> str:
    return f'"{hashlib.sha256(_text(name)).hexdigest()[:20]}"'


@require_safe
@cache_control(public=True, max_age=SHORT)
@gzip_page
@condition(etag_func=_etag)
def script(request: HttpRequest, name: str) -> HttpResponse:
    """One of our scripts, for pages of any origin (the frame decides who may show it)."""
    response = HttpResponse(_text(name), content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response

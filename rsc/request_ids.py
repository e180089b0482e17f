"""The line that the log has of each request, and one id for a request and all that is said of it.

The wire's answers carry it as x-li-uuid, and all answers as X-Request-ID; a proxy may give it.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import (
    bind_extra_request_finished_metadata,
    bind_extra_request_metadata,
)


class LoggedRequests(RequestMiddleware):
    """Logs how a request ended, without its query: that may name a person, or a hundred records."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Verb and path."""
        return f"{request.method} {escape_uri_path(request.path)}"


@receiver(bind_extra_request_metadata)
def log_the_id_of_the_answer(request: HttpRequest, **_: Any) -> None:
    """Requests of the wire have an id already, which vendors quote."""
    if own := getattr(request, "li_uuid", ""):
        structlog.contextvars.bind_contextvars(request_id=own)


@receiver(bind_extra_request_finished_metadata)
def tell_the_id(response: HttpResponse, **_: Any) -> None:
    response["X-Request-ID"] = structlog.contextvars.get_contextvars().get("request_id", "")

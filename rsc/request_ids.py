"""One id for a request in its answer and in all its log lines.

The wire's answers carry it as x-li-uuid, and all answers as X-Request-ID; a proxy may give it.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django_structlog.signals import (
    bind_extra_request_finished_metadata,
    bind_extra_request_metadata,
)


@receiver(bind_extra_request_metadata)
def log_the_id_of_the_answer(request: HttpRequest, **_: Any) -> None:
    """Requests of the wire have an id already, which vendors quote."""
    if own := getattr(request, "li_uuid", ""):
        structlog.contextvars.bind_contextvars(request_id=own)


@receiver(bind_extra_request_finished_metadata)
def tell_the_id(response: HttpResponse, **_: Any) -> None:
    response["X-Request-ID"] = structlog.contextvars.get_contextvars().get("request_id", "")

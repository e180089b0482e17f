"""One error type for the whole protocol, its body, and DRF's exceptions in that same shape."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.views import set_rollback

logger = logging.getLogger(__name__)

# serviceErrorCode values of contract.md 1.6.
EMPTY_TOKEN = 401
INVALID_TOKEN = 65600
REVOKED_TOKEN = 65601
EXPIRED_TOKEN = 65602
NOT_ENOUGH_PERMISSIONS = 100
THROTTLED = 101


class RestliError(Exception):
    """A refusal, of a whole request when raised, of one record when set on its `Item`.

    Args:
        status: the HTTP status.
        message: what is wrong and, where there is one, the path of the field.
        service_error_code: the number that vendors look up, if the contract names one.
        code: the canonical name, such as VERSION_MISSING.
        headers: further response headers; only a whole request's refusal has them.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        service_error_code: int | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.service_error_code = service_error_code
        self.code = code
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The error body of contract.md 1.6; what is not known is left out."""
        body = {
            "status": self.status,
            "message": self.message,
            "serviceErrorCode": self.service_error_code,
            "code": self.code,
        }
        return {name: value for name, value in body.items() if value is not None}

    def response(self) -> HttpResponse:
        """The answer to a whole request, marked as an error for both protocols."""
        response = HttpResponse(
            msgspec.json.encode(self.body()),
            status=self.status,
            content_type="application/json",
            headers=self.headers,
        )
        response["X-RestLi-Error-Response"] = "true"
        response["X-LinkedIn-Error-Response"] = "true"
        return response


def no_such_resource(name: str) -> RestliError:
    """The 404 for a path that no resource serves."""
    return RestliError(404, f"Resource {name or '/'} does not exist")


def _throttled(exc: exceptions.Throttled) -> RestliError:
    return RestliError(
        429,
        "Resource level throttle limit for calls to this resource is reached.",
        service_error_code=THROTTLED,
        headers={} if exc.wait is None else {"Retry-After": f"{exc.wait:.0f}"},
    )


def _from_drf(exc: exceptions.APIException, place: str) -> RestliError:
    match exc:
        case exceptions.NotAuthenticated():
            return RestliError(401, "Empty oauth2_access_token", service_error_code=EMPTY_TOKEN)
        case exceptions.AuthenticationFailed():
            return RestliError(401, str(exc.detail), service_error_code=INVALID_TOKEN)
        case exceptions.PermissionDenied():
            return not_enough_permissions(place)
        case exceptions.Throttled():
            return _throttled(exc)
    return RestliError(exc.status_code, str(exc.detail))


def not_enough_permissions(place: str) -> RestliError:
    """The 403 whose text vendor runbooks look for; `place` reads `POST /simpleJobPostings`."""
    return RestliError(
        403,
        f"Not enough permissions to access: {place}",
        service_error_code=NOT_ENOUGH_PERMISSIONS,
    )


def restli_error(exc: Exception, place: str) -> RestliError | None:
    """Any known exception as a RestliError; None for one that is a fault of ours.

    Args:
        exc: what was raised.
        place: HTTP verb and resource, such as `PUT /atsCandidates`.
    """
    if isinstance(exc, RestliError):
        return exc
    if isinstance(exc, exceptions.APIException):
        return _from_drf(exc, place)
    return _from_django(exc, place)


def _from_django(exc: Exception, place: str) -> RestliError | None:
    match exc:
        case Http404():
            return no_such_resource(place.rpartition("/")[2])
        case PermissionDenied():
            return not_enough_permissions(place)
        case RequestDataTooBig():
            return RestliError(413, "The request body is too large")
        case UnreadablePostError():
            return RestliError(400, "The request body ended before its announced length")
    return None


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """DRF's hook: every exception leaves in the contract's error body.

    A fault of ours is logged and reported as Django reports one, but the vendor still gets JSON
    with the x-li-uuid to quote, never a page in HTML.
    """
    set_rollback()
    request = context["request"]
    place = f"{request.method} /{getattr(context['view'], 'name', '')}"
    error = restli_error(exc, place)
    if error is None:
        got_request_exception.send(sender=type(context["view"]), request=request)
        # Where it happened, not the exception's message: a database quotes people's data in it.
        frames = "".join(traceback.format_tb(exc.__traceback__))
        uuid = getattr(request, "li_uuid", "")
        logger.error("%s in %s, x-li-uuid %s\n%s", type(exc).__name__, place, uuid, frames)
        error = RestliError(500, "Internal error; please quote the x-li-uuid of this answer")
    return error.response()

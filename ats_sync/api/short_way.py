"""The way of a program's request to its view: what pages do for people is not done on it.

A program brings a token, no cookie; nobody reads its answer in a browser. Sessions, messages, the
seat, the reader's zone and the policies of pages took a twentieth of a push of a hundred records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve
from django.utils.module_loading import import_string

from ats_sync.restli.tunnel import PREFIXES

Respond = Callable[[HttpRequest], HttpResponseBase]
# Where all that the way may lead to is listed.
URLS = "ats_sync.api.urls"
# In order, after those that stand before the way parts in MIDDLEWARE.
ON_THE_WAY = (
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "rsc.request_ids.LoggedRequests",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
)


class ShortWay:
    """Middleware: requests of the data contract leave here for their view, all others go on."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self.short = _way(ON_THE_WAY)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PREFIXES):
            return self.short(request)
        return self.get_response(request)


def _way(names: Sequence[str]) -> Respond:
    """These middlewares around the view, put together as Django does it with all of them."""
    before_view: list[Callable[..., HttpResponseBase | None]] = []

    def view(request: HttpRequest) -> HttpResponseBase:
        match = request.resolver_match = resolve(request.path_info, URLS)
        call: tuple[Any, ...] = (match.func, match.args, match.kwargs)
        for hook in before_view:
            if response := hook(request, *call):
                return response
        return match.func(request, *match.args, **match.kwargs)

    respond: Respond = convert_exception_to_response(view)
    for name in reversed(names):
        middleware = import_string(name)(respond)
        if hook := getattr(middleware, "process_view", None):
            before_view.insert(0, hook)
        respond = convert_exception_to_response(middleware)
    return respond

"""For supervisors and monitoring: does it live, can it work, and its numbers."""

from __future__ import annotations

import functools
import hmac
import os

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from rsc import vitals
from rsc.vital_signs import unapplied


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Restart it when it does not."""
    return HttpResponse("live", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and is of this release. Send no visitors while it is not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _is_of_this_release()
    except (DatabaseError, NotReady) as why:
        says = str(why) if isinstance(why, NotReady) else "the database does not answer"
        return HttpResponse(says, status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")


class NotReady(Exception):
    """Visitors would get errors; the text says why."""


@functools.cache
def _is_of_this_release() -> None:
    """Looked up until it is true once: a process keeps its code. Raises NotReady."""
    if waiting := unapplied():
        raise NotReady(f"{waiting} migrations wait")


class _Vitals:
    """The installation's numbers, read when somebody asks."""

    def collect(self):
        for name, text, value in vitals.readings():
            yield GaugeMetricFamily(name, text, value=value)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for whoever holds RSC_METRICS_TOKEN; without one set, for nobody."""
    token = settings.METRICS_TOKEN
    said = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not token or not hmac.compare_digest(said.encode(), token.encode()):
        return HttpResponse("RSC_METRICS_TOKEN opens this page", status=403)
    requests = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # the counts of all web processes together
        requests = CollectorRegistry()
        MultiProcessCollector(requests)
    ours = CollectorRegistry()
    ours.register(_Vitals())
    body = generate_latest(requests) + generate_latest(ours)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)

"""What answers look like: batches, pages, created records, and headers (contract.md 1.1-1.7)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec
from django.http import HttpRequest, HttpResponse

from ats_sync.restli.entities import plain
from ats_sync.restli.errors import RestliError
from ats_sync.restli.items import Item
from ats_sync.restli.params import Query
from ats_sync.restli.projections import Projection, project
from ats_sync.restli.syntax import Form

# The value of x-li-fabric: where the answer comes from.
FABRIC = "self-hosted"
# The records of a batch, each after its key as the answer spells it.
Labelled = Sequence[tuple[str, Item]]


@dataclass(frozen=True, slots=True)
class Page:
    """What a finder returns.

    Attributes:
        elements: at most `count` entities from `start` on.
        total: how many there are in all, None when that is not known.
    """

    elements: Sequence[Any]
    total: int | None = None


def json_response(body: Any, status: int = 200) -> HttpResponse:
    """A JSON answer; entities in it may be msgspec Structs."""
    return HttpResponse(msgspec.json.encode(body), status=status, content_type="application/json")


def written(labelled: Labelled) -> dict[str, Any]:
    """The answer to a batch of writes: each key is in exactly one of the two maps."""
    return {
        "results": {label: {"status": item.status} for label, item in labelled if not item.error},
        "errors": _errors(labelled),
    }


def read(labelled: Labelled, wanted: Projection | None) -> dict[str, Any]:
    """The answer to a batch_get. What was not found is a 404 in both `statuses` and `errors`."""
    for label, item in labelled:
        if item.error is None and item.entity is None:
            item.error = not_found(label)
    return {
        "results": {
            label: project(plain(item.entity), wanted) for label, item in labelled if not item.error
        },
        "statuses": {label: item.error.status for label, item in labelled if item.error},
        "errors": _errors(labelled),
    }


def not_found(label: str) -> RestliError:
    """The 404 for a key that names nothing the caller may see."""
    return RestliError(404, f"No entity has the key {label}")


def _errors(labelled: Labelled) -> dict[str, Any]:
    return {label: item.error.body() for label, item in labelled if item.error}


def created(items: list[Item], label: Callable[[Any], str], resource: str) -> dict[str, Any]:
    """The answer to a batch_create, by position.

    Args:
        items: the elements, in the order of the request.
        label: prints an id (a key or a text).
        resource: the wire name of the resource, for `location`.
    """
    return {"elements": [_created_one(item, label, resource) for item in items]}


def _created_one(item: Item, label: Callable[[Any], str], resource: str) -> dict[str, Any]:
    if item.error:
        return {"status": item.error.status, "error": item.error.body()}
    name = label(item.id)
    location = item.location or f"/{resource}/{quote(name, safe='')}"
    return {"id": name, "status": item.status, "location": location}


def page_body(page: Page, query: Query, path: str) -> dict[str, Any]:
    """The answer to a finder.

    Args:
        page: what was found.
        query: the request's query; its `fields` apply to the elements, never to `paging`.
        path: the request's path, for the relative links.
    """
    start, count = query.start, query.count
    paging: dict[str, Any] = {"start": start, "count": count}
    if page.total is not None:
        paging["total"] = page.total
    paging["links"] = _links(page, query, path)
    return {
        "elements": [project(plain(element), query.fields) for element in page.elements],
        "paging": paging,
    }


def _links(page: Page, query: Query, path: str) -> list[dict[str, str]]:
    start, count = query.start, query.count
    if count == 0:
        return []
    starts = {}
    if start > 0:
        starts["prev"] = max(0, start - count)
    end = start + len(page.elements)
    if len(page.elements) == count or (page.total is not None and end < page.total):
        starts["next"] = start + count
    return [
        {
            "rel": rel,
            "href": f"{path}?{query.page_at(at, count)}",
            "type": "application/json",
        }
        for rel, at in starts.items()
    ]


def header_text(text: str) -> str:
    """A text that is fit for a header: what is not printable ASCII gets percent-encoded."""
    return text if text.isascii() and text.isprintable() else quote(text, safe="%=&:,()'+")


def stamp(response: HttpResponse, request: HttpRequest, protocol: Form) -> HttpResponse:
    """Put the headers on that every answer carries (contract.md 1.1).

    The uuid is `request.li_uuid` where the middleware has set one, so that logs can name it.
    """
    name = getattr(request, "li_uuid", None) or str(uuid.uuid4())
    response.setdefault("x-li-uuid", name)
    response.setdefault("x-li-request-id", name)
    response.setdefault("x-li-fabric", FABRIC)
    response.setdefault("X-RestLi-Protocol-Version", protocol.value)
    return response

"""Operations: what one HTTP verb does at one path, however many Rest.li methods that is."""

from __future__ import annotations

import inspect
from typing import Any

from ats_sync import throttles
from ats_sync.api.openapi import bodies, parameters
from ats_sync.api.openapi.places import Place
from ats_sync.restli.routes import ROUTES
from ats_sync.restli.views import BATCH_OF

Operation = dict[str, Any]
_VERBS = {route.method: route.http.lower() for route in ROUTES}
_SUMMARIES = {
    "get": "Read one", "update": "Replace one", "partial_update": "Change one",
    "delete": "Delete one", "create": "Make one", "batch_get": "Read several",
    "batch_update": "Create or replace several", "batch_partial_update": "Change several",
    "batch_delete": "Delete several", "batch_create": "Submit several", "finder": "Find",
    "action": "Call an action",
}  # fmt: skip
_REFUSALS = {
    "400": "BadRequest",
    "401": "NoToken",
    "403": "Forbidden",
    "429": "TooMany",
    "4XX": "Refused",
}


def paths(place: Place) -> dict[str, dict[str, Operation]]:
    """The paths of a place, each with an operation per verb."""
    above = []
    if place.view.parent is not None:
        above = [parameters.in_path("parent", place.view.parent, place)]
    found = {place.path: {"parameters": above, **_collection(place)}}
    if place.entity_methods:
        key = parameters.in_path("key", place.view.key, place)
        found[f"{place.path}/{{key}}"] = {
            "parameters": [*above, key],
            **{_VERBS[method]: _entity(place, method) for method in place.entity_methods},
        }
    return {path: item for path, item in found.items() if item.keys() - {"parameters"}}


def _collection(place: Place) -> dict[str, Operation]:
    found = {}
    for method in place.methods:
        found[_VERBS[method]] = _batch(place, method)
    if place.view.finders:
        found["get"] = _finder(place, found.get("get"))
    if place.view.actions:
        found["post"] = _action(place)
    return found


def _entity(place: Place, method: str) -> Operation:
    operation = _operation(place, method)
    if method == "get":
        operation["parameters"] += parameters.shared("Fields")
    return _with_body(operation, place, method)


def _batch(place: Place, method: str) -> Operation:
    operation = _operation(place, method)
    if method not in {"create", "batch_create"}:
        operation["parameters"].append({**parameters.ids(place), "required": True})
    if method == "batch_get":
        operation["parameters"] += parameters.shared("Fields")
    if method != "create":
        needed = method == "batch_create"
        operation["parameters"].append(parameters.method_header([method], required=needed))
    return _with_body(operation, place, method)


def _with_body(operation: Operation, place: Place, method: str) -> Operation:
    body = bodies.request(place, method)
    return operation if body is None else {**operation, "requestBody": body}


def _finder(place: Place, beside: Operation | None) -> Operation:
    """A finder; where keys can be read at the same path too, both in one operation."""
    operation = _operation(place, "finder")
    names = list(place.view.finders)
    picked = {"name": "q", "in": "query", "schema": {"type": "string", "enum": names}}
    own = [
        {**picked, "required": True, "description": "Names the finder.", "example": names[0]},
        *(one for name in names for one in parameters.of_finder(place, name)),
    ]
    asked = {parameter["name"] for parameter in own}
    paging = parameters.shared("Fields", *([] if "start" in asked else ["Start"]), "Count")
    operation["parameters"] += own + paging
    return operation if beside is None else _both(place, beside, operation)


def _both(place: Place, keys: Operation, finder: Operation) -> Operation:
    merged = {
        str(one.get("name", one.get("$ref"))): one
        for one in [*keys["parameters"], *finder["parameters"]]
    }
    optional = [
        {**one, "required": False} if one.get("in") == "query" else one for one in merged.values()
    ]
    # The header's only value would forbid the other method.
    rest = [one for one in optional if one.get("name") != "X-RestLi-Method"]
    either = [
        one["responses"]["200"]["content"]["application/json"]["schema"] for one in (keys, finder)
    ]
    answer = {
        "description": "What was found, by keys or as a page.",
        "content": bodies.content({"anyOf": either}, None),
    }
    return {
        **finder,
        "summary": f"{keys['summary']}, or find",
        "description": f"{keys['description']} With q: {_told_by_code(place, 'finder')}",
        "parameters": rest,
        "responses": {**finder["responses"], "200": answer},
    }


def _action(place: Place) -> Operation:
    operation = _operation(place, "action")
    names = list(place.view.actions)
    operation["parameters"].append(
        {
            "name": "action",
            "in": "query",
            "required": True,
            "description": "Names the action.",
            "schema": {"type": "string", "enum": names},
            "example": names[0],
        }
    )
    return {**operation, "requestBody": bodies.actions(place)}


def _operation(place: Place, method: str) -> Operation:
    above = f"{place.parent}_" if place.parent else ""
    return {
        "operationId": f"{method}_{above}{place.name}",
        "tags": [place.about.chapter],
        "summary": f"{_SUMMARIES[method]} · {place.name}",
        "description": " ".join(
            filter(None, [place.about.text, _told_by_code(place, method), *_notes(place)])
        ),
        "security": [{"token": []}],
        "parameters": parameters.headers(place.surface),
        "responses": {**bodies.answers(place, method), **refusals(place.surface)},
    }


def refusals(surface: str) -> dict[str, Any]:
    """The answers of any operation that refuses, by status."""
    found = {
        status: {"$ref": f"#/components/responses/{name}"} for status, name in _REFUSALS.items()
    }
    if surface == "rest":
        found["426"] = {"$ref": "#/components/responses/OtherVersion"}
    return found


def _told_by_code(place: Place, method: str) -> str:
    """The first paragraph that the resource's methods say of themselves."""
    named = {"finder": place.view.finders, "action": place.view.actions}.get(method)
    names = list(named.values()) if named else [method, BATCH_OF.get(method, method)]
    functions = [found for name in names if (found := getattr(place.view, name, None))]
    texts = [inspect.getdoc(function) or "" for function in functions[: len(named or [0])]]
    return " ".join(" ".join(text.split("\n\n")[0].split()) for text in texts).strip()


def _notes(place: Place) -> list[str]:
    notes = []
    if place.synonyms:
        notes.append(f"Answers to {', '.join(place.synonyms)}, too.")
    name = getattr(place.view, "counted_as", "") or place.view.resource
    limit = throttles.limit_of(name)
    if limit.day:
        notes.append(f"Limit: {limit.day:,} requests per day.")
    if limit.minute:
        notes.append(f"Limit: {limit.minute:,} records per minute.")
    if place.methods:
        notes.append(f"At most {place.view.batch_limit} records per call.")
    return notes

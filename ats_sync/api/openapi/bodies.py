"""Bodies of requests and answers of each Rest.li method, with their examples."""

from __future__ import annotations

from typing import Any

from ats_sync.api.openapi import examples, schemas
from ats_sync.api.openapi.parameters import sample_key
from ats_sync.api.openapi.places import Place
from ats_sync.restli.keys import ComplexKey
from ats_sync.restli.syntax import Form

Body = dict[str, Any]
# The method whose example serves for another one.
_LIKE = {"update": "batch_update", "get": "batch_get", "create": "batch_create"}
_OUTCOMES = ("200", "Each key with its outcome.")
# Status and meaning of a success; all other methods answer 204.
_ANSWERS = {
    "batch_update": _OUTCOMES,
    "batch_partial_update": _OUTCOMES,
    "batch_delete": _OUTCOMES,
    "batch_get": ("200", "What was found."),
    "batch_create": ("200", "An outcome for each element."),
    "finder": ("200", "One page."),
    "get": ("200", "The record."),
    "create": ("201", "Made; X-RestLi-Id names it."),
    "action": ("200", "The action's value."),
}


def request(place: Place, method: str) -> Body | None:
    """The body that a method wants; None for none."""
    sent = place.about.sent
    entity = schemas.ref(sent) if sent else {"type": "object"}
    record, key = _record(place, method), _key(place)
    limit = place.view.batch_limit
    patched = {"patch": {"$set": dict(place.about.patched)}}
    bodies = {
        "batch_update": lambda: (schemas.batch(entity, limit), {"entities": {key: record}}),
        "batch_partial_update": lambda: (
            schemas.batch(schemas.patch(), limit),
            {"entities": {key: patched}},
        ),
        "batch_create": lambda: (schemas.elements(entity, limit), {"elements": [record]}),
        "update": lambda: (entity, record),
        "create": lambda: (entity, record),
        "partial_update": lambda: (schemas.patch(), patched),
    }
    if method not in bodies:
        return None
    schema, example = bodies[method]()
    return {"required": True, "content": content(schema, example)}


def answers(place: Place, method: str) -> dict[str, Body]:
    """What a method answers when it succeeds, by status."""
    if method not in _ANSWERS:
        return {"204": {"description": "Done."}}
    status, description = _ANSWERS[method]
    entity = _told(place)
    schema = {
        "batch_get": schemas.read_batch(entity),
        "finder": schemas.page(entity),
        "batch_create": schemas.ref("Created"),
        "get": entity,
        "create": entity,
        "action": {"type": "object"},
    }.get(method, schemas.ref("Written"))
    body = content(schema, _answered(place, method))
    return {status: {"description": description, "content": body}}


def _answered(place: Place, method: str) -> Any:
    """An example of an answer; None where no story tells one."""
    if _ANSWERS[method] is _OUTCOMES:
        return {"results": {_key(place): {"status": 204}}, "errors": {}}
    story = examples.told(place.surface, place.name, _LIKE.get(method, method)).get("answer")
    if method not in {"get", "batch_get"}:
        return story
    found = _first(story, "results")
    if method == "get" or found is None:
        return found
    return {"results": {_key(place): found}, "statuses": {}, "errors": {}}


def actions(place: Place) -> Body:
    """The body of a call of an action."""
    told = place.about.actions
    shown = {name: {"value": dict(parameters)} for name, parameters in told.items()}
    return {"content": {"application/json": {"schema": {"type": "object"}, "examples": shown}}}


def content(schema: dict[str, Any], example: Any) -> Body:
    """A body in JSON."""
    shown = {} if example is None else {"example": example}
    return {"application/json": {"schema": schema, **shown}}


def _told(place: Place) -> dict[str, Any]:
    kind = place.about.told
    return schemas.ref(kind) if kind else {"type": "object"}


def _key(place: Place) -> str:
    """The sample key as an answer spells it."""
    kind, sample = place.view.key, sample_key(place.view.key, place)
    if not isinstance(kind, ComplexKey):
        return sample
    return kind.print(kind.bind(kind.read_body(sample)), Form.TWO, place.surface)


def _record(place: Place, method: str) -> Any:
    """An example of a record that is sent: the catalogue's, or a story's."""
    if place.about.example:
        return dict(place.about.example)
    for surface in (place.surface, "v2", "rest"):
        sent = examples.told(surface, place.name, _LIKE.get(method, method)).get("request")
        if found := _first(sent, "entities") or _first(sent, "elements"):
            return found
    return {}


def _first(body: Any, part: str) -> Any:
    inside = (body or {}).get(part) or {}
    return next(iter(inside.values() if isinstance(inside, dict) else inside), None)

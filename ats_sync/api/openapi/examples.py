"""Examples out of fixtures/wire: the first success that a story tells of a method."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

from django.conf import settings

from ats_sync.api.openapi.catalogue import CONTRACT, ORGANIZATION, PERSON, SEAT, SOME_TIME

_FOLDER = settings.BASE_DIR / "fixtures" / "wire"
_URNS = {"ORG": ORGANIZATION, "CON": CONTRACT, "SEAT": SEAT, "PER": PERSON}
_NAMES = _URNS | {f"{name}Q": quote(urn, safe="") for name, urn in _URNS.items()}
# What stands in a field for which a story takes whatever comes.
_WHATEVER: dict[str, Any] = {
    "id": 12,
    "profileUrl": "https://recruiter.example/in/mae-norris",
    "uploadUrl": "https://recruiter.example/v2/hireMedia/WyJ4Il0",
    "media": "urn:li:digitalmediaAsset:Yk2s9",
    "member": PERSON,
    "threadUrn": "urn:li:messagingThread:7",
    "subject": "A role",
    "message": "No entity has this key",
    **dict.fromkeys(
        ("expiresAt", "exportedAt", "createdAt", "lastModifiedAt", "closedAt", "time"),
        int(SOME_TIME),
    ),
}
_TASK = "urn:li:simpleJobPostingTask:0f8fad5b-d9cb-469f-a165-70867728950e"
_INFERRED = {"GET": "batch_get", "PUT": "batch_update", "DELETE": "batch_delete"}


@cache
def told(surface: str, resource: str, method: str) -> dict[str, Any]:
    """What a story tells of a method: `request` and `answer` bodies; empty when none does.

    Args:
        surface: v2 or rest.
        resource: the wire name there.
        method: the Rest.li method.
    """
    for step in _steps():
        request, answer = step["request"], step["answer"]
        path = request["target"].partition("?")[0]
        first, last = path.split("/")[1], path.rpartition("/")[2]
        if (first, last, _method_of(request)) == (surface, resource, method) and _good(answer):
            return {"request": _filled(request.get("body")), "answer": _filled(answer.get("body"))}
    return {}


@cache
def _steps() -> list[dict[str, Any]]:
    return list(_read_steps())


def _read_steps() -> Iterator[dict[str, Any]]:
    for path in sorted(_FOLDER.rglob("*.json")):
        steps = json.loads(path.read_text())["steps"]
        yield from (step for step in steps if "request" in step)


def _method_of(request: dict[str, Any]) -> str:
    if "q=" in request["target"]:
        return "finder"
    named = request.get("headers", {}).get("X-RestLi-Method", "")
    return named or _INFERRED.get(request["method"], "")


def _good(answer: dict[str, Any]) -> bool:
    body = answer.get("body") or {}
    lines = body.get("elements", [])
    return answer["status"] < 300 and not body.get("errors") and "error" not in str(lines)


def _filled(value: Any, field: str = "") -> Any:
    """The value with samples in its placeholders, in keys and texts alike."""
    if isinstance(value, dict):
        return {_filled(name): _filled(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, field) for inner in value]
    if not isinstance(value, str):
        return value
    if "${" in value and field in _WHATEVER and value.strip("${}=") not in _NAMES:
        return _WHATEVER[field]
    return re.sub(r"\$\{([^}]*)\}", lambda found: _NAMES.get(found[1], _TASK), value)

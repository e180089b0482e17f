"""Headers, keys in paths and queries, and the parameters of finders."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ats_sync.api.openapi.catalogue import SAMPLES
from ats_sync.api.openapi.places import Place
from ats_sync.api.versions import VERSIONS
from ats_sync.restli.keys import ComplexKey, KeyKind

Parameter = dict[str, Any]
_IDS = {
    "simpleJobPostingTasks": "urn:li:simpleJobPostingTask:0f8fad5b-d9cb-469f-a165-70867728950e",
    "jobPostingStatus": "REQ-100",
    "stages": "S1",
    "interviewFeedback": "F1",
    "exportedCandidates": "12",
}
_HEADERS: dict[str, Parameter] = {
    "Version": {
        "name": "LinkedIn-Version",
        "in": "header",
        "required": True,
        "description": "The version that the caller was written for, as YYYYMM.",
        "schema": {"type": "string", "enum": list(VERSIONS)},
        "example": VERSIONS[-1],
    },
    "Protocol": {
        "name": "X-RestLi-Protocol-Version",
        "in": "header",
        "description": "How keys are spelt. Absent, the keys themselves tell.",
        "schema": {"type": "string", "enum": ["1.0.0", "2.0.0"]},
        "example": "2.0.0",
    },
    "Fields": {
        "name": "fields",
        "in": "query",
        "description": "Names of the fields that the answer should have; absent, all.",
        "schema": {"type": "string"},
    },
    "Start": {
        "name": "start",
        "in": "query",
        "description": "The place of the first element, from 0.",
        "schema": {"type": "integer", "minimum": 0, "default": 0},
    },
    "Count": {
        "name": "count",
        "in": "query",
        "description": "The size of a page; more than 100 count as 100.",
        "schema": {"type": "integer", "minimum": 0, "default": 10},
    },
}


def components(surface: str) -> dict[str, Parameter]:
    """Parameters that many operations share."""
    return {
        name: parameter
        for name, parameter in _HEADERS.items()
        if surface == "rest" or name != "Version"
    }


def shared(*names: str) -> list[Parameter]:
    """References to shared parameters."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def headers(surface: str) -> list[Parameter]:
    """The headers of every operation on a surface."""
    return shared(*(["Version"] if surface == "rest" else []), "Protocol")


def method_header(methods: list[str], *, required: bool) -> Parameter:
    """The header that names the Rest.li method."""
    return {
        "name": "X-RestLi-Method",
        "in": "header",
        "required": required,
        "description": "Which Rest.li method is meant."
        + ("" if required else " Absent, verb and query tell."),
        "schema": {"type": "string", "enum": methods},
        "example": methods[0],
    }


def sample_key(kind: KeyKind, place: Place) -> str:
    """A key as it stands in a 2.0 query or path."""
    if not isinstance(kind, ComplexKey):
        return _IDS.get(place.view.resource, SAMPLES[kind.name])
    renamed = kind.spellings.get(place.surface, {})
    spoken = [
        renamed.get(name, name)
        for name in kind.names
        if place.surface == "v2" or name != "dataProvider"
    ]
    parts = ",".join(f"{name}:{quote(SAMPLES[name], safe='')}" for name in spoken)
    return f"({parts})"


def in_path(name: str, kind: KeyKind, place: Place) -> Parameter:
    """A key in the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": _spelling(kind, place),
        "schema": {"type": "string", "minLength": 1},
        "example": sample_key(kind, place),
    }


def ids(place: Place) -> Parameter:
    """The keys of a batch."""
    kind = place.view.key
    sample = sample_key(kind, place)
    limit = f" At most {place.view.batch_limit} keys."
    if not isinstance(kind, ComplexKey):
        return {
            "name": "ids",
            "in": "query",
            "description": f"{_spelling(kind, place)} Repeat it for more.{limit}",
            "schema": {"type": "array", "items": {"type": "string", "minLength": 1}},
            "example": [sample],
        }
    return {
        "name": "ids",
        "in": "query",
        "description": f"{_spelling(kind, place)}{limit}",
        "schema": {"type": "string"},
        "example": f"List({sample})",
    }


def _spelling(kind: KeyKind, place: Place) -> str:
    if not isinstance(kind, ComplexKey):
        return "The record's id, a text of at most 255 characters."
    renamed = kind.spellings.get(place.surface, {})
    parts = ", ".join(renamed.get(name, name) for name in kind.names if name not in kind.optional)
    free = ", ".join(kind.optional)
    return (
        f"Keys of the parts {parts} ({free} may be left out). The example is protocol 2.0; "
        "protocol 1.0 writes ids[0].part=value in the query and part=value&part=value in paths."
    )


def of_finder(place: Place, finder: str) -> list[Parameter]:
    """The parameters of a finder under this surface's names, `q` apart."""
    return [_of_finder(place, starred) for starred in place.about.finders[finder]]


def _of_finder(place: Place, starred: str) -> Parameter:
    name = place.spoken(starred.removesuffix("*"))
    if name == "start":
        return {**_HEADERS["Start"], "required": True, "example": 0}
    return {
        "name": name,
        "in": "query",
        "required": starred.endswith("*"),
        "schema": {"type": "string"},
        "example": SAMPLES[name],
    }

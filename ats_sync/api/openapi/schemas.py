"""JSON schemas: of the records from their Structs, of the envelopes by hand (contract.md 1.5)."""

from __future__ import annotations

from typing import Any

import msgspec

from ats_sync.api.openapi.answers import PersonAnswer
from ats_sync.api.openapi.places import Place

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_STATUS: Schema = {"type": "integer", "minimum": 200, "maximum": 599}
ENVELOPES: dict[str, Schema] = {
    "Error": {
        "type": "object",
        "description": "Why a request or one of its records was refused.",
        "required": ["status", "message"],
        "properties": {
            "status": _STATUS,
            "message": _TEXT,
            "serviceErrorCode": {"type": "integer"},
            "code": _TEXT,
        },
    },
    "OAuthError": {
        "type": "object",
        "required": ["error", "error_description"],
        "properties": {"error": _TEXT, "error_description": _TEXT},
    },
    "Paging": {
        "type": "object",
        "required": ["start", "count", "links"],
        "properties": {
            "start": {"type": "integer", "minimum": 0},
            "count": {"type": "integer", "minimum": 0},
            "total": {"type": "integer", "minimum": 0},
            "links": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["rel", "href", "type"],
                    "properties": {
                        "rel": {"type": "string", "enum": ["prev", "next"]},
                        "href": _TEXT,
                        "type": _TEXT,
                    },
                },
            },
        },
    },
    "Written": {
        "type": "object",
        "description": "Each key of the batch is in exactly one of the two maps.",
        "required": ["results", "errors"],
        "properties": {
            "results": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "required": ["status"],
                    "properties": {"status": _STATUS},
                },
            },
            "errors": {
                "type": "object",
                "additionalProperties": {"$ref": "#/components/schemas/Error"},
            },
        },
    },
    "Created": {
        "type": "object",
        "description": "One element for each that was sent, in the same order.",
        "required": ["elements"],
        "properties": {
            "elements": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["status"],
                    "properties": {
                        "id": _TEXT,
                        "status": _STATUS,
                        "location": _TEXT,
                        "error": {"$ref": "#/components/schemas/Error"},
                    },
                },
            }
        },
    },
}


def ref(name: str | type) -> Schema:
    """A reference to a component's schema."""
    return {"$ref": f"#/components/schemas/{name if isinstance(name, str) else name.__name__}"}


def components(places: list[Place]) -> dict[str, Schema]:
    """The schemas of all records of a surface, under its own names of fields."""
    sent = {place.about.sent: place for place in places if place.about.sent}
    told = {place.about.told: place for place in places if place.about.told}
    _, schemas = msgspec.json.schema_components(
        [*sent, *told, PersonAnswer], ref_template="#/components/schemas/{name}"
    )
    for kind, place in {**sent, **told}.items():
        _rename(schemas[kind.__name__], place)
    for kind in told.keys() - sent.keys():
        # A projection may leave out any field.
        schemas[kind.__name__].pop("required", None)
    for schema in schemas.values():
        if schema["title"].endswith(("Answer", "Stub")):
            schema.pop("required", None)
    return {**ENVELOPES, **schemas}


def _rename(schema: Schema, place: Place) -> None:
    schema["properties"] = {
        place.spoken(name): inner for name, inner in schema["properties"].items()
    }
    if "required" in schema:
        schema["required"] = [place.spoken(name) for name in schema["required"]]


def keyed(inner: Schema) -> Schema:
    """A map by keys."""
    return {"type": "object", "additionalProperties": inner}


def read_batch(entity: Schema) -> Schema:
    """The answer to a batch_get: what was not found is a 404 in two of the maps."""
    maps = {"results": keyed(entity), "statuses": keyed(_STATUS), "errors": keyed(ref("Error"))}
    return {"type": "object", "required": list(maps), "properties": maps}


def page(entity: Schema) -> Schema:
    """The answer to a finder."""
    parts = {"elements": {"type": "array", "items": entity}, "paging": ref("Paging")}
    return {"type": "object", "required": list(parts), "properties": parts}


def batch(entity: Schema, limit: int) -> Schema:
    """The body of a batch of writes, by keys."""
    entities = {**keyed(entity), "minProperties": 1, "maxProperties": limit}
    return {"type": "object", "required": ["entities"], "properties": {"entities": entities}}


def elements(entity: Schema, limit: int) -> Schema:
    """The body of a batch_create."""
    listed = {"type": "array", "items": entity, "minItems": 1, "maxItems": limit}
    return {"type": "object", "required": ["elements"], "properties": {"elements": listed}}


def patch() -> Schema:
    """The body of a partial_update."""
    change = {
        "type": "object",
        "properties": {
            "$set": {"type": "object"},
            "$delete": {"type": "array", "items": _TEXT},
        },
    }
    return {"type": "object", "required": ["patch"], "properties": {"patch": change}}

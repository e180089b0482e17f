"""The `fields` parameter: which fields of an entity the caller wants (contract.md 1.7)."""

from __future__ import annotations

import re
from typing import Any

from ats_sync.restli.errors import RestliError
from ats_sync.restli.syntax import DEEPEST

# Wanted names; below each the projection of its value, empty for all of it.
Projection = dict[str, "Projection"]
EVERY = "$*"
_TOKEN = re.compile(r"[(),:]|[^(),:]+")


def parse_projection(texts: list[str]) -> Projection | None:
    """Read `a,b,c:(d,e)` or `List(a,b)`, decoded; several parameters add up.

    Returns:
        None when nothing is asked for, which means everything.

    Raises:
        RestliError: 400, malformed.
    """
    wanted: Projection = {}
    for text in filter(None, (text.strip() for text in texts)):
        if text.startswith("List(") and text.endswith(")"):
            text = text[len("List(") : -1]
        tokens = [token.strip() for token in _TOKEN.findall(text)]
        wanted |= _names(tokens, DEEPEST)
        if tokens:
            raise RestliError(400, f"Malformed parameter 'fields': {text[:200]!r}")
    return wanted or None


def _names(tokens: list[str], depth: int) -> Projection:
    """Take `a,b:(…)` from the front of the tokens."""
    wanted: Projection = {}
    while tokens and tokens[0] not in {"(", ")", ":"}:
        name = tokens.pop(0)
        if name in {",", ""}:
            continue
        wanted[name] = {}
        if tokens[:1] == [":"]:
            del tokens[0]
            wanted[name] = _nested(tokens, depth - 1)
    return wanted


def _nested(tokens: list[str], depth: int) -> Projection:
    if depth == 0 or tokens[:1] != ["("]:
        raise RestliError(400, "Malformed parameter 'fields': a parenthesis is missing")
    del tokens[0]
    wanted = _names(tokens, depth)
    if tokens[:1] != [")"]:
        raise RestliError(400, "Malformed parameter 'fields': a parenthesis is missing")
    del tokens[0]
    return wanted


def project(value: Any, wanted: Projection | None) -> Any:
    """The wanted part of an entity, given as dicts and lists; unknown names are ignored."""
    if not wanted:
        return value
    if isinstance(value, list):
        return [project(one, wanted.get(EVERY, wanted)) for one in value]
    if not isinstance(value, dict):
        return value
    if EVERY in wanted:
        return {name: project(one, wanted[EVERY]) for name, one in value.items()}
    return {name: project(one, wanted[name]) for name, one in value.items() if name in wanted}

"""Replays fixtures/wire: what a vendor sends, and what it gets, told in files anyone can read.

Each file is a story of requests and answers. Placeholders: ${ORG} and ${PER} are URNs of the
cast, ${ORGQ} and ${PERQ} the same percent-encoded, ${FOREIGN} somebody else's organization. In
an answer, ${*} stands for any text, and ${=name} for any text that later steps call ${name}.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from ats_sync import access_tokens
from tests import factories

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "wire"
STORIES = sorted(ROOT.rglob("*.json"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture
def names(ats, mae) -> dict[str, str]:
    """The placeholders' values."""
    cast = {
        "ORG": str(ats.company.urn),
        "PER": str(mae.urn),
        "FOREIGN": str(factories.AtsFactory().company.urn),
    }
    return cast | {f"{name}Q": quote(urn, safe="") for name, urn in cast.items()}


@pytest.mark.parametrize("path", STORIES, ids=named)
def test_the_story_goes_as_told(path: Path, ats, names):
    token = access_tokens.issue(ats.application)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    for step in json.loads(path.read_text())["steps"]:
        response = send(client, fill(step["request"], names))
        expected = step["answer"]
        told = json.loads(response.content) if response.content else None
        where = f"{named(path)}: {step['name']}: {response.status_code} {told}"
        assert response.status_code == expected["status"], where
        assert "x-li-uuid" in response, where
        for name, value in expected.get("headers", {}).items():
            assert response.get(name) == value, f"{where}: {name}"
        assert agrees(fill(expected.get("body"), names), told, names), where


def send(client: Client, request: dict[str, Any]):
    body = request.get("text", json.dumps(request["body"]) if "body" in request else "")
    headers = {"Content-Type": "application/json", **request.get("headers", {})}
    return client.generic(
        request["method"],
        request["target"],
        body,
        content_type=headers.pop("Content-Type"),
        headers=headers,
        RAW_URI=request["target"],  # as the web server gives it
    )


def fill(value: Any, names: dict[str, str]) -> Any:
    """The value with its placeholders filled in, in keys and texts alike."""
    if isinstance(value, dict):
        return {fill(key, names): fill(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, names) for inner in value]
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)\}", lambda found: names[found[1]], value)
    return value


def agrees(expected: Any, told: Any, names: dict[str, str]) -> bool:
    """Whether an answer is what was expected; remembers what `${=name}` stood for."""
    if isinstance(expected, dict):
        return (
            isinstance(told, dict)
            and expected.keys() == told.keys()
            and all(agrees(expected[key], told[key], names) for key in expected)
        )
    if isinstance(expected, list):
        return (
            isinstance(told, list)
            and len(expected) == len(told)
            and all(agrees(*pair, names) for pair in zip(expected, told, strict=True))
        )
    if not isinstance(expected, str) or "${" not in expected:
        return expected == told and type(expected) is type(told)
    return matches(expected, told, names)


def matches(expected: str, told: Any, names: dict[str, str]) -> bool:
    captured = re.findall(r"\$\{=(\w+)\}", expected)
    pieces = re.split(r"\$\{(?:\*|=\w+)\}", expected)
    pattern = "(.*)".join(map(re.escape, pieces))
    found = re.fullmatch(pattern, str(told), re.DOTALL)
    if found and captured:
        names[captured[0]] = found[1]
        names[f"{captured[0]}Q"] = quote(found[1], safe="")
    return found is not None

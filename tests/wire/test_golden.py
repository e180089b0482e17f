"""Replays fixtures/wire: what a vendor sends, and what it gets, told in files anyone can read.

Each file is a story of steps. A step is a request and its answer; or a deed of somebody else, `do`
with `with`, and what it tells (see tests/wire/world.py); or a notice that must have arrived at the
vendor's own server, `arrived`. Placeholders: ${ORG}, ${CON}, ${SEAT} and ${PER} are URNs of the
cast, with a Q percent-encoded; ${FOREIGN} is somebody else's organization. In an answer, ${*}
stands for any text, and ${=name} for any text that later steps call ${name}. A request is the
customer's, unless `as` names another token.

Stories are told as the published samples tell them. The second test tells each step of /v2 in
protocol 1.0 on the other surface and in the other protocol as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.ats_sync.receiver import receiving
from tests.wire.spelling import respelled
from tests.wire.world import DEEDS, World

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "wire"
STORIES = sorted(ROOT.rglob("*.json"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture
def world(ats, ada, mae, settings) -> Iterator[World]:
    with receiving() as receiver:
        yield World(ats, ada, mae, receiver, settings)


@pytest.mark.parametrize("path", STORIES, ids=named)
def test_the_story_goes_as_told(path: Path, world):
    for step in json.loads(path.read_text())["steps"]:
        play(step, world, named(path))


@pytest.mark.parametrize(("surface", "two"), [("v2", True), ("rest", False), ("rest", True)])
@pytest.mark.parametrize("path", STORIES, ids=named)
def test_the_story_goes_so_on_the_other_surface_and_protocol(path: Path, surface, two, world):
    for step in json.loads(path.read_text())["steps"]:
        other = None
        if "request" in step and not step.get("as told"):
            other = respelled(fill(step, world.names), surface, two)
        play(other or step, world, f"{named(path)} on {surface}, 2.0: {two}")


def play(step: dict[str, Any], world: World, story: str) -> None:
    """Play one step and hold it against what is told of it."""
    where = f"{story}: {step['name']}"
    if "do" in step:
        arguments = fill(step.get("with", {}), world.names)
        told = DEEDS[step["do"]](world, **arguments)
        assert agrees(fill(step.get("answer"), world.names), told, world.names), f"{where}: {told}"
    elif "arrived" in step:
        told = world.arrived()
        assert agrees(fill(step["arrived"], world.names), told, world.names), f"{where}: {told}"
    else:
        world.last = send(fill(step["request"], world.names), world)
        check(world.last, fill(step["answer"], world.names), world.names, where)


def check(response: Any, expected: dict[str, Any], names: dict[str, Any], where: str) -> None:
    is_json = response.get("Content-Type", "").startswith("application/json")
    told = json.loads(response.content) if response.content and is_json else None
    where = f"{where}: {response.status_code} {told}"
    assert response.status_code == expected["status"], where
    for name, value in expected.get("headers", {}).items():
        assert agrees(value, response.get(name), names), f"{where}: {name}"
    assert agrees(expected.get("body"), told, names), where
    if not response.wsgi_request.path.startswith("/oauth/"):
        assert "x-li-uuid" in response, where


def send(request: dict[str, Any], world: World) -> Any:
    who = request.get("as", "customer")
    bearer = {} if who == "nobody" else {"Authorization": f"Bearer {world.token(who)}"}
    body = request.get("text", json.dumps(request["body"]) if "body" in request else "")
    headers = {"Content-Type": "application/json", **bearer, **request.get("headers", {})}
    return Client().generic(
        request["method"],
        request["target"],
        body,
        content_type=headers.pop("Content-Type"),
        headers=headers,
        RAW_URI=request["target"],  # as the web server gives it
    )


def fill(value: Any, names: dict[str, Any]) -> Any:
    """The value with its placeholders filled in, in keys and texts alike."""
    if isinstance(value, dict):
        return {fill(key, names): fill(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, names) for inner in value]
    if isinstance(value, str):
        if whole := re.fullmatch(r"\$\{(\w+)\}", value):
            return names[whole[1]]  # a number stays one
        return re.sub(r"\$\{(\w+)\}", lambda found: str(names[found[1]]), value)
    return value


def agrees(expected: Any, told: Any, names: dict[str, Any]) -> bool:
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


def matches(expected: str, told: Any, names: dict[str, Any]) -> bool:
    captured = re.findall(r"\$\{=(\w+)\}", expected)
    pieces = re.split(r"\$\{(?:\*|=\w+)\}", expected)
    if told is None:
        return False
    pattern = "(.*)".join(map(re.escape, pieces))
    found = re.fullmatch(pattern, str(told), re.DOTALL)
    if found is None:
        return False
    if captured:
        # Of several placeholders the last one is the named one.
        names[captured[0]] = told if pieces == ["", ""] else found[found.lastindex]
        names[f"{captured[0]}Q"] = quote(str(names[captured[0]]), safe="")
    return True

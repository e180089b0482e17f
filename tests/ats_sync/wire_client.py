"""An ATS that calls the wire API with a token of its own."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from ats_sync import access_tokens
from ats_sync.models import Ats, Integration
from rsc.models import Contract
from tests import factories

VERSION = {"LinkedIn-Version": "202603"}
TWO = {"X-RestLi-Protocol-Version": "2.0.0"}


def call(who: Ats, method: str, path: str, body: Any = None, **headers: str):
    """One request; `path` holds the query, written as it is to be sent."""
    token = access_tokens.issue(who.application)
    version = VERSION if path.startswith("/rest/") else {}
    return Client().generic(
        method,
        path,
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **version, **headers},
    )


def get(who: Ats, path: str, **headers: str):
    return call(who, "GET", path, **headers)


def elements(who: Ats, path: str, **headers: str) -> list[dict[str, Any]]:
    """What a finder answers; the call must succeed."""
    answer = get(who, path, **headers)
    assert answer.status_code == 200, answer.content
    return answer.json()["elements"]


def open_activity(ats: Ats, contract: Contract) -> Ats:
    """Let an ATS read a contract's activity."""
    factories.IntegrationFactory(
        ats=ats, contract=contract, integration_type=Integration.Type.CSA_API
    )
    return ats

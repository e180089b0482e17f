"""A cluster's nodes over HTTP: each request goes to one that answers.

Written on httpx, which is here for callbacks: a client package of the cluster's own would bring
gRPC and protobuf along for the six calls that are made.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Iterable
from typing import Any

import httpx
import structlog
from django.conf import settings

CONNECT = 1  # seconds for a node to take a call
QUICK = 10  # seconds for an answer; a cluster that hangs must not hold a page
PATIENT = 90  # for a write: who lost a copy's node waits until another copy has taken over
ROUNDS = 3  # times that all nodes are asked, within that time
PAUSE = 0.3  # seconds between the rounds
SHUNNED = 15  # seconds for which a node that did not answer is asked last
BUSY = (429, 502, 503, 504)  # statuses of a node that may answer later, or another in its place
log = structlog.get_logger(__name__)


class ClusterError(Exception):
    """The cluster did not answer, or refused. The text holds nothing that a person wrote.

    Attributes:
        status: of the answer; 0 when there was none.
    """

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


class Cluster:
    """Asks the nodes in turn, those that failed a moment ago last. Safe for threads.

    Args:
        nodes: their addresses, with user and password in them if wanted.
        ca_file: the certificate of whom to believe, instead of the machine's; may be empty.
    """

    def __init__(self, nodes: Iterable[str], ca_file: str = "") -> None:
        self._nodes = [node.rstrip("/") for node in nodes]
        self._failed: dict[str, float] = {}
        self._turn = 0
        self._client = httpx.Client(verify=_believed(ca_file))

    def ask(self, method: str, path: str, body: Any = None, **parameters: str) -> dict[str, Any]:
        """One request; the answer as JSON. Raises ClusterError."""
        content = b"" if body is None else json.dumps(body).encode()
        reads = method == "GET" or path.endswith("/_search")
        seconds = QUICK if reads else PATIENT
        return self._ask(method, path, content, "application/json", parameters, seconds)

    def bulk(self, index: str, lines: list[str]) -> None:
        """Write or delete documents. Raises ClusterError when any of them was refused."""
        content = "".join(line + "\n" for line in lines).encode()
        kind = "application/x-ndjson"
        answer = self._ask("POST", f"/{index}/_bulk", content, kind, {}, PATIENT)
        refused = [
            each
            for item in answer["items"]
            for how, each in item.items()
            if each["status"] >= 300 and (how, each["status"]) != ("delete", 404)
        ]
        if refused:
            what = f"{len(refused)} documents were refused: {refused[0]['error']['type']}"
            raise ClusterError(what, refused[0]["status"])

    def _ask(
        self,
        method: str,
        path: str,
        content: bytes,
        kind: str,
        parameters: dict[str, str],
        seconds: float,
    ) -> dict[str, Any]:
        why = ClusterError("No node is named.")
        until = time.monotonic() + seconds
        for again in range(ROUNDS):
            if again:
                time.sleep(PAUSE)
            for node in self._in_turn():
                if time.monotonic() > until:
                    raise why
                try:
                    answer = self._client.request(
                        method,
                        node + path,
                        content=content,
                        params=parameters,
                        headers={"Content-Type": kind},
                        timeout=httpx.Timeout(seconds, connect=CONNECT),
                    )
                except httpx.HTTPError as error:
                    self._failed[node] = time.monotonic()
                    why = ClusterError(f"{type(error).__name__} at a node")
                    continue
                if answer.status_code not in BUSY:
                    self._failed.pop(node, None)
                    return _read(answer)
                why = ClusterError(f"a node answered {answer.status_code}", answer.status_code)
        raise why

    def _in_turn(self) -> list[str]:
        """All nodes, each time beginning with another."""
        self._turn += 1
        first = self._turn % max(1, len(self._nodes))
        nodes = self._nodes[first:] + self._nodes[:first]
        late = time.monotonic() - SHUNNED
        return sorted(nodes, key=lambda node: self._failed.get(node, 0.0) > late)


def _read(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code < 300:
        return dict(answer.json())
    try:
        kind = answer.json()["error"]["type"]
    except (ValueError, LookupError, TypeError):
        kind = "no reason given"
    raise ClusterError(f"{answer.status_code}: {kind}", answer.status_code)


def _believed(ca_file: str) -> Any:
    if not ca_file:
        return True
    context = httpx.create_ssl_context()
    context.load_verify_locations(ca_file)
    return context


@functools.cache
def _cluster(nodes: tuple[str, ...], ca_file: str) -> Cluster:
    return Cluster(nodes, ca_file)


def cluster() -> Cluster:
    """The cluster that the settings name; one of a kind in each process."""
    return _cluster(tuple(settings.SEARCH_NODES), settings.SEARCH_CA_FILE)

"""A vendor's program: a token of its own and calls in one customer's context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

TIMEOUT = 30  # seconds
VERSION = "202604"


class Vendor:
    """One application's calls.

    Args:
        base_url: the server, without a path.
        client_id, client_secret: the application's.
    """

    def __init__(self, base_url: str, client_id: str, client_secret: str) -> None:
        self.client_id, self.client_secret = client_id, client_secret
        self.http = httpx.Client(base_url=base_url.rstrip("/"), timeout=TIMEOUT)
        self._token = ""

    @property
    def token(self) -> str:
        """The token in use; fetched when first needed and kept, as the rules want it."""
        if not self._token:
            self._token = self.fetch_token().json().get("access_token", "")
        return self._token

    def fetch_token(self, secret: str = "") -> httpx.Response:
        """Ask for a token, with another secret if one is given."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": secret or self.client_secret,
        }
        return self.http.post("/oauth/v2/accessToken", data=form)

    def introspect(self, token: str) -> dict[str, Any]:
        """What the server says of a token."""
        form = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "token": token,
        }
        return answered(self.http.post("/oauth/v2/introspectToken", data=form))

    def call(
        self, method: str, target: str, body: Any = None, *, token: str = "", **headers: str
    ) -> httpx.Response:
        """One call with the token, or with another one; underscores in names stand for hyphens."""
        version = {"LinkedIn-Version": VERSION} if target.startswith("/rest/") else {}
        return self.http.request(
            method,
            target,
            json=body,
            headers={
                "Authorization": f"Bearer {token or self.token}",
                **version,
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )

    def put(self, path: str, keys: Iterable[Key], entity: Mapping[str, Any]) -> httpx.Response:
        """Replace records, all with the same content."""
        return self.put_each(path, [(key, entity) for key in keys])

    def put_each(
        self, path: str, records: Sequence[tuple[Key, Mapping[str, Any]]]
    ) -> httpx.Response:
        """Replace records, each with its own content."""
        body = {"entities": {spelled(key): entity for key, entity in records}}
        return self.call("PUT", f"{path}?{ids(key for key, _ in records)}", body)

    def get(self, path: str, keys: Iterable[Key]) -> httpx.Response:
        """Read records."""
        return self.call("GET", f"{path}?{ids(keys)}")

    def patch(self, path: str, key: Key, **values: Any) -> httpx.Response:
        """Change some fields of a record."""
        body = {"entities": {spelled(key): {"patch": {"$set": values}}}}
        return self.call(
            "POST", f"{path}?{ids([key])}", body, X_RestLi_Method="batch_partial_update"
        )

    def delete(self, path: str, keys: Iterable[Key]) -> httpx.Response:
        """Delete records."""
        return self.call("DELETE", f"{path}?{ids(keys)}")


# A record's key: one text, or named parts.
Key = str | Mapping[str, str]


def spelled(key: Key) -> str:
    """A key as the body and paths spell it."""
    if isinstance(key, str):
        return key
    return "&".join(f"{name}={quote(value, safe=':')}" for name, value in key.items())


def ids(keys: Iterable[Key]) -> str:
    """Keys as the query spells them."""
    parts = []
    for place, key in enumerate(keys):
        if isinstance(key, str):
            parts.append(f"ids={quote(key, safe='')}")
        else:
            parts += [f"ids[{place}].{name}={quote(text, safe='')}" for name, text in key.items()]
    return "&".join(parts)


def answered(response: httpx.Response) -> dict[str, Any]:
    """The body of an answer; empty when it holds no object."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def outcomes(response: httpx.Response) -> list[int]:
    """The status of every record of a batch; the answer's own when it was refused whole."""
    if response.status_code != 200:
        return [response.status_code]
    body = answered(response)
    found = [*body.get("results", {}).values(), *body.get("errors", {}).values()]
    return [int(one.get("status", 200)) for one in found]

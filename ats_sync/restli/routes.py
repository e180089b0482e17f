"""Which Rest.li method a request means: the framework's routing table (contract.md 1.3)."""

from __future__ import annotations

from typing import NamedTuple

from ats_sync.restli.errors import RestliError


class Trait(NamedTuple):
    """What of a request decides: its HTTP verb, parameters, and the end of its path."""

    http: str
    has_action: bool
    has_finder: bool
    has_ids: bool
    on_entity: bool


class Route(NamedTuple):
    """A row of the table; None where a column does not matter."""

    method: str
    http: str
    action: bool | None
    finder: bool | None
    ids: bool | None
    entity: bool | None

    def fits(self, trait: Trait) -> bool:
        return self.http == trait.http and all(
            wanted is None or wanted == found
            for wanted, found in zip(self[2:], trait[1:], strict=True)
        )


ROUTES = (
    Route("get", "GET", False, False, False, True),
    Route("finder", "GET", None, True, False, False),  # q wins over action
    Route("batch_get", "GET", False, False, True, False),
    Route("get_all", "GET", False, False, False, False),
    Route("update", "PUT", False, False, False, True),
    Route("batch_update", "PUT", False, False, True, False),
    Route("partial_update", "POST", False, False, False, True),
    Route("batch_partial_update", "POST", False, False, True, False),
    Route("create", "POST", False, False, False, False),
    Route("batch_create", "POST", False, False, False, False),
    Route("action", "POST", True, None, False, None),  # action wins over q
    Route("delete", "DELETE", False, False, False, True),
    Route("batch_delete", "DELETE", False, False, True, False),
)
METHODS = frozenset(route.method for route in ROUTES)
VERBS = ("GET", "PUT", "POST", "DELETE")


def method_of(trait: Trait, header: str, place: str) -> str:
    """The Rest.li method of a request.

    Args:
        trait: what decides.
        header: the X-RestLi-Method header, in any case; empty to infer the method.
        place: HTTP verb and path, for the message.

    Raises:
        RestliError: 405 for an HTTP verb that Rest.li does not know, 400 for a contradiction.
    """
    if trait.http not in VERBS:
        raise RestliError(405, f"{trait.http} is not allowed", headers={"Allow": ", ".join(VERBS)})
    named = header.strip().lower()
    fitting = [route.method for route in ROUTES if route.fits(trait)]
    if not named and fitting:
        # Of create and batch_create only the first is ever inferred: it stands first.
        return fitting[0]
    if named not in fitting:
        wanted = f" as {named[:30]!r}" if named else ""
        raise RestliError(400, f"Cannot route {place}{wanted}: no such Rest.li method here")
    return named

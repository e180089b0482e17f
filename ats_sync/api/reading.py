"""Parameters of finders that read Recruiter activity, and whether a token may read it."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from ats_sync.api.fields import moment
from ats_sync.api.rights import check_contracts
from ats_sync.api.wire import WireView
from ats_sync.restli.errors import RestliError
from ats_sync.restli.params import Query
from rsc import urns

# The end of the year 9999, in UTC milliseconds: no later time can be told.
_LATEST = 253_402_300_799_999
_MILLIS = re.compile(r"[0-9]{1,15}")


class ContractView(WireView):
    """A resource that the customer opens per contract, with CSA_API (contract.md 4.1)."""

    def open_contracts(self, contracts: Collection[int]) -> None:
        """Raises a RestliError of 403 unless all these contracts are open to the token."""
        check_contracts(self.application, contracts, f"{self.request.method} /{self.name}")

    def contract_of(self, query: Query) -> int:
        """The contract that a query names; raises a RestliError of 400 or 403."""
        contract = number_in(query, "contract", urns.CONTRACT)
        self.open_contracts([contract])
        return contract


def number_in(query: Query, name: str, kind: str) -> int:
    """The row number in a required URN; raises a RestliError of 400."""
    return _number(query.required(name), name, kind)


def numbers_in(query: Query, name: str, kind: str) -> list[int]:
    """The row numbers in repeated URNs; raises a RestliError of 400."""
    return [_number(text, name, kind) for text in query.texts(name)]


def _number(text: str, name: str, kind: str) -> int:
    try:
        return urns.Urn.parse(text, kind).number
    except urns.UrnError as error:
        raise RestliError(400, f"Parameter '{name}': {error}") from error


def moment_in(query: Query, name: str) -> datetime | None:
    """A time in a parameter; None when it is absent. Raises a RestliError of 400."""
    return _moment(query.text(name), name)


def window_in(query: Query, name: str) -> tuple[datetime | None, datetime | None]:
    """A time range, `name.start` and `name.end` or `name=(start:…,end:…)`; each may be absent.

    Raises:
        RestliError: 400, no times, or it ends before it starts.
    """
    parts = query.record(name)
    start, end = (_moment(parts.get(part), f"{name}.{part}") for part in ("start", "end"))
    if start and end and end < start:
        raise RestliError(400, f"Parameter '{name}' ends before it starts")
    return start, end


def _moment(text: str | None, name: str) -> datetime | None:
    if not text:
        return None
    if not _MILLIS.fullmatch(text) or int(text) > _LATEST:
        raise RestliError(400, f"Parameter '{name}' must be a time in UTC milliseconds")
    return moment(int(text))

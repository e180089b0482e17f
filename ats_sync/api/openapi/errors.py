"""The table of errors on the page for vendors (contract.md 1.6)."""

from __future__ import annotations

from typing import NamedTuple

from ats_sync.restli.errors import (
    EMPTY_TOKEN,
    EXPIRED_TOKEN,
    INVALID_TOKEN,
    NOT_ENOUGH_PERMISSIONS,
    REVOKED_TOKEN,
    THROTTLED,
)


class Refusal(NamedTuple):
    """A line of the table.

    Attributes:
        status: the HTTP status, of the answer or of one record in it.
        code: serviceErrorCode or code in the body, empty for none.
        cause: when it comes.
        remedy: what to do.
    """

    status: int
    code: str
    cause: str
    remedy: str


ERRORS = (
    Refusal(400, "", "The request cannot be read, or a record has a bad field.",
            "The message names the path of the field. Repeating it as it is will not help."),
    Refusal(400, "VERSION_MISSING", "A call to /rest/ without a LinkedIn-Version.",
            "Send one, as YYYYMM."),
    Refusal(400, "VERSION_INVALID", "A LinkedIn-Version of another form.", "Write YYYYMM."),
    Refusal(401, str(EMPTY_TOKEN), "No token came.", "Send Authorization: Bearer and the token."),
    Refusal(401, str(INVALID_TOKEN), "The token is not known.", "Get a new token."),
    Refusal(401, str(REVOKED_TOKEN), "The token was revoked.", "Ask whether it was on purpose."),
    Refusal(401, str(EXPIRED_TOKEN), "The token is too old.", "Get a new token, then repeat."),
    Refusal(403, str(NOT_ENOUGH_PERMISSIONS),
            "The record is of another customer, or the feature is not switched on.",
            "The message names what is missing; the customer's administrator can switch it on."),
    Refusal(404, "", "No such resource, or no such record.", "Look at the name and the key."),
    Refusal(405, "", "The resource does not have this method.", "Allow lists the verbs it has."),
    Refusal(409, "", "It contradicts what is there: an id that is taken, a job that is closed.",
            "Read the record first."),
    Refusal(413, "", "The body is too large.", "Send fewer records in one call."),
    Refusal(414, "", "The URL is too long.", "Tunnel the query."),
    Refusal(422, "", "A requisition lacks a field or has a bad one.",
            "The message names the path of the field."),
    Refusal(426, "NONEXISTENT_VERSION", "This version is not served.",
            "The message lists those that are."),
    Refusal(429, str(THROTTLED), "A limit is reached.",
            "Wait as many seconds as Retry-After says."),
    Refusal(500, "", "A fault of this server.", "Repeat later; report the x-li-uuid."),
)  # fmt: skip

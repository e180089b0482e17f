"""Kinds of fields that several records of the wire share, and what is said of bad ones."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from rsc import urns
from rsc.addresses import tidy_address

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")

# UTC milliseconds, up to the year 9999.
Millis = Annotated[int, msgspec.Meta(gt=0, le=253_402_300_799_999)]
Text = Annotated[str, msgspec.Meta(max_length=255)]
FilledText = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
ShortText = Annotated[str, msgspec.Meta(max_length=50)]
# Ids that some clients send as numbers (contract.md 24).
_Number = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
LooseId = Annotated[str, msgspec.Meta(max_length=255)] | _Number


class FieldRefused(ValueError):
    """A field's value is not allowed.

    Args:
        field: its path in canonical (v2) names, without the leading slash.
        why: the rest of the sentence.
    """

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"/{field} :: {why}")
        self.field = field
        self.why = why


class Person(msgspec.Struct, rename="camel"):
    """An author or interviewer: both names or nobody."""

    first_name: FilledText
    last_name: FilledText


def moment(millis: int) -> datetime:
    """A time of the wire as ours."""
    return _EPOCH + millis * _MILLISECOND


def millis(moment: datetime) -> int:
    """A time of ours as the wire has it."""
    return (moment - _EPOCH) // _MILLISECOND


def check_order(created: int, modified: int) -> None:
    """Raises FieldRefused when a record was changed before it was made."""
    if modified < created:
        raise FieldRefused("atsLastModifiedAt", "must not be before the time of creation")


def email(field: str, address: str) -> str:
    """An address of the form x@x.x, without space around; raises FieldRefused."""
    address = address.strip()
    if address and tidy_address(address) == address:
        return address  # as nearly all are, and whoever compares it asks for that form again
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise FieldRefused(field, "must look like name@host.domain")
    return address


def web_address(field: str, url: str) -> str:
    """A link that is safe to show to people.

    Raises:
        FieldRefused: longer than 2000 characters, or of another scheme than http and https.
    """
    url = url.strip()
    if not url or (len(url) <= 2000 and url.startswith(("https://", "http://"))):
        return url
    if not _SCHEME.match(url):
        url = f"https://{url.lstrip('/')}"
    if len(url) > 2000 or not url.lower().startswith(("https://", "http://")):
        raise FieldRefused(field, "must be a web address of at most 2000 characters")
    return url


def person_id(field: str, text: str) -> str:
    """The public id in a person URN; raises FieldRefused."""
    try:
        return urns.Urn.parse(text, urns.PERSON).id
    except urns.UrnError as error:
        raise FieldRefused(field, str(error)) from error


def text_of(value: str | int | None) -> str:
    """An id-like value as text; empty for none."""
    return "" if value is None else str(value)

"""Records that an ATS sent and we refused: field, reason, and what was sent, to be tried again.

What was sent is personal data. So it is sealed, shown by a right of its own, audited, and deleted
after RSC_RAW_RECORD_DAYS; the line without it stays as long as the request log.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.urls import resolve
from django.utils import timezone

from ats_sync.models import DeveloperApplication, RejectedRecord
from rsc import audit, sealing
from rsc.models import User

log = structlog.get_logger(__name__)

LARGEST = 200_000  # bytes of one record; a larger one is listed without its content


class NothingKept(LookupError):
    """What was sent is not kept any more, so it cannot be shown or tried again."""


@dataclass(frozen=True)
class Rejection:
    """One refused record on its way into the table.

    Attributes:
        record_id: as the request log names it.
        error: as the request log has it.
        sent: the request that would send this one record again; None when it cannot be made.
    """

    record_id: str
    error: dict[str, str | int]
    sent: dict[str, str] | None


def request_again(
    request: HttpRequest, *, method: str, version: str, label: str, raw: bytes
) -> dict[str, str] | None:
    """The request that sends one record of a batch again.

    Args:
        request: the one that carried the batch.
        method: its Rest.li method.
        version: its LinkedIn-Version; empty on a surface without.
        label: the record's key as a body spells it; empty for a record without a key.
        raw: the record's JSON.
    """
    if not raw or len(raw) > LARGEST:
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    query = ""
    if method == "batch_create":
        text = f'{{"elements": [{text}]}}'
    elif method.startswith("batch_"):
        query = urlencode({"ids": label})
        text = f'{{"entities": {{{json.dumps(label)}: {text}}}}}'
    return {
        "http": str(request.method), "path": request.path_info, "query": query, "method": method,
        "version": version, "body": text,
    }  # fmt: skip


def keep(ats_id: int, resource: str, li_uuid: str, rejections: Sequence[Rejection]) -> None:
    """Keep the refusals of one batch, in one statement; harms no answer.

    A record that was refused before has one row still, with the newest reason.
    """
    now = timezone.now()
    rows = {
        one.record_id: RejectedRecord(
            ats_id=ats_id,
            resource=resource[:60],
            record_id=one.record_id,
            field=one.error["field"],
            reason=one.error["message"],
            status=one.error["status"],
            request_uuid=uuid.UUID(li_uuid),
            at=now,
            sealed=sealing.seal(json.dumps(one.sent)) if one.sent and _kept_for() else "",
        )
        for one in rejections
    }
    changed = ["field", "reason", "status", "request_uuid", "at", "sealed", "settled_at"]
    try:
        with transaction.atomic():
            RejectedRecord.objects.bulk_create(
                [rows[name] for name in sorted(rows)],
                update_conflicts=True,
                unique_fields=["ats", "resource", "record_id"],
                update_fields=changed,
            )
    except DatabaseError as error:
        log.warning("rejections_not_kept", uuid=li_uuid, error=type(error).__name__)


def raw_of(row: RejectedRecord, *, actor: User) -> str:
    """What was sent, for somebody with the right to read it; audited. Raises NothingKept."""
    sent = _sent(row)
    audit.record("rejected_record.read", f"rejected_record:{row.pk}", actor=actor)
    body = json.loads(sent["body"])
    if sent["method"] == "batch_create":
        (body,) = body["elements"]
    elif sent["method"].startswith("batch_"):
        (body,) = body["entities"].values()
    return json.dumps(body, indent=2, ensure_ascii=False)


def try_again(row: RejectedRecord, *, actor: User) -> bool:
    """Send the record again as its ATS did, by today's rules; returns whether it was taken.

    It goes through the wire's own view, so that throttle, rules, log and counts are the same;
    the row is settled, or gets its new reason, by that.

    Raises:
        NothingKept: what was sent is gone.
    """
    sent = _sent(row)
    request = _request(sent, row.ats.application)
    audit.record("rejected_record.tried", f"rejected_record:{row.pk}", actor=actor)
    found = resolve(sent["path"])
    found.func(request, *found.args, **found.kwargs)
    row.refresh_from_db()
    return row.settled_at is not None


def _request(sent: dict[str, str], application: DeveloperApplication) -> Any:
    request: Any = HttpRequest()
    request.method = sent["http"]
    request.path = request.path_info = sent["path"]
    request.META = {
        "REQUEST_METHOD": sent["http"],
        "PATH_INFO": sent["path"],
        "QUERY_STRING": sent["query"],
        "CONTENT_TYPE": "application/json",
        "HTTP_X_RESTLI_METHOD": sent["method"],
        "HTTP_LINKEDIN_VERSION": sent["version"],
    }
    request._body = sent["body"].encode()
    request.li_uuid = str(uuid.uuid4())
    # The REST framework's own way to say who asks, without a token.
    request._force_auth_user = application
    return request


def sweep() -> int:
    """Delete what is past its keep: contents first, lines with the request log's; returns rows."""
    now = timezone.now()
    old = RejectedRecord.objects.filter(at__lt=now - _kept_for()).exclude(sealed="")
    count = old.update(sealed="")
    past_log = now - timedelta(days=settings.REQUEST_LOG_DAYS)
    return count + RejectedRecord.objects.filter(at__lt=past_log).delete()[0]


def _kept_for() -> timedelta:
    return timedelta(days=settings.RAW_RECORD_DAYS)


def _sent(row: RejectedRecord) -> dict[str, str]:
    if not row.sealed:
        raise NothingKept("What was sent is not kept any more.")
    try:
        found: dict[str, str] = json.loads(sealing.unseal(row.sealed))
    except sealing.SealBroken as error:
        raise NothingKept("It was sealed under another key of this server.") from error
    return found

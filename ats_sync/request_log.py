"""What ATSs asked and how it ended, kept for a while so that a uuid in a ticket can be looked up.

Ids and reasons only: never a record, never a value that a message quotes.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ats_sync.batches import run_kept
from ats_sync.models import ApiRequest, DeveloperApplication

log = structlog.get_logger(__name__)

# From the first quotation mark to the last: a quoted value may hold some itself.
_QUOTED = re.compile(r"['\"].*['\"]", re.DOTALL)
# Where a message names the record that it is about, of which the log has the id beside it.
_KEY = re.compile(r"(has the key ).*", re.DOTALL)
_FIELD = re.compile(r"/(?P<field>\S*) :: (?P<why>.*)", re.DOTALL)


@dataclass
class Entry:
    """One request, on its way into the log.

    Attributes:
        records: how many records it carried, of which `failed` were refused and `stale` ignored.
        record_ids: the records' own ids.
        errors: what `error_entry` made of each refusal.
        unknown_fields: names of fields that we do not know.
        ats_id: the ATS that wrote; None for requests that read, or of none in particular.
        taken_ids: the names of the records that were taken, as rejections have them.
    """

    li_uuid: str
    resource: str
    method: str
    status: int
    took_ms: int
    surface: str = ""
    version: str = ""
    application: DeveloperApplication | None = None
    records: int = 0
    failed: int = 0
    stale: int = 0
    record_ids: list[str] = field(default_factory=list)
    errors: list[dict[str, str | int]] = field(default_factory=list)
    unknown_fields: list[str] = field(default_factory=list)
    ats_id: int | None = None
    taken_ids: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """How many records were refused, alone or with the whole request."""
        return self.failed if self.status < 400 else self.records


def error_entry(record_id: str, status: int, message: str) -> dict[str, str | int]:
    """A refusal without what it quotes: {"id", "status", "field", "message"}."""
    found = _FIELD.fullmatch(message)
    why = _KEY.sub(r"\1…", found["why"] if found else message)
    return {
        "id": record_name(record_id),
        "status": status,
        "field": _storable(found["field"], 200) if found else "",
        "message": _storable(_QUOTED.sub("…", why), 500),
    }


def write(entry: Entry) -> None:
    """Keep an entry and count it for its ATS's day, in one statement.

    A log that cannot be written harms no answer.
    """
    try:
        run_kept(_INSERT, **_values(entry))
    except DatabaseError as error:
        log.warning("request_not_logged", uuid=entry.li_uuid, error=type(error).__name__)


def _values(entry: Entry) -> dict[str, Any]:
    names = {one: record_name(one) for one in dict.fromkeys((*entry.record_ids, *entry.taken_ids))}
    return {
        "uuid": uuid.UUID(entry.li_uuid),
        "at": timezone.now(),
        "application": entry.application.pk if entry.application else None,
        "surface": entry.surface[:4],
        "version": entry.version[:10],
        "resource": _storable(entry.resource, 60),
        "method": entry.method[:30],
        "status": entry.status,
        "records": entry.records,
        "failed": entry.failed,
        "stale": entry.stale,
        "took_ms": entry.took_ms,
        "record_ids": [names[one] for one in dict.fromkeys(entry.record_ids)],
        "errors": msgspec.json.encode(entry.errors).decode(),
        "unknown_fields": [_storable(one, 100) for one in entry.unknown_fields],
        "ats": entry.ats_id,
        "stored": entry.records - entry.rejected - entry.stale,
        "rejected": entry.rejected,
        "taken": [names[one] for one in entry.taken_ids],
    }


def record_name(record_id: str) -> str:
    """What stands in the log for a record's id: the id, or a checksum of it if so configured."""
    if settings.REQUEST_LOG_NAMES_RECORDS or not record_id:
        return _storable(record_id, 255)
    return salted_hmac("ats_sync.request_log", record_id, algorithm="sha256").hexdigest()[:32]


def _storable(text: str, longest: int) -> str:
    """A stranger's text as PostgreSQL can keep it."""
    if text.isprintable():
        return text[:longest]
    clean = text.replace("\0", "").encode("utf-8", "replace").decode()
    return clean[:longest]


def sweep(older_than: timedelta) -> int:
    """Delete entries of that age; returns how many."""
    return ApiRequest.objects.filter(at__lt=timezone.now() - older_than).delete()[0]


# A line of the log that a crash of the database loses harms nobody, so no answer waits for the
# disk here: the setting holds until this one statement is committed.
_INSERT = """
WITH counted AS (
    INSERT INTO ats_sync_feedday AS f
        (ats_id, resource, day, received, stored, rejected, stale, last_at)
    SELECT %(ats)s::bigint, %(resource)s, (%(at)s::timestamptz AT TIME ZONE 'UTC')::date,
        %(records)s, %(stored)s, %(rejected)s, %(stale)s, %(at)s::timestamptz
    WHERE %(ats)s::bigint IS NOT NULL
    ON CONFLICT (ats_id, day, resource) DO UPDATE
    SET received = f.received + EXCLUDED.received, stored = f.stored + EXCLUDED.stored,
        rejected = f.rejected + EXCLUDED.rejected, stale = f.stale + EXCLUDED.stale,
        last_at = EXCLUDED.last_at
),
settled AS (
    UPDATE ats_sync_rejectedrecord SET settled_at = %(at)s::timestamptz
    WHERE ats_id = %(ats)s::bigint AND settled_at IS NULL AND resource = %(resource)s
        AND record_id = ANY(%(taken)s::varchar[])
)
INSERT INTO ats_sync_apirequest
    (uuid, at, application_id, surface, version, resource, method, status, records, failed, stale,
     took_ms, record_ids, errors, unknown_fields)
SELECT %(uuid)s, %(at)s, %(application)s, %(surface)s, %(version)s, %(resource)s, %(method)s,
    %(status)s, %(records)s, %(failed)s, %(stale)s, %(took_ms)s, %(record_ids)s::varchar[],
    %(errors)s::jsonb, %(unknown_fields)s::varchar[]
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
"""

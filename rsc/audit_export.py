"""The audit as a file, each entry with its seal."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from rsc.models import AuditEntry, AuditSeal

COLUMNS = ("id", "at", "verb", "subject", "actor", "seat", "detail", "seal")
MANY = 1_000


def rows(entries: QuerySet[AuditEntry]) -> Iterator[dict[str, Any]]:
    """Entries as plain values, oldest first; people by their numbers."""
    last = 0
    while some := list(entries.order_by("pk").filter(pk__gt=last)[:MANY]):
        last = some[-1].pk
        seals = AuditSeal.objects.filter(entry_id__in=[one.pk for one in some])
        digests = dict(seals.values_list("entry_id", "digest"))
        for one in some:
            values = (one.pk, one.at.isoformat(), one.verb, one.subject, one.actor_id, one.seat_id,
                      one.detail, digests.get(one.pk, ""))  # fmt: skip
            yield dict(zip(COLUMNS, values, strict=True))


def json_lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """One JSON object a line."""
    for row in rows(entries):
        yield json.dumps(row) + "\n"


def csv_lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """The same as CSV, with headings."""
    written = csv.writer(_Echo())
    yield written.writerow(COLUMNS)
    for row in rows(entries):
        yield written.writerow([*list(row.values())[:6], json.dumps(row["detail"]), row["seal"]])


class _Echo:
    """Gives each line back to who writes it."""

    def write(self, line: str) -> str:
        return line

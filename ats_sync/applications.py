"""Applications as an ATS sends them; a hundred at once, in any order with what they hang on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from django.utils import timezone

from ats_sync import matching
from ats_sync.batches import BatchTable, Receipt, batch, run_kept
from ats_sync.candidates import CANDIDATE_OF_APPLICATION
from ats_sync.models import Application, Ats
from rsc.addresses import email_normal_form


class ApplicationRecord(msgspec.Struct, kw_only=True):
    """An application as received; the fields are those of the model."""

    external_id: str
    external_job_id: str
    job_name: str
    first_name: str
    external_created_at: datetime
    external_modified_at: datetime
    external_candidate_id: str = ""
    candidate_email: str = ""
    last_name: str = ""
    source: str = ""
    disposition_reason: str = ""
    access_restricted: bool | None = None
    candidate_email_key: str = ""

    def __post_init__(self) -> None:
        self.candidate_email_key = email_normal_form(self.candidate_email)


_TABLE = BatchTable(
    Application,
    columns=ApplicationRecord.__struct_fields__,
    stamp="external_modified_at",
    links={
        "candidate_id": CANDIDATE_OF_APPLICATION,
        "job_posting_id": """
            SELECT j.id FROM ats_sync_jobposting AS j
            WHERE j.ats_id = %(ats)s AND j.external_id = r.external_job_id
        """,
    },
    before=("candidate_id",),
)


def upsert(ats: Ats, records: Sequence[ApplicationRecord]) -> Receipt:
    """Store applications, join them to candidate and requisition, and their children to them.

    Each record replaces the stored one wholly, unless that is newer. What it hangs on may still
    be missing: it waits with an empty link.
    """
    with batch(ats.pk):
        written = _TABLE.upsert(ats.pk, records, timezone.now())
        if written:
            run_kept(_JOIN_CHILDREN, ats=ats.pk, applications=[row["id"] for row in written])
            concerned = {row["candidate_id"] for row in written}
            concerned |= {row["old_candidate_id"] for row in written}
            matching.follow_applications(ats, concerned - {None})
    return _TABLE.receipt(records, written)


def delete(ats: Ats, external_ids: Collection[str]) -> frozenset[str]:
    """Delete applications with their notes, stages and feedback.

    Returns:
        The ids without an application.
    """
    with batch(ats.pk):
        due = Application.objects.filter(ats=ats, external_id__in=list(external_ids))
        found = {external_id: (pk, candidate) for external_id, pk, candidate in
                 due.values_list("external_id", "pk", "candidate")}  # fmt: skip
        if found:
            Application.objects.filter(pk__in=[pk for pk, _ in found.values()]).delete()
            concerned = {candidate for _, candidate in found.values()}
            matching.follow_applications(ats, concerned - {None})
    return frozenset(set(external_ids) - found.keys())


def _join(table: str) -> str:
    return f"""
        UPDATE {table} AS child SET application_id = parent.id FROM parent
        WHERE child.ats_id = %(ats)s AND child.application_id IS NULL
            AND child.external_application_id = ANY(ARRAY(SELECT external_id FROM parent))
            AND child.external_application_id = parent.external_id
    """  # noqa: S608 - the name of a table of ours


_JOIN_CHILDREN = f"""
WITH parent AS MATERIALIZED (
        SELECT id, external_id FROM ats_sync_application WHERE id = ANY(%(applications)s)
    ),
    stages AS ({_join("ats_sync_applicationstage")}),
    notes AS ({_join("ats_sync_applicationnote")}),
    attachments AS (
        UPDATE ats_sync_attachment AS child SET application_id = parent.id FROM parent
        WHERE child.ats_id = %(ats)s AND child.parent = 'APPLICATION'
            AND child.application_id IS NULL
            AND child.external_parent_id = ANY(ARRAY(SELECT external_id FROM parent))
            AND child.external_parent_id = parent.external_id
    )
{_join("ats_sync_interviewfeedback")}
"""  # noqa: S608 - names of tables of ours

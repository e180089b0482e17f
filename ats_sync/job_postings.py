"""Requisitions as an ATS submits them, each with a receipt that can be polled (contract.md 5)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.utils import timezone

from ats_sync import footprints
from ats_sync.batches import BatchTable, batch, run
from ats_sync.models import Ats, JobPosting, JobPostingTask

LISTED_FOR = timedelta(days=180)
TASKS_KEPT_FOR = timedelta(days=30)


class Operation(enum.Enum):
    """What the ATS wants: the whole record stored, an old one listed again, or it closed."""

    PUT = "put"
    RENEW = "renew"
    CLOSE = "close"


class JobPostingRecord(msgspec.Struct, kw_only=True):
    """A requisition as received; the fields are those of the model."""

    external_id: str
    title: str = ""
    description: str = ""
    location: str = ""
    state: str = JobPosting.State.LISTED
    availability: str = JobPosting.Availability.PRIVATE
    access_restricted: bool | None = None
    company_job_code: str = ""
    apply_url: str = ""
    listed_at: datetime | None = None
    expires_at: datetime | None = None
    details: dict[str, Any] = {}


class Refusal(msgspec.Struct):
    """Why a submission was not taken."""

    status: int
    message: str


_TABLE = BatchTable(JobPosting, JobPostingRecord.__struct_fields__, before=("access_restricted",))


def submit(
    ats: Ats, submissions: Sequence[tuple[Operation, JobPostingRecord]]
) -> list[JobPostingTask | Refusal]:
    """Store, renew and close requisitions; applications that waited for them are joined.

    Putting a known one replaces it, putting an unknown one creates it, whatever the ATS called it.
    Closing one that is closed or unknown is refused (409), and so is renewing an unknown one (404).

    Args:
        ats: the ATS.
        submissions: at most one per requisition.

    Returns:
        In the order of the submissions, a finished task or a refusal.
    """
    now = timezone.now()
    with batch(ats.pk):
        outcomes = _decide(ats, submissions, now)
        records = [one for one in outcomes if isinstance(one, JobPostingRecord)]
        tasks = _receipts(ats, _store(ats, records, now), now)
    return [one if isinstance(one, Refusal) else tasks[one.external_id] for one in outcomes]


def _decide(
    ats: Ats, submissions: Sequence[tuple[Operation, JobPostingRecord]], now: datetime
) -> list[JobPostingRecord | Refusal]:
    """What to store for each submission, or why nothing."""
    names = [record.external_id for _, record in submissions]
    known = {
        job.external_id: job for job in JobPosting.objects.filter(ats=ats, external_id__in=names)
    }
    return [
        _decided(wanted, record, known.get(record.external_id), now)
        for wanted, record in submissions
    ]


def _decided(
    wanted: Operation, record: JobPostingRecord, known: JobPosting | None, now: datetime
) -> JobPostingRecord | Refusal:
    if wanted is Operation.PUT:
        return record
    if wanted is Operation.RENEW:
        if known is None:
            return Refusal(404, "the job posting does not exist")
        listed_at = record.listed_at or now
        return _changed(
            known,
            state=JobPosting.State.LISTED,
            listed_at=listed_at,
            expires_at=record.expires_at or listed_at + LISTED_FOR,
        )
    if known is None or known.state == JobPosting.State.CLOSED:
        return Refusal(409, "the job posting is closed already or does not exist")
    return _changed(known, state=JobPosting.State.CLOSED)


def _changed(job: JobPosting, **changes: Any) -> JobPostingRecord:
    """The stored requisition as a record, with some fields changed."""
    kept = {name: getattr(job, name) for name in JobPostingRecord.__struct_fields__}
    return JobPostingRecord(**{**kept, **changes})


def _store(ats: Ats, records: list[JobPostingRecord], now: datetime) -> dict[str, int]:
    """Write the records and join applications; returns row numbers by external id."""
    if not records:
        return {}
    written = _TABLE.upsert(ats.pk, records, now)
    run(_JOIN_APPLICATIONS, ats=ats.pk, jobs=[row["id"] for row in written])
    open_now = {record.external_id for record in records if record.access_restricted is False}
    open_before = {row["external_id"] for row in written if row["old_access_restricted"] is False}
    if turned := open_now ^ open_before:
        footprints.recompute(footprints.members_on_jobs(ats.pk, turned), ats)
    return {row["external_id"]: row["id"] for row in written}


def _receipts(ats: Ats, ids: dict[str, int], now: datetime) -> dict[str, JobPostingTask]:
    tasks = JobPostingTask.objects.bulk_create(
        JobPostingTask(
            ats=ats,
            external_job_posting_id=name,
            job_posting_id=pk,
            status=JobPostingTask.Status.SUCCEEDED,
            created_at=now,
        )
        for name, pk in ids.items()
    )
    return {task.external_job_posting_id: task for task in tasks}


def sweep_tasks() -> int:
    """Delete receipts past their keep of 30 days; returns how many. For a daily run."""
    past_keep = JobPostingTask.objects.filter(created_at__lt=timezone.now() - TASKS_KEPT_FOR)
    return past_keep.delete()[0]


_JOIN_APPLICATIONS = """
UPDATE ats_sync_application AS a SET job_posting_id = j.id
FROM ats_sync_jobposting AS j
WHERE j.id = ANY(%(jobs)s) AND a.ats_id = %(ats)s
    AND a.external_job_id = j.external_id AND a.job_posting_id IS NULL
"""

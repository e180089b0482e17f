"""Records as an ATS would send them, with everything that does not matter filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ats_sync.application_history import FeedbackRecord, StageRecord
from ats_sync.applications import ApplicationRecord
from ats_sync.candidates import CandidateRecord
from ats_sync.job_postings import JobPostingRecord
from ats_sync.notes import ApplicationNoteRecord, CandidateNoteRecord

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def candidate(external_id: str = "CAND-1", **fields) -> CandidateRecord:
    defaults = {
        "first_name": "Mae",
        "last_name": "Norris",
        "external_created_at": MONDAY,
        "external_modified_at": MONDAY,
    }
    return CandidateRecord(external_id=external_id, **{**defaults, **fields})


def application(external_id: str = "APP-1", **fields) -> ApplicationRecord:
    defaults = {
        "external_job_id": "REQ-1",
        "job_name": "Account Manager",
        "first_name": "Mae",
        "external_candidate_id": "CAND-1",
        "external_created_at": MONDAY,
        "external_modified_at": MONDAY,
    }
    return ApplicationRecord(external_id=external_id, **{**defaults, **fields})


def job(external_id: str = "REQ-1", **fields) -> JobPostingRecord:
    return JobPostingRecord(external_id=external_id, **{"title": "Account Manager", **fields})


def stage(external_id: str = "S1", **fields) -> StageRecord:
    defaults = {"external_application_id": "APP-1", "name": "New", "entered_at": MONDAY}
    return StageRecord(external_id=external_id, **{**defaults, **fields})


def feedback(external_id: str = "F1", **fields) -> FeedbackRecord:
    defaults = {"external_application_id": "APP-1", "text": "Hire"}
    return FeedbackRecord(external_id=external_id, **{**defaults, **fields})


def candidate_note(external_id: str = "N1", **fields) -> CandidateNoteRecord:
    defaults = {"external_candidate_id": "CAND-1", "text": "Strong."}
    return CandidateNoteRecord(external_id=external_id, **{**defaults, **fields})


def application_note(external_id: str = "AN1", **fields) -> ApplicationNoteRecord:
    defaults = {"external_application_id": "APP-1", "text": "Good fit."}
    return ApplicationNoteRecord(external_id=external_id, **{**defaults, **fields})

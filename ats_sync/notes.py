"""Notes from an ATS, on candidates and on applications; they may come before their parent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from ats_sync.application_history import (
    APPLICATION_OF_CHILD,
    ChildName,
    delete_children,
    upsert_children,
)
from ats_sync.batches import BatchTable, Receipt
from ats_sync.models import ApplicationNote, Ats, CandidateNote


class NoteRecord(msgspec.Struct, kw_only=True):
    """A note as received, whatever it is on."""

    external_id: str
    text: str
    author_first_name: str = ""
    author_last_name: str = ""
    written_at: datetime | None = None
    external_modified_at: datetime | None = None


class CandidateNoteRecord(NoteRecord, kw_only=True):
    external_candidate_id: str


class ApplicationNoteRecord(NoteRecord, kw_only=True):
    external_application_id: str


_ON_CANDIDATES = BatchTable(
    CandidateNote,
    CandidateNoteRecord.__struct_fields__,
    key=("external_candidate_id", "external_id"),
    stamp="external_modified_at",
    links={
        "candidate_id": """
            SELECT c.id FROM ats_sync_candidate AS c
            WHERE c.ats_id = %(ats)s AND c.external_id = r.external_candidate_id
        """
    },
)
_ON_APPLICATIONS = BatchTable(
    ApplicationNote,
    ApplicationNoteRecord.__struct_fields__,
    key=("external_application_id", "external_id"),
    stamp="external_modified_at",
    links={"application_id": APPLICATION_OF_CHILD},
)


def upsert_on_candidates(ats: Ats, records: Sequence[CandidateNoteRecord]) -> Receipt:
    """Store candidates' notes; where two versions bear a stamp, the older one is ignored."""
    return upsert_children(ats, _ON_CANDIDATES, records)


def upsert_on_applications(ats: Ats, records: Sequence[ApplicationNoteRecord]) -> Receipt:
    """Store applications' notes; where two versions bear a stamp, the older one is ignored."""
    return upsert_children(ats, _ON_APPLICATIONS, records)


def delete_on_candidates(ats: Ats, names: Collection[ChildName]) -> set[ChildName]:
    """Delete notes, named by (candidate's id, note's id); returns those that do not exist."""
    return delete_children(ats, _ON_CANDIDATES, names)


def delete_on_applications(ats: Ats, names: Collection[ChildName]) -> set[ChildName]:
    """Delete notes, named by (application's id, note's id); returns those that do not exist."""
    return delete_children(ats, _ON_APPLICATIONS, names)

"""Stages and interview feedback of applications, in batches; they may come before their parent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.utils import timezone

from ats_sync.batches import BatchTable, Receipt, batch
from ats_sync.models import ApplicationStage, Ats, InterviewFeedback

# The SQL that finds the application of a child `r`; notes use it as well.
APPLICATION_OF_CHILD = """
SELECT a.id FROM ats_sync_application AS a
WHERE a.ats_id = %(ats)s AND a.external_id = r.external_application_id
"""

# A child, as the ATS names it: its application's id and its own.
ChildName = tuple[str, str]


class StageRecord(msgspec.Struct, kw_only=True):
    """One dated visit to a stage."""

    external_application_id: str
    external_id: str
    name: str
    entered_at: datetime


class FeedbackRecord(msgspec.Struct, kw_only=True):
    """One interviewer's feedback."""

    external_application_id: str
    external_id: str
    author_first_name: str = ""
    author_last_name: str = ""
    text: str = ""
    evaluations: list[dict[str, Any]] = []
    kind: str = ""
    given_at: datetime | None = None


_KEY = ("external_application_id", "external_id")
_LINKS = {"application_id": APPLICATION_OF_CHILD}
_STAGES = BatchTable(ApplicationStage, StageRecord.__struct_fields__, key=_KEY, links=_LINKS)
_FEEDBACK = BatchTable(InterviewFeedback, FeedbackRecord.__struct_fields__, key=_KEY, links=_LINKS)


def upsert_stages(ats: Ats, records: Sequence[StageRecord]) -> Receipt:
    """Store stages. They bear no stamp, so the last one received wins."""
    return upsert_children(ats, _STAGES, records)


def upsert_feedback(ats: Ats, records: Sequence[FeedbackRecord]) -> Receipt:
    """Store feedback. It bears no stamp, so the last one received wins."""
    return upsert_children(ats, _FEEDBACK, records)


def delete_stages(ats: Ats, names: Collection[ChildName]) -> set[ChildName]:
    """Delete stages; returns those that do not exist."""
    return delete_children(ats, _STAGES, names)


def delete_feedback(ats: Ats, names: Collection[ChildName]) -> set[ChildName]:
    """Delete feedback; returns what does not exist."""
    return delete_children(ats, _FEEDBACK, names)


def upsert_children(ats: Ats, table: BatchTable, records: Sequence[Any]) -> Receipt:
    """Store children of any kind under the ATS's lock, so that parents find them and they them."""
    with batch(ats.pk):
        written = table.upsert(ats.pk, records, timezone.now())
    return table.receipt(records, written)


def delete_children(ats: Ats, table: BatchTable, names: Collection[ChildName]) -> set[ChildName]:
    """Delete children, each named by its parent's id and its own; returns those unknown."""
    with batch(ats.pk):
        return set(names) - table.delete(ats.pk, names)

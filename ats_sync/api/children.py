"""Notes, stages and interview feedback: below their parent on /v2 and flat on /rest
(contract.md 7, 9 and 21)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import msgspec

from ats_sync import application_history, notes
from ats_sync.api.applications import APPLICATION_KEY
from ats_sync.api.base import CONTEXT, OPTIONAL, PROVIDER, AtsResource
from ats_sync.api.candidates import CANDIDATE_KEY
from ats_sync.api.fields import FieldRefused, FilledText, Millis, Person, Text, moment
from ats_sync.application_history import ChildName, FeedbackRecord, StageRecord
from ats_sync.notes import ApplicationNoteRecord, CandidateNoteRecord
from ats_sync.restli.items import Item
from ats_sync.restli.keys import ComplexKey, SimpleKey

NOT_A_STAGE = "Not Available"


class NoteEntity(msgspec.Struct, rename="camel"):
    note: str | None = None
    author: Person | None = None
    ats_created_at: Millis | None = None
    ats_last_modified_at: Millis | None = None

    def fields(self) -> dict[str, Any]:
        """What notes on candidates and on applications have in common; a text is needed."""
        if not self.note:
            raise FieldRefused("note", "field is required and must not be empty")
        return {
            "text": self.note,
            "author_first_name": self.author.first_name if self.author else "",
            "author_last_name": self.author.last_name if self.author else "",
            "written_at": _moment(self.ats_created_at),
            "external_modified_at": _moment(self.ats_last_modified_at),
        }


class CandidateNoteEntity(NoteEntity):
    def record(self, name: ChildName) -> CandidateNoteRecord:
        return CandidateNoteRecord(
            external_candidate_id=name[0], external_id=name[1], **self.fields()
        )


class ApplicationNoteEntity(NoteEntity):
    def record(self, name: ChildName) -> ApplicationNoteRecord:
        return ApplicationNoteRecord(
            external_application_id=name[0], external_id=name[1], **self.fields()
        )


class StageEntity(msgspec.Struct, rename="camel"):
    stage: FilledText
    ats_created_at: Millis

    def record(self, name: ChildName) -> StageRecord:
        if not self.stage.strip() or self.stage.strip().casefold() == NOT_A_STAGE.casefold():
            raise FieldRefused("stage", f"must be the name of a stage, not {self.stage[:50]!r}")
        return StageRecord(
            external_application_id=name[0],
            external_id=name[1],
            name=self.stage.strip(),
            entered_at=moment(self.ats_created_at),
        )


class Evaluation(msgspec.Struct, omit_defaults=True):
    attribute: FilledText
    result: Text | None = None


class FeedbackEntity(msgspec.Struct, rename="camel"):
    ats_created_at: Millis | None = None
    interviewer: Person | None = None
    evaluations: list[Evaluation] | None = None
    feedback: str | None = None
    interview_type: Literal["PHONE_SCREEN", "ONSITE"] | None = None

    def record(self, name: ChildName) -> FeedbackRecord:
        return FeedbackRecord(
            external_application_id=name[0],
            external_id=name[1],
            author_first_name=self.interviewer.first_name if self.interviewer else "",
            author_last_name=self.interviewer.last_name if self.interviewer else "",
            text=self.feedback or "",
            evaluations=[msgspec.to_builtins(one) for one in self.evaluations or []],
            kind=self.interview_type or "",
            given_at=_moment(self.ats_created_at),
        )


class Children(AtsResource):
    """Records below a candidate or an application; they may come before it.

    Attributes of the class:
        entity: what a record looks like.
        upsert, drop_named: the verbs.
        parent_part: the part of the parent's key that is the parent's id.
    """

    key = SimpleKey()
    entity: ClassVar[type]
    upsert: ClassVar[Callable[..., Any]]
    drop_named: ClassVar[Callable[..., Any]]
    parent_part: ClassVar[str] = "atsJobApplicationId"
    renames = {
        "rest": {
            "atsCreatedAt": "externalCreatedAt",
            "atsLastModifiedAt": "externalLastModifiedAt",
        }
    }

    def batch_update(self, items: list[Item]) -> None:
        """Replace records whole."""
        self.store(items, self.entity, self.child_name, type(self).upsert)

    def batch_delete(self, items: list[Item]) -> None:
        """Delete records."""
        self.drop(items, self.child_name, type(self).drop_named)

    def child_name(self, item: Item) -> ChildName:
        """The parent's id and the record's own."""
        if self.parent_key is not None:
            return self.parent_key[self.parent_part], item.key.value
        return item.key["parent"], item.key["child"]


def _flat_key(parent: str, child: str) -> ComplexKey:
    """The key of a flat resource, whose parts are called so on the wire."""
    return ComplexKey(
        "parent",
        "child",
        CONTEXT,
        PROVIDER,
        optional=OPTIONAL,
        spellings={"rest": {"parent": parent, "child": child}},
    )


class CandidateNotes(Children):
    resource = "notes"
    counted_as = "candidateNotes"
    parent = CANDIDATE_KEY
    parent_part = "atsCandidateId"
    entity = CandidateNoteEntity
    upsert = staticmethod(notes.upsert_on_candidates)
    drop_named = staticmethod(notes.delete_on_candidates)


class FlatCandidateNotes(CandidateNotes):
    resource = "candidateNotes"
    parent = None
    key = _flat_key("externalCandidateId", "externalNoteId")


class ApplicationNotes(Children):
    resource = "notes"
    counted_as = "applicationNotes"
    parent = APPLICATION_KEY
    entity = ApplicationNoteEntity
    upsert = staticmethod(notes.upsert_on_applications)
    drop_named = staticmethod(notes.delete_on_applications)


class FlatApplicationNotes(ApplicationNotes):
    resource = "applicationNotes"
    parent = None
    key = _flat_key("externalJobApplicationId", "externalNoteId")


class Stages(Children):
    resource = "stages"
    counted_as = "stages"
    parent = APPLICATION_KEY
    entity = StageEntity
    upsert = staticmethod(application_history.upsert_stages)
    drop_named = staticmethod(application_history.delete_stages)


class FlatStages(Stages):
    resource = "applicationStage"
    parent = None
    key = _flat_key("jobApplicationId", "jobApplicationStageId")


class Feedback(Children):
    resource = "interviewFeedback"
    counted_as = "interviewFeedback"
    parent = APPLICATION_KEY
    entity = FeedbackEntity
    upsert = staticmethod(application_history.upsert_feedback)
    drop_named = staticmethod(application_history.delete_feedback)


class FlatFeedback(Feedback):
    resource = "applicationInterviewFeedbacks"
    parent = None
    key = _flat_key("jobApplicationId", "interviewFeedbackId")


def _moment(millis: int | None) -> Any:
    return None if millis is None else moment(millis)

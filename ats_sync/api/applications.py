"""`atsApplications` (contract.md 8)."""

from __future__ import annotations

from typing import Any

import msgspec

from ats_sync import applications
from ats_sync.api.base import CONTEXT, OPTIONAL, PROVIDER, AtsResource
from ats_sync.api.fields import (
    FieldRefused,
    FilledText,
    LooseId,
    Millis,
    Text,
    check_order,
    email,
    millis,
    moment,
    text_of,
)
from ats_sync.applications import ApplicationRecord
from ats_sync.models import Application
from ats_sync.restli.items import Item
from ats_sync.restli.keys import ComplexKey

APPLICATION_KEY = ComplexKey(
    "atsJobApplicationId",
    PROVIDER,
    CONTEXT,
    optional=OPTIONAL,
    also={"atsJobApplicationId": ("externalJobApplicationId", "jobApplicationId")},
)


class ApplicationEntity(msgspec.Struct, rename="camel"):
    ats_job_posting_id: LooseId
    ats_job_posting_name: FilledText
    first_name: FilledText
    ats_created_at: Millis
    ats_last_modified_at: Millis
    ats_candidate_id: LooseId | None = None
    candidate_email: str | None = None
    last_name: Text | None = None
    source: Text | None = None
    disposition_reason: Text | None = None
    access_restricted: bool | None = None

    def record(self, name: str) -> ApplicationRecord:
        """Ours; the candidate may be named by id, by address, or not at all."""
        check_order(self.ats_created_at, self.ats_last_modified_at)
        if self.ats_job_posting_id == "":
            raise FieldRefused("atsJobPostingId", "must not be empty")
        address = (self.candidate_email or "").strip()
        return ApplicationRecord(
            external_id=name,
            external_job_id=text_of(self.ats_job_posting_id),
            job_name=self.ats_job_posting_name,
            external_candidate_id=text_of(self.ats_candidate_id),
            candidate_email=email("candidateEmail", address) if address else "",
            first_name=self.first_name,
            last_name=self.last_name or "",
            source=self.source or "",
            disposition_reason=self.disposition_reason or "",
            access_restricted=self.access_restricted,
            external_created_at=moment(self.ats_created_at),
            external_modified_at=moment(self.ats_last_modified_at),
        )


class Applications(AtsResource):
    """Applications: replaced whole, read, deleted with all that hangs on them."""

    resource = "atsApplications"
    key = APPLICATION_KEY
    # No page shows the fields of the versioned surface, so the names that its neighbours use are
    # read, and the names that are published are written.
    also = {
        "externalCreatedAt": "atsCreatedAt",
        "externalLastModifiedAt": "atsLastModifiedAt",
        "externalCandidateId": "atsCandidateId",
        "externalJobPostingId": "atsJobPostingId",
        "externalJobPostingName": "atsJobPostingName",
    }

    def batch_update(self, items: list[Item]) -> None:
        """Replace applications whole; candidate and requisition may come later."""
        self.store(items, ApplicationEntity, external_id, applications.upsert)

    def batch_get(self, items: list[Item]) -> None:
        """All that is stored; an addition of ours. One query per ATS."""
        for ats, group in self.by_ats(items):
            names = [external_id(item) for item in group]
            found = Application.objects.filter(ats=ats, external_id__in=names)
            stored = {application.external_id: application for application in found}
            for item in group:
                if application := stored.get(external_id(item)):
                    item.found(_entity(application))

    def batch_delete(self, items: list[Item]) -> None:
        """Delete applications with their notes, stages and feedback."""
        self.drop(items, external_id, applications.delete)


def external_id(item: Item) -> str:
    """The application's id in its ATS."""
    return item.key["atsJobApplicationId"]


def _entity(application: Application) -> dict[str, Any]:
    fields = {
        "atsJobPostingId": application.external_job_id,
        "atsJobPostingName": application.job_name,
        "atsCandidateId": application.external_candidate_id,
        "candidateEmail": application.candidate_email,
        "firstName": application.first_name,
        "lastName": application.last_name,
        "source": application.source,
        "dispositionReason": application.disposition_reason,
        "accessRestricted": application.access_restricted,
        "atsCreatedAt": millis(application.external_created_at),
        "atsLastModifiedAt": millis(application.external_modified_at),
    }
    return {name: value for name, value in fields.items() if value not in ("", None)}

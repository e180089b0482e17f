"""What reads answer with, as Structs that exist for the documents only.

The code builds these answers as dicts; a test holds each real answer against its schema.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ats_sync.api.applications import ApplicationEntity
from ats_sync.api.candidates import CandidateEntity


class StoredCandidate(CandidateEntity, rename="camel", kw_only=True):
    """All that is stored, with the persons that the candidate was matched to."""

    matched_members: list[str]


class StoredApplication(ApplicationEntity):
    """All that is stored of an application."""


class UploadAnswer(msgspec.Struct, rename="camel"):
    """Where to send a file, and its name from then on."""

    media: str
    upload_url: str
    expires_at: int


class AclAnswer(msgspec.Struct, rename="camel"):
    """Which ACL opens an entity."""

    ats_entity_acl_id: str
    ats_entity_type: str
    ats_entity_id: str
    integration_context: str


class AssigneeAnswer(msgspec.Struct, rename="camel"):
    """Who is in an ACL."""

    ats_entity_acl_id: str
    ats_entity_type: str
    assignee: str
    integration_context: str


class TaskAnswer(msgspec.Struct, rename="camel"):
    """What became of a requisition that was submitted."""

    id: str
    external_job_posting_id: str
    status: str
    job_posting: str
    location: str
    error_message: str


class StatusAnswer(msgspec.Struct, rename="camel"):
    """Whether a requisition is listed."""

    external_job_posting_id: str
    listing_status: Literal["LISTED", "NOT_LISTED"]
    job_posting_info: dict[str, Any]
    raw_location: str


class IntegrationAnswer(msgspec.Struct, rename="camel"):
    """The state of one feature of one customer."""

    integration_context: str
    integration_type: str
    tenant_type: str
    integration_name: str
    status: str
    last_modified_at: int
    data_provider: str


class CredentialsAnswer(msgspec.Struct):
    client_id: str
    client_secret: str


class ProvisionedAnswer(msgspec.Struct):
    """One customer's application. Spelt as on the wire."""

    key: str
    credentials: CredentialsAnswer
    uniqueForeignId: str
    name: str
    description: str
    validJsSdkDomains: list[str]
    oauth2AuthorizedCallbackUrls: list[str]


class StubAnswer(msgspec.Struct, rename="camel"):
    """Who a member is; contact details only where the member agreed to share them."""

    first_name: str
    last_name: str
    headline: str
    location: str
    current_employer_names: list[str]
    current_job_title: str
    profile_url: str
    member: str
    email_address: str
    phone_number: str


class ExportedStub(StubAnswer, rename="camel"):
    exported_by: str
    exported_at: int
    ats_candidate_id: str


class ExportAnswer(msgspec.Struct, rename="camel"):
    """A member whom a recruiter exported, and for which requisition."""

    candidate: ExportedStub
    integration_context: str
    external_job_posting_id: str


class MailStubAnswer(StubAnswer, rename="camel"):
    """A member who answered an InMail and shares contact details."""

    id: int
    contract: str
    owner: str
    created: int


class SeatAnswer(msgspec.Struct, rename="camel"):
    id: int
    first_name: str
    last_name: str
    email: str
    member: str
    contract_id: int
    active: bool
    admin: bool


class SeatV2Answer(msgspec.Struct, rename="camel"):
    id: int
    contract: str
    member: str
    state: str
    seat_roles: list[str]
    created: dict[str, int]


class EventAnswer(msgspec.Struct, rename="camel"):
    """One InMail."""

    id: int
    thread_urn: str
    created_at: int
    author: str
    recipients: list[str]
    content: dict[str, Any]


class ProspectNoteAnswer(msgspec.Struct, rename="camel"):
    """A recruiter's note; a deleted one is not active and has no text."""

    id: int
    active: bool
    contract: str
    owner: str
    prospect: str
    created: int
    last_modified: int
    note: str


class ClosedProfileAnswer(msgspec.Struct, rename="camel"):
    """A person who left; every copy must be deleted."""

    member: str
    closed_at: int
    exported_to: list[dict[str, str]]
    ats_candidate_ids: list[str]


class PersonAnswer(msgspec.Struct, rename="camel"):
    id: str
    localized_first_name: str
    localized_last_name: str

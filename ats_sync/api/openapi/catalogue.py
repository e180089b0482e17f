"""What the documents say of each resource beyond its own declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ats_sync.api import (
    acls,
    applications,
    attachments,
    candidates,
    children,
    closed_profiles,
    conversation_events,
    exported_candidates,
    integrations,
    job_posting_entity,
    job_postings,
    mail_stubs,
    prospect_notes,
    resumes,
    seats,
)
from ats_sync.api import provisioned_applications as provisioned
from ats_sync.api.openapi import answers

# The customer, contract and person of all examples (contract.md 26).
ORGANIZATION = "urn:li:organization:51000"
CONTRACT = "urn:li:contract:52000"
SEAT = "urn:li:seat:53000"
PERSON = "urn:li:person:Ab3dEf6hIj9"
SOME_TIME = "1773230400000"
# What each part of a key or parameter of a finder may look like.
SAMPLES = {
    "integrationContext": ORGANIZATION,
    "dataProvider": "ATS",
    "tenantType": "RECRUITER",
    "integrationType": "ONE_CLICK_EXPORT",
    "configurationKey": "CALLBACK_URL",
    "atsCandidateId": "CAND-1",
    "externalCandidateId": "CAND-1",
    "atsJobApplicationId": "APP-1",
    "externalJobApplicationId": "APP-1",
    "jobApplicationId": "APP-1",
    "externalNoteId": "N1",
    "jobApplicationStageId": "S1",
    "interviewFeedbackId": "F1",
    "attachmentType": "RESUME",
    "externalAttachmentId": "CV-1",
    "externalReferenceEntityId": "CAND-1",
    "externalReferenceEntityType": "CANDIDATE",
    "atsEntityAclId": "TEAM-A",
    "entityAclId": "TEAM-A",
    "atsEntityType": "JOB_POSTING",
    "entityType": "JOB_POSTING",
    "atsEntityId": "REQ-100",
    "entityId": "REQ-100",
    "assignee": PERSON,
    "contract": CONTRACT,
    "contracts": CONTRACT,
    "owners": SEAT,
    "viewer": SEAT,
    "threadUrn": "urn:li:messagingThread:7",
    "requestId": "12",
    "uniqueForeignId": "customer-12",
    "active": "true",
    "states": "ACTIVE",
    "key": "urn:li:developerApplication:9",
    "id": "N1",
    **dict.fromkeys(
        (
            "closedAfter", "createdDateStart", "createdDateEnd", "cutoffDate", "beforeDate",
            "timeRange.start", "timeRange.end",
        ),
        SOME_TIME,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class About:
    """A resource for the reader.

    Attributes:
        text: what it is for, in a sentence or two.
        chapter: the group that it stands in.
        sent, told: Structs of the records that are written and read; None for empty ones.
        finders: for each finder its parameters; a required one ends with a star.
        patched: an example of what a patch sets.
        example: an example of a record, where no story of fixtures/wire tells one.
        actions: for each action an example of its parameters.
        hidden: methods that exist only to be refused well.
    """

    text: str
    chapter: str
    sent: type | None = None
    told: type | None = None
    finders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patched: Mapping[str, Any] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)
    actions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


SYNC, ACCESS, ACTIVITY = "Synchronization", "Activation", "Activity"
CHAPTERS = {
    "Tokens": "Where every call starts. Errors are in OAuth's own form.",
    ACCESS: "One application per customer, and the features that the customer switched on.",
    SYNC: "What the ATS sends, each record whole, as often as it likes.",
    ACTIVITY: "What recruiters did that an ATS may know.",
}
_NOTES = "Notes of people at the company; they may come before what they belong to."
_CANDIDATE_NOTE = About(_NOTES, SYNC, sent=children.CandidateNoteEntity)
_APPLICATION_NOTE = About(_NOTES, SYNC, sent=children.ApplicationNoteEntity)
_STAGE = About("Dated steps of an application.", SYNC, sent=children.StageEntity)
_FEEDBACK = About("What interviewers said.", SYNC, sent=children.FeedbackEntity)
_CONFIGURATION = About(
    "Values of features: a callback URL, or who may see what.",
    ACCESS,
    sent=integrations.Configuration,
    told=integrations.Configuration,
    example={"configurationValue": {"string": "https://ats.example/notices"}},
)

ABOUT: Mapping[type, About] = {
    provisioned.ProvisionedApplications: About(
        "A vendor makes one application per customer, with the vendor's own token.",
        ACCESS,
        sent=provisioned.NewApplication,
        told=answers.ProvisionedAnswer,
        finders={"credentialsByUniqueForeignId": ("uniqueForeignId*",)},
        patched={"name": "Customer Twelve"},
        example={
            "uniqueForeignId": "customer-12",
            "name": "Customer Twelve",
            "description": "The connection of customer twelve",
        },
    ),
    provisioned.DeveloperApplicationsSecurity: About(
        "A second secret beside the live one, so that secrets can be changed without a pause.",
        ACCESS,
        actions={
            "rollDeveloperApplicationSecret": {
                "childDeveloperApplication": "urn:li:developerApplication:9"
            },
            "deleteDeveloperApplicationSecret": {"clientSecret": "the-older-secret"},
        },
    ),
    integrations.Integrations: About(
        "The features of a customer. To name one is to say that the vendor is ready.",
        ACCESS,
        told=answers.IntegrationAnswer,
        finders={"request": ("requestId*",)},
        patched={"integrationName": "Acme ATS"},
    ),
    integrations.Configurations: _CONFIGURATION,
    integrations.FlatConfigurations: _CONFIGURATION,
    job_postings.SimpleJobPostings: About(
        "Takes requisitions. Each accepted one answers with a task.",
        SYNC,
        sent=job_posting_entity.JobPostingEntity,
        hidden=frozenset({"create"}),
    ),
    job_postings.SimpleJobPostingTasks: About(
        "What became of requisitions that were submitted.", SYNC, told=answers.TaskAnswer
    ),
    job_postings.JobPostingStatuses: About(
        "Whether requisitions are listed, by the ATS's own ids.", SYNC, told=answers.StatusAnswer
    ),
    candidates.Candidates: About(
        "The candidates of the ATS, and the persons that they were matched to.",
        SYNC,
        sent=candidates.CandidateEntity,
        told=answers.StoredCandidate,
        patched={"manualMatchedMember": PERSON},
    ),
    children.CandidateNotes: _CANDIDATE_NOTE,
    children.FlatCandidateNotes: _CANDIDATE_NOTE,
    applications.Applications: About(
        "Applications of candidates to requisitions.",
        SYNC,
        sent=applications.ApplicationEntity,
        told=answers.StoredApplication,
    ),
    children.ApplicationNotes: _APPLICATION_NOTE,
    children.FlatApplicationNotes: _APPLICATION_NOTE,
    children.Stages: _STAGE,
    children.FlatStages: _STAGE,
    children.Feedback: _FEEDBACK,
    children.FlatFeedback: _FEEDBACK,
    acls.EntityAcls: About(
        "Which requisitions an ACL opens; the id PUBLIC opens one to everybody.",
        SYNC,
        told=answers.AclAnswer,
        finders={
            "criteria": ("integrationContext*", "atsEntityId", "atsEntityType", "atsEntityAclId")
        },
    ),
    acls.EntityAclAssignees: About(
        "Which persons are in an ACL.",
        SYNC,
        told=answers.AssigneeAnswer,
        finders={"criteria": ("integrationContext*", "assignee", "atsEntityAclId")},
    ),
    attachments.Attachments: About(
        "Resumes of candidates and applications, as base64. Nobody reads them back over the wire.",
        SYNC,
        sent=attachments.AttachmentEntity,
        example={"externalFileName": "mae.txt", "content": "TWFlIE5vcnJpcw==", "fileType": "TXT"},
    ),
    resumes.HireMediaUrl: About(
        "The first of three steps: ask where to send a file. Then PUT it there, and name its "
        "`media` in `resumes`. What the answer holds is an addition of this project.",
        SYNC,
        sent=resumes.WantedUpload,
        told=answers.UploadAnswer,
        example={
            "contentType": "application/pdf",
            "fileName": "mae.pdf",
            "hiringContext": ORGANIZATION,
            "usageParameters": {"recruiterSystemConnectResumeParameters": {}},
        },
    ),
    resumes.Resumes: About(
        "Files of an application: sent to `hireMediaUrl` before, or as base64 in the record.",
        SYNC,
        sent=resumes.ResumeEntity,
        example={"fileName": "mae.txt", "content": "TWFlIE5vcnJpcw=="},
    ),
    exported_candidates.ExportedCandidates: About(
        "The member that a recruiter exported, by the id that our notice brought.",
        ACTIVITY,
        told=answers.ExportAnswer,
        finders={"request": ("requestId*",)},
        patched={"exportStatus": "SUCCEEDED"},
    ),
    seats.Seats: About(
        "The older list of seats, with names and addresses.",
        ACTIVITY,
        told=answers.SeatAnswer,
        finders={"seatsByAttributes": ("contracts*", "active")},
    ),
    seats.SeatsV2: About(
        "Seats without personal data but the person's URN.",
        ACTIVITY,
        told=answers.SeatV2Answer,
        finders={"attributes": ("contracts*", "states", "start*")},
    ),
    conversation_events.ConversationEvents: About(
        "The InMails of one seat.",
        ACTIVITY,
        told=answers.EventAnswer,
        finders={"criteria": ("viewer*", "timeRange.start", "timeRange.end", "threadUrn")},
    ),
    mail_stubs.MailStubs: About(
        "Members who answered an InMail and share their contact details.",
        ACTIVITY,
        told=answers.MailStubAnswer,
        finders={"contract": ("contract*", "owners", "createdDateStart", "createdDateEnd")},
    ),
    prospect_notes.ProspectNotes: About(
        "What recruiters noted about members, for everyone on the contract.",
        ACTIVITY,
        told=answers.ProspectNoteAnswer,
        finders={"criteria": ("contract*", "owners", "cutoffDate", "beforeDate")},
    ),
    closed_profiles.ClosedCandidateProfiles: About(
        "People who left, whose copies the ATS must delete. An addition of this project.",
        ACTIVITY,
        told=answers.ClosedProfileAnswer,
        finders={"criteria": ("integrationContext*", "closedAfter")},
    ),
}

"""What ATSs told us, and what connects them to members; one noun a file."""

from ats_sync.models.acl import EntityAcl, EntityAclAssignee
from ats_sync.models.application import Application, ApplicationStage, InterviewFeedback
from ats_sync.models.ats_person import AtsPerson
from ats_sync.models.attachment import Attachment
from ats_sync.models.candidate import Candidate, Match
from ats_sync.models.closed_profile import ClosedProfile
from ats_sync.models.developer_application import ApplicationSecret, DeveloperApplication
from ats_sync.models.erasure import Erasure
from ats_sync.models.export import CallbackDelivery, Export
from ats_sync.models.feed import FeedAlarm, FeedDay, RejectedRecord
from ats_sync.models.identity import (
    CandidateIdentity,
    CandidateKey,
    HeavyKey,
    IdentityBlock,
    IdentityEvent,
    MatchModel,
    MemberIdentity,
    MemberKey,
    NameCount,
    RematchRun,
)
from ats_sync.models.integration import Ats, Integration, IntegrationSetting
from ats_sync.models.job_posting import JobPosting, JobPostingTask
from ats_sync.models.key_secret import KeySecret
from ats_sync.models.note import ApplicationNote, CandidateNote
from ats_sync.models.project_requisition import ProjectRequisition
from ats_sync.models.request_log import ApiRequest, ApiUsage
from ats_sync.models.resume_upload import ResumeUpload
from ats_sync.models.retention import RetentionRule
from ats_sync.models.sandbox_purge import SandboxPurge
from ats_sync.models.setup_link import SetupLink
from ats_sync.models.webhook import WebhookDelivery, WebhookEndpoint, WebhookSecret

__all__ = [
    "ApiRequest",
    "ApiUsage",
    "Application",
    "ApplicationNote",
    "ApplicationSecret",
    "ApplicationStage",
    "Ats",
    "AtsPerson",
    "Attachment",
    "CallbackDelivery",
    "Candidate",
    "CandidateIdentity",
    "CandidateKey",
    "CandidateNote",
    "ClosedProfile",
    "DeveloperApplication",
    "EntityAcl",
    "EntityAclAssignee",
    "Erasure",
    "Export",
    "FeedAlarm",
    "FeedDay",
    "HeavyKey",
    "IdentityBlock",
    "IdentityEvent",
    "Integration",
    "IntegrationSetting",
    "InterviewFeedback",
    "JobPosting",
    "JobPostingTask",
    "KeySecret",
    "Match",
    "MatchModel",
    "MemberIdentity",
    "MemberKey",
    "NameCount",
    "ProjectRequisition",
    "RejectedRecord",
    "RematchRun",
    "ResumeUpload",
    "RetentionRule",
    "SandboxPurge",
    "SetupLink",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookSecret",
]

"""Activation, applications of vendors, and what ATSs have sent."""

from ats_sync.admin import protection, reports, why
from ats_sync.admin.applications import DeveloperApplicationAdmin
from ats_sync.admin.ats import AtsAdmin
from ats_sync.admin.matches import MatchAdmin
from ats_sync.admin.rejected import RejectedRecordAdmin
from ats_sync.admin.synced import CandidateAdmin
from ats_sync.admin.traffic import ApiRequestAdmin
from ats_sync.admin.webhooks import WebhookEndpointAdmin

__all__ = [
    "ApiRequestAdmin",
    "AtsAdmin",
    "CandidateAdmin",
    "DeveloperApplicationAdmin",
    "MatchAdmin",
    "RejectedRecordAdmin",
    "WebhookEndpointAdmin",
    "protection",
    "reports",
    "why",
]

"""Members, projects and what the search knows; one noun a file."""

from recruiter.models.activity import Activity, BrandEngagement, Connection
from recruiter.models.document import FacetValue, MemberDocument
from recruiter.models.footprint import AtsFootprint, FactLogEntry, TokenHolder, VisibilityToken
from recruiter.models.inmail import ContactShare, Conversation, InMail
from recruiter.models.member import (
    Education,
    Member,
    MemberEmail,
    MemberPhone,
    Position,
    Recommendation,
)
from recruiter.models.note import RecruiterNote
from recruiter.models.project import Project, ProjectStage, Prospect

__all__ = [
    "Activity",
    "AtsFootprint",
    "BrandEngagement",
    "Connection",
    "ContactShare",
    "Conversation",
    "Education",
    "FacetValue",
    "FactLogEntry",
    "InMail",
    "Member",
    "MemberDocument",
    "MemberEmail",
    "MemberPhone",
    "Position",
    "Project",
    "ProjectStage",
    "Prospect",
    "Recommendation",
    "RecruiterNote",
    "TokenHolder",
    "VisibilityToken",
]

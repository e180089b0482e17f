"""Members, projects and what the search knows; one noun a file."""

from recruiter.models.activity import Activity, BrandEngagement, Connection
from recruiter.models.attachment import MemberAttachment
from recruiter.models.credit import CreditEntry
from recruiter.models.data_copy import DataCopy
from recruiter.models.document import FacetValue, MemberDocument
from recruiter.models.enclosure import Enclosure
from recruiter.models.follow import Follow, MemberChange, MemberSnapshot
from recruiter.models.footprint import AtsFootprint, FactLogEntry, TokenHolder, VisibilityToken
from recruiter.models.inmail import ContactShare, Conversation, InMail, InMailBlock
from recruiter.models.member import (
    Education,
    Member,
    MemberEmail,
    MemberPhone,
    Position,
    Recommendation,
)
from recruiter.models.message_template import MessageTemplate, Signature
from recruiter.models.note import RecruiterNote
from recruiter.models.pdf import ProfilePdf
from recruiter.models.preferences import SeatPreferences
from recruiter.models.project import Project, ProjectStage, Prospect
from recruiter.models.reminder import Reminder
from recruiter.models.tag import MemberTag, Tag

__all__ = [
    "Activity",
    "AtsFootprint",
    "BrandEngagement",
    "Connection",
    "ContactShare",
    "Conversation",
    "CreditEntry",
    "DataCopy",
    "Education",
    "Enclosure",
    "FacetValue",
    "FactLogEntry",
    "Follow",
    "InMail",
    "InMailBlock",
    "Member",
    "MemberAttachment",
    "MemberChange",
    "MemberDocument",
    "MemberEmail",
    "MemberPhone",
    "MemberSnapshot",
    "MemberTag",
    "MessageTemplate",
    "Position",
    "ProfilePdf",
    "Project",
    "ProjectStage",
    "Prospect",
    "Recommendation",
    "RecruiterNote",
    "Reminder",
    "SeatPreferences",
    "Signature",
    "Tag",
    "TokenHolder",
    "VisibilityToken",
]

"""Members, projects and what the search knows; one noun a file."""

from recruiter.models.activity import Activity, BrandEngagement, Connection
from recruiter.models.attachment import MemberAttachment
from recruiter.models.consent import Consent, ConsentText
from recruiter.models.credit import CreditEntry
from recruiter.models.data_copy import DataCopy
from recruiter.models.document import FacetValue, IndexChange, IndexCheck, MemberDocument
from recruiter.models.enclosure import Enclosure
from recruiter.models.follow import Follow, MemberChange, MemberSnapshot
from recruiter.models.footprint import AtsFootprint, FactLogEntry, TokenHolder, VisibilityToken
from recruiter.models.inmail import ContactShare, Conversation, InMail, InMailBlock
from recruiter.models.legal_hold import LegalHold
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
from recruiter.models.people_import import ImportedPerson, PeopleImport
from recruiter.models.pipeline import PipelineChange, StageVisit
from recruiter.models.preferences import SeatPreferences
from recruiter.models.project import (
    EDITORS,
    PooledMember,
    Project,
    ProjectSeat,
    ProjectStage,
    Prospect,
)
from recruiter.models.reminder import Reminder
from recruiter.models.review import Review, ReviewRequest
from recruiter.models.saved_search import (
    SavedSearch,
    SearchAlert,
    SearchFind,
    SearchRun,
)
from recruiter.models.search_save import SearchSave
from recruiter.models.tag import MemberTag, Tag

__all__ = [
    "EDITORS",
    "Activity",
    "AtsFootprint",
    "BrandEngagement",
    "Connection",
    "Consent",
    "ConsentText",
    "ContactShare",
    "Conversation",
    "CreditEntry",
    "DataCopy",
    "Education",
    "Enclosure",
    "FacetValue",
    "FactLogEntry",
    "Follow",
    "ImportedPerson",
    "InMail",
    "InMailBlock",
    "IndexChange",
    "IndexCheck",
    "LegalHold",
    "Member",
    "MemberAttachment",
    "MemberChange",
    "MemberDocument",
    "MemberEmail",
    "MemberPhone",
    "MemberSnapshot",
    "MemberTag",
    "MessageTemplate",
    "PeopleImport",
    "PipelineChange",
    "PooledMember",
    "Position",
    "ProfilePdf",
    "Project",
    "ProjectSeat",
    "ProjectStage",
    "Prospect",
    "Recommendation",
    "RecruiterNote",
    "Reminder",
    "Review",
    "ReviewRequest",
    "SavedSearch",
    "SearchAlert",
    "SearchFind",
    "SearchRun",
    "SearchSave",
    "SeatPreferences",
    "Signature",
    "StageVisit",
    "Tag",
    "TokenHolder",
    "VisibilityToken",
]

"""What the ATS side keeps of candidates and of those who work in an ATS."""

from __future__ import annotations

from recruiter.personal_data import MEMBER
from rsc.personal_data import USER, declare, nothing_personal

CANDIDATE = "Candidates in ATSs"
_ATS = "the company's ATS"
_SYNC = "until the ATS deletes it, a retention rule does, the ATS is wiped or the person erased"
_BY_RIGHT = "seats to which the ATS's settings and ACLs open the requisition"
_COMPARE = "to know a person again"

declare(
    CANDIDATE,
    ("ats_sync.Candidate", "name, addresses, phones, employer, title, links", _ATS,
     "to show what the ATS knows", _SYNC, _BY_RIGHT),
    ("ats_sync.Application", "name, address, source, reason of rejection", _ATS,
     "past applicants, history", _SYNC, _BY_RIGHT),
    ("ats_sync.ApplicationStage", "stages over time", _ATS, "history", _SYNC, _BY_RIGHT),
    ("ats_sync.InterviewFeedback", "what interviewers wrote, and their names", _ATS, "history",
     _SYNC, _BY_RIGHT),
    ("ats_sync.CandidateNote", "notes, and their authors", _ATS, "history", _SYNC, _BY_RIGHT),
    ("ats_sync.ApplicationNote", "notes, and their authors", _ATS, "history", _SYNC, _BY_RIGHT),
    ("ats_sync.Attachment", "files and their text", _ATS, "history", _SYNC, _BY_RIGHT),
    ("ats_sync.ResumeUpload", "a file on its way", _ATS, "history", "a day", "nobody"),
    ("ats_sync.CandidateIdentity", "keyed hashes of a record", "the record", _COMPARE,
     "as the candidate", "nobody"),
    ("ats_sync.CandidateKey", "keyed hashes of a record", "the record", _COMPARE,
     "as the candidate", "nobody"),
    ("ats_sync.RejectedRecord", "a record as it was sent, sealed", _ATS, "to mend the feed",
     "a set time, or by a retention rule", "administrators with that right"),
    ("ats_sync.ApiRequest", "ids of records and reasons", _ATS, "to find a request again",
     "RSC_REQUEST_LOG_DAYS", "administrators"),
)  # fmt: skip
declare(
    MEMBER,
    ("ats_sync.Match", "who is whom, with reasons", "matching, or a person", "“In ATS”",
     "until unlinked for good or erased", _BY_RIGHT),
    ("ats_sync.MemberIdentity", "a profile in normal form", "the profile", _COMPARE,
     "until the account is closed", "nobody"),
    ("ats_sync.MemberKey", "keyed hashes of a profile", "the profile", _COMPARE,
     "until the account is closed", "nobody"),
    ("ats_sync.IdentityBlock", "who is not whom", "a person", "never to propose it again",
     "until lifted or erased", "administrators"),
    ("ats_sync.IdentityEvent", "numbers of rows", "matching", "to replay a decision",
     "for good: numbers only", "administrators"),
    ("ats_sync.Export", "who was exported, by whom, when", "recruiters", "1-click export",
     "by a retention rule", "the seat's contract; administrators"),
    ("ats_sync.ClosedProfile", "a public id and a time", "the member's closing",
     "ATSs learn whom to delete", "for good: a pseudonym", "ATSs that knew the person"),
)  # fmt: skip
declare(
    USER,
    ("ats_sync.AtsPerson", "name and address of somebody in an ATS", _ATS,
     "seats to ATS users", "as the ATS", "administrators"),
    ("ats_sync.EntityAclAssignee", "pseudonyms of people", _ATS, "who sees a requisition",
     _SYNC, "administrators"),
    ("ats_sync.SetupLink", "who made a link", "an administrator", "set-up of an ATS",
     "as the ATS", "administrators"),
    ("ats_sync.Erasure", "pseudonyms, counts and digests", "an erasure", "to show that it was done",
     "for good: pseudonyms only", "administrators"),
)  # fmt: skip
nothing_personal(
    "ats_sync.ApiUsage", "ats_sync.ApplicationSecret", "ats_sync.Ats", "ats_sync.CallbackDelivery",
    "ats_sync.DeveloperApplication", "ats_sync.EntityAcl", "ats_sync.FeedAlarm",
    "ats_sync.FeedDay", "ats_sync.HeavyKey", "ats_sync.Integration",
    "ats_sync.IntegrationSetting", "ats_sync.JobPosting", "ats_sync.JobPostingTask",
    "ats_sync.KeySecret",
    "ats_sync.MatchModel", "ats_sync.NameCount", "ats_sync.ProjectRequisition",
    "ats_sync.RematchRun", "ats_sync.RetentionRule", "ats_sync.SandboxPurge",
    "ats_sync.WebhookDelivery", "ats_sync.WebhookEndpoint", "ats_sync.WebhookSecret",
)  # fmt: skip

"""What the recruiters' side keeps of members and of those who work with them."""

from __future__ import annotations

from rsc.personal_data import USER, declare, nothing_personal

MEMBER = "Members"
_SELF = "the member, or the file that an operator imported"
_CLOSING = "until the account is closed"
_FOUND = "recruiters, unless the member hides"
_TEAM = "people on the recruiter's contract"
_MEMBER_ONLY = "the member"
_AS_MEMBER = "until the member's account is closed, or by a retention rule"

declare(
    MEMBER,
    ("recruiter.Member", "name, headline, summary, place, skills, languages, photo, settings",
     _SELF, "the profile", f"{_CLOSING}, or by a retention rule", _FOUND),
    ("recruiter.MemberEmail", "e-mail addresses", _SELF, "sign-in, matching", _CLOSING,
     "companies with whom the member shares"),
    ("recruiter.MemberPhone", "phone numbers", _SELF, "the profile", _CLOSING,
     "companies with whom the member shares"),
    ("recruiter.Position", "jobs", _SELF, "the profile", _CLOSING, _FOUND),
    ("recruiter.Education", "schools", _SELF, "the profile", _CLOSING, _FOUND),
    ("recruiter.Recommendation", "what others wrote, and their names", "the other member",
     "the profile", _CLOSING, _FOUND),
    ("recruiter.Connection", "who knows whom", "the members", "company connections", _CLOSING,
     "recruiters, as a count and a Spotlight"),
    ("recruiter.BrandEngagement", "follows of companies, visits", "the member",
     "the Spotlight of engagement", _CLOSING, "recruiters of that company"),
    ("recruiter.MemberDocument", "the words of the profile, for search", "the profile", "search",
     _CLOSING, "nobody reads it; results come of it"),
    ("recruiter.MemberSnapshot", "headline, job, place, skills when last looked at",
     "the profile", "to tell followers of changes", _CLOSING, "nobody"),
    ("recruiter.MemberChange", "what changed", "the profile", "Update me", _CLOSING,
     "seats that follow the member"),
    ("recruiter.DataCopy", "an archive of all of it", "the member asked", "right of access",
     "RSC_DATA_COPY_DAYS", _MEMBER_ONLY),
    ("recruiter.Conversation", "subject, answer, times", "recruiter and member", "InMail",
     _AS_MEMBER, _TEAM),
    ("recruiter.InMail", "messages", "recruiter and member", "InMail", _AS_MEMBER,
     "sender and member; the team where the company allows it"),
    ("recruiter.Enclosure", "files of messages", "recruiter and member", "InMail", _AS_MEMBER,
     "as the message"),
    ("recruiter.ContactShare", "an address and a number, for one company", "the member",
     "contact details for a company", "until withdrawn or closed", "people of that company"),
    ("recruiter.InMailBlock", "companies that may not write", "the member", "their choice",
     _CLOSING, _MEMBER_ONLY),
    ("recruiter.RecruiterNote", "notes about the member", "recruiters", "the team's work",
     f"{_AS_MEMBER}; the row stays without text so that ATSs delete their copy",
     "its author, the contract or the project, as the note says"),
    ("recruiter.MemberAttachment", "files kept with a member", "recruiters", "the team's work",
     _AS_MEMBER, _TEAM),
    ("recruiter.Activity", "who viewed, saved, wrote", "this server", "the team's overview",
     _AS_MEMBER, _TEAM),
    ("recruiter.Prospect", "in which pipeline and stage", "recruiters", "projects", _AS_MEMBER,
     "those who see the project"),
    ("recruiter.StageVisit", "stages over time", "recruiters", "projects", _AS_MEMBER,
     "those who see the project"),
    ("recruiter.PooledMember", "in which project's pool", "recruiters", "projects", _AS_MEMBER,
     "those who see the project"),
    ("recruiter.MemberTag", "tags", "recruiters", "the team's work", _AS_MEMBER, _TEAM),
    ("recruiter.Reminder", "a text and a date", "recruiters", "the team's work", _AS_MEMBER,
     "its author"),
    ("recruiter.Review", "a hiring manager's verdict", "hiring managers", "projects", _AS_MEMBER,
     "who asked, and the reviewer"),
    ("recruiter.Follow", "who follows whom", "recruiters", "Update me", _AS_MEMBER, "the seat"),
    ("recruiter.ProfilePdf", "profiles as files", "the profile", "Save to PDF", "a day",
     "who asked"),
    ("recruiter.ImportedPerson", "a name and an address from a file", "recruiters",
     "to find members by a list", "as the project, or until erased", "those who see the project"),
    ("recruiter.PeopleImport", "the file's text", "recruiters", "to find members by a list",
     "as the project; lines of an erased person are taken out", "those who see the project"),
    ("recruiter.AtsFootprint", "that a company's ATS knows the member", "matching",
     "“In ATS”, Past applicants", "while linked", "seats that hold its token"),
    ("recruiter.FactLogEntry", "numbers of members", "matching", "counts in search",
     "while linked", "nobody"),
    ("recruiter.Consent", "a pseudonym, the version of a text, a time", "who agreed",
     "to show what was agreed to", "for good: it holds pseudonyms only",
     "the member; administrators"),
    ("recruiter.LegalHold", "a number and a reason", "an administrator", "duties of the law",
     "for good", "administrators"),
)  # fmt: skip
declare(
    USER,
    ("recruiter.SavedSearch", "words typed", "recruiters", "search", "until deleted",
     "the seat; the project's people"),
    ("recruiter.SearchRun", "words typed", "recruiters", "search history",
     "some weeks, or by a retention rule", "the seat"),
    ("recruiter.SearchFind", "numbers of members", "search", "alerts", "as the alert", "the seat"),
    ("recruiter.SearchSave", "numbers of members", "search", "save all found", "a day, then with "
     "the seat's next one", "the seat"),
    ("recruiter.ReviewRequest", "an address of a reviewer, a message", "recruiters", "reviews",
     "as the project", "who asked, and the reviewer"),
    ("recruiter.SeatPreferences", "choices", "recruiters", "their choice", "as the seat",
     "the seat"),
    ("recruiter.Signature", "a text below messages", "recruiters", "InMail", "as the seat",
     "the seat"),
    ("recruiter.MessageTemplate", "texts", "recruiters", "InMail", "until deleted", _TEAM),
)  # fmt: skip
nothing_personal(
    "recruiter.ConsentText", "recruiter.CreditEntry", "recruiter.FacetValue",
    "recruiter.IndexChange", "recruiter.IndexCheck", "recruiter.PipelineChange",
    "recruiter.Project", "recruiter.ProjectSeat", "recruiter.ProjectStage",
    "recruiter.SearchAlert", "recruiter.Tag", "recruiter.TokenHolder",
    "recruiter.VisibilityToken",
)  # fmt: skip

"""The foreign paths in one flat table (contract.md 1.12)."""

from django.urls import path, re_path

from ats_sync.api import (
    acls,
    applications,
    attachments,
    authorization,
    candidates,
    children,
    closed_profiles,
    conversation_events,
    exported_candidates,
    integrations,
    introspection,
    job_postings,
    mail_stubs,
    oauth,
    prospect_notes,
    resumes,
    seats,
)
from ats_sync.api import provisioned_applications as provisioned
from ats_sync.api.base import UnknownResource

urlpatterns = [
    path("oauth/v2/accessToken", oauth.access_token, name="access_token"),
    path("oauth/v2/introspectToken", introspection.introspect_token, name="introspect_token"),
    path("oauth/v2/authorization", authorization.authorization, name="authorization"),
    path("v2/hireMedia/<ticket>", resumes.hire_media, name="hire_media"),
    re_path(
        r"^(?P<surface>v2|rest)/hireMediaUrl(/(?P<key>.+?))?/?$", resumes.HireMediaUrl.as_view()
    ),
    re_path(r"^(?P<surface>v2|rest)/me/?$", authorization.Me.as_view()),
    re_path(
        r"^(?P<surface>v2|rest)/provisionedApplications(/(?P<key>.+?))?/?$",
        provisioned.ProvisionedApplications.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/developerApplicationsSecurity/?$",
        provisioned.DeveloperApplicationsSecurity.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/(atsIntegrations|integrations)/(?P<parent>.+)"
        r"/configurations(/(?P<key>.+?))?/?$",
        integrations.Configurations.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/integrationConfigurations(/(?P<key>.+?))?/?$",
        integrations.FlatConfigurations.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/(atsIntegrations|integrations)(/(?P<key>.+?))?/?$",
        integrations.Integrations.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/simpleJobPostings(/(?P<key>.+?))?/?$",
        job_postings.SimpleJobPostings.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/simpleJobPostingTasks(/(?P<key>.+?))?/?$",
        job_postings.SimpleJobPostingTasks.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/jobPostingStatus(/(?P<key>.+?))?/?$",
        job_postings.JobPostingStatuses.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/(atsCandidates|candidates)/(?P<parent>.+)/notes(/(?P<key>.+?))?/?$",
        children.CandidateNotes.as_view(),
    ),
    re_path(
        r"^(?P<surface>rest)/candidateNotes(/(?P<key>.+?))?/?$",
        children.FlatCandidateNotes.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/(atsCandidates|candidates)(/(?P<key>.+?))?/?$",
        candidates.Candidates.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/atsApplications/(?P<parent>.+)/notes(/(?P<key>.+?))?/?$",
        children.ApplicationNotes.as_view(),
    ),
    re_path(
        r"^(?P<surface>rest)/applicationNotes(/(?P<key>.+?))?/?$",
        children.FlatApplicationNotes.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/atsApplications/(?P<parent>.+)/stages(/(?P<key>.+?))?/?$",
        children.Stages.as_view(),
    ),
    re_path(
        r"^(?P<surface>rest)/applicationStage(/(?P<key>.+?))?/?$",
        children.FlatStages.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/atsApplications/(?P<parent>.+)"
        r"/interviewFeedback(/(?P<key>.+?))?/?$",
        children.Feedback.as_view(),
    ),
    re_path(
        r"^(?P<surface>rest)/applicationInterviewFeedbacks(/(?P<key>.+?))?/?$",
        children.FlatFeedback.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/atsApplications/(?P<parent>.+)/resumes(/(?P<key>.+?))?/?$",
        resumes.Resumes.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/(atsApplications|jobApplications)(/(?P<key>.+?))?/?$",
        applications.Applications.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/(atsEntityAcls|entityAcls)(/(?P<key>.+?))?/?$",
        acls.EntityAcls.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/(atsEntityAclAssignees|entityAclAssignees)(/(?P<key>.+?))?/?$",
        acls.EntityAclAssignees.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/exportedCandidates(/(?P<key>.+?))?/?$",
        exported_candidates.ExportedCandidates.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/seats(/(?P<key>.+?))?/?$",
        seats.Seats.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/seatsV2(/(?P<key>.+?))?/?$",
        seats.SeatsV2.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/conversationEvents(/(?P<key>.+?))?/?$",
        conversation_events.ConversationEvents.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/mailStubs(/(?P<key>.+?))?/?$",
        mail_stubs.MailStubs.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/prospectNotes(/(?P<key>.+?))?/?$",
        prospect_notes.ProspectNotes.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/closedCandidateProfiles(/(?P<key>.+?))?/?$",
        closed_profiles.ClosedCandidateProfiles.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/attachments(/(?P<key>.+?))?/?$",
        attachments.Attachments.as_view(),
    ),
    # Last: whatever else is asked for on a surface does not exist.
    re_path(r"^(?P<surface>v2|rest)/(?P<path>[\s\S]*)$", UnknownResource.as_view()),
]

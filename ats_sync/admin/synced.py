"""What ATSs have sent, to be looked up and never touched: the ATS is where it is mended."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from ats_sync.models import (
    Application,
    Candidate,
    EntityAcl,
    EntityAclAssignee,
    JobPosting,
    Match,
)
from rsc.addresses import email_normal_form
from rsc.admin import ReadOnlyAdmin


class SyncedAdmin(ReadOnlyAdmin):
    """A long list: no count of everything, one query for a page of it."""

    show_full_result_count = False
    list_select_related = ["ats"]
    list_filter = ["ats"]
    ordering = ["-id"]


@admin.register(Candidate)
class CandidateAdmin(SyncedAdmin):
    list_display = ["full_name", "external_id", "ats", "emails", "member", "received_at"]
    search_fields = ["=external_id", "last_name__istartswith"]
    search_help_text = "The ATS's id, a whole e-mail address, or the begin of a last name."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Candidate]:
        return super().get_queryset(request).prefetch_related("matches__member")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Candidate], search_term: str
    ) -> tuple[QuerySet[Candidate], bool]:
        """An address is compared in its normal form, as matching does it."""
        if form := email_normal_form(search_term):
            return queryset.filter(email_keys__contains=[form]), False
        return super().get_search_results(request, queryset, search_term)

    def member(self, candidate: Candidate) -> str:
        """Whom the candidate is matched with."""
        live = [match for match in candidate.matches.all() if match.state in Match.LIVE]
        return ", ".join(match.member.full_name for match in live) or "-"


@admin.register(Application)
class ApplicationAdmin(SyncedAdmin):
    list_display = ["external_id", "job_name", "candidate", "waits_for", "ats", "received_at"]
    list_select_related = ["ats", "candidate"]
    search_fields = ["=external_id", "=external_job_id", "=external_candidate_id", "job_name"]
    raw_id_fields = ["candidate", "job_posting"]

    def waits_for(self, application: Application) -> str:
        """The parents that have not arrived."""
        missing = [
            name
            for name, parent in (
                ("candidate", application.candidate_id),
                ("requisition", application.job_posting_id),
            )
            if parent is None
        ]
        return ", ".join(missing) or "-"


@admin.register(JobPosting)
class JobPostingAdmin(SyncedAdmin):
    list_display = ["title", "external_id", "ats", "state", "availability", "received_at"]
    list_filter = ["state", "availability", "ats"]
    search_fields = ["=external_id", "=company_job_code", "title"]


@admin.register(EntityAcl)
class EntityAclAdmin(SyncedAdmin):
    list_display = ["acl_id", "entity_type", "entity_id", "ats"]
    search_fields = ["=acl_id", "=entity_id"]


@admin.register(EntityAclAssignee)
class EntityAclAssigneeAdmin(SyncedAdmin):
    list_display = ["acl_id", "entity_type", "person_id", "ats"]
    search_fields = ["=acl_id", "=person_id"]

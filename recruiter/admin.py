"""Members and projects, for operators who mend what people cannot."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from recruiter import members
from recruiter.models import (
    CreditEntry,
    Education,
    IndexCheck,
    Member,
    MemberEmail,
    MemberPhone,
    Position,
    Project,
    ProjectStage,
)
from rsc.addresses import email_normal_form


class EmailInline(admin.TabularInline):
    model = MemberEmail
    fields = ["address", "verified_at", "primary"]
    extra = 0


class PhoneInline(admin.TabularInline):
    model = MemberPhone
    extra = 0


class PositionInline(admin.StackedInline):
    model = Position
    fields = ["title", "employer", "company", "location", "started_on", "ended_on", "summary"]
    raw_id_fields = ["company"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Position]:
        return super().get_queryset(request).select_related("company")


class EducationInline(admin.TabularInline):
    model = Education
    extra = 0


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):
    """Accounts are closed, not deleted: closing takes everything along in the right order."""

    list_display = ["full_name", "headline", "location", "openness", "hidden", "closed_at"]
    list_filter = ["openness", "hidden_from_recruiters"]
    search_fields = ["last_name__istartswith", "first_name__istartswith", "=public_id", "=slug"]
    search_help_text = "Begin of a first or last name, a public id, or the end of a profile URL."
    show_full_result_count = False
    ordering = ["last_name", "first_name", "id"]
    raw_id_fields = ["user"]
    readonly_fields = ["public_id", "source_key", "last_seen_at", "last_replied_at", "closed_at"]
    inlines = [EmailInline, PhoneInline, PositionInline, EducationInline]
    actions = ["close_accounts"]
    fieldsets = [
        (None, {"fields": ["first_name", "last_name", "headline", "slug", "user", "public_id"]}),
        (
            "Profile",
            {"fields": ["summary", "industry", "location", "city", "region", "country_code",
                        "website", "skills", "languages"]},
        ),
        (
            "What others may know",
            {"fields": ["openness", "hidden_from_recruiters", "shares_with_third_parties"]},
        ),
        (
            "Where from, and when",
            {"fields": ["source_key", "last_seen_at", "last_replied_at", "closed_at"]},
        ),
    ]  # fmt: skip

    @admin.display(boolean=True, ordering="hidden_from_recruiters")
    def hidden(self, member: Member) -> bool:
        return member.hidden_from_recruiters

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        """Give a new member of a user that user's own person id."""
        if not change and obj.user:
            obj.public_id = obj.user.person_id
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Keep the form by which addresses are compared in step with the address."""
        if formset.model is MemberEmail:
            for one in formset.forms:
                one.instance.normal_form = email_normal_form(one.instance.address)
        super().save_formset(request, form, formset, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Tell search and matching."""
        super().save_related(request, form, formsets, change)
        members.tell_changed([form.instance.pk])

    @admin.action(description="Close the accounts", permissions=["change"])
    def close_accounts(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        """Nobody finds or opens the profiles any more."""
        chosen = list(queryset.open_accounts())
        for member in chosen:
            members.close_account(member)
        self.message_user(request, f"{len(chosen)} accounts are closed.")


class StageInline(admin.TabularInline):
    model = ProjectStage
    extra = 0


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    list_display = ["name", "company", "owner_name", "prospects", "private", "archived_at"]
    list_filter = ["private"]
    search_fields = ["name", "contract__company__name"]
    raw_id_fields = ["contract", "owner"]
    inlines = [StageInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        rows = super().get_queryset(request).select_related("contract__company", "owner__user")
        return rows.annotate(prospect_count=Count("prospects"))

    @admin.display(ordering="contract__company__name")
    def company(self, project: Project) -> str:
        return project.contract.company.name

    @admin.display(description="owner")
    def owner_name(self, project: Project) -> str:
        return project.owner.user.full_name

    @admin.display(ordering="prospect_count")
    def prospects(self, project: Any) -> int:
        return project.prospect_count


@admin.register(IndexCheck)
class IndexCheckAdmin(admin.ModelAdmin):
    """What recounts of the search index found; nobody writes here."""

    list_display = ["at", "questions", "found", "rebuilt"]
    list_filter = ["rebuilt"]
    readonly_fields = ["at", "questions", "differences", "rebuilt"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="differences")
    def found(self, check: IndexCheck) -> int:
        return len(check.differences)


@admin.register(CreditEntry)
class CreditEntryAdmin(admin.ModelAdmin):
    """The ledger of InMail credits. Credits can be given here; what is written stays."""

    list_display = ["at", "seat", "kind", "amount"]
    list_filter = ["kind"]
    list_select_related = ["seat__user", "seat__contract__company"]
    search_fields = ["seat__user__username", "=seat__id"]
    fields = ["seat", "amount"]
    raw_id_fields = ["seat"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: CreditEntry, form: Any, change: bool) -> None:
        """Count it for the month that runs."""
        obj.at = timezone.now()
        super().save_model(request, obj, form, change)

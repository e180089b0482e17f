"""What went over the wire: requests of ATSs, notices to them, and the exports behind these."""

from __future__ import annotations

import uuid

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from ats_sync import outcomes, request_log
from ats_sync.models import ApiRequest, CallbackDelivery, Export
from ats_sync.throttles import RESOURCES
from rsc.admin import ReadOnlyAdmin


class ResourceFilter(admin.SimpleListFilter):
    """By resource; the names are known, so that no table of millions is searched for them."""

    title = "resource"
    parameter_name = "resource"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(name, name) for name in RESOURCES]

    def queryset(self, request: HttpRequest, rows: QuerySet[ApiRequest]) -> QuerySet[ApiRequest]:
        return rows.filter(resource=self.value()) if self.value() else rows


class StatusFilter(admin.SimpleListFilter):
    """By the answer's own status, out of those that the contract knows."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        known = (200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 414, 422, 426, 429, 500)
        return [(str(status), str(status)) for status in known]

    def queryset(self, request: HttpRequest, rows: QuerySet[ApiRequest]) -> QuerySet[ApiRequest]:
        status = self.value() or ""
        return rows.filter(status=int(status)) if status.isdecimal() else rows


class OutcomeFilter(admin.SimpleListFilter):
    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("good", "Everything taken"),
            ("records", "Some records refused"),
            ("refused", "Refused (4xx)"),
            ("throttled", "Throttled (429)"),
            ("fault", "Our fault (5xx)"),
        ]

    def queryset(self, request: HttpRequest, rows: QuerySet[ApiRequest]) -> QuerySet[ApiRequest]:
        match self.value():
            case "good":
                return rows.filter(status__lt=400, failed=0)
            case "records":
                return rows.filter(status__lt=400, failed__gt=0)
            case "refused":
                return rows.filter(status__gte=400, status__lt=500)
            case "throttled":
                return rows.filter(status=429)
            case "fault":
                return rows.filter(status__gte=500)
        return rows


@admin.register(ApiRequest)
class ApiRequestAdmin(ReadOnlyAdmin):
    list_display = ["at", "call", "status", "outcome", "took", "short_uuid"]
    list_filter = [OutcomeFilter, StatusFilter, ResourceFilter, "application"]
    fields = [
        "uuid", "at", "application", "surface", "version", "resource", "method", "status", "took",
        "records", "failed", "stale", "record_ids", "refused", "unknown_fields",
    ]  # fmt: skip
    # Django shows the box only when there is a field; the search is our own.
    search_fields = ["=uuid"]
    search_help_text = "The x-li-uuid of the answer, or the ATS's id of a record."
    show_full_result_count = False
    ordering = ["-at"]

    @admin.display(ordering="resource")
    def call(self, row: ApiRequest) -> str:
        return f"{row.method} {row.resource}"

    @admin.display(description="records")
    def outcome(self, row: ApiRequest) -> str:
        """How many records came, and what was not taken of them."""
        parts = [str(row.records)]
        parts += [f"{row.failed} refused"] if row.failed else []
        parts += [f"{row.stale} out of date"] if row.stale else []
        return ", ".join(parts)

    @admin.display(ordering="took_ms")
    def took(self, row: ApiRequest) -> str:
        return f"{row.took_ms}\N{NO-BREAK SPACE}ms"

    @admin.display(description="x-li-uuid", ordering="uuid")
    def short_uuid(self, row: ApiRequest) -> str:
        return f"{str(row.uuid)[:8]}…"

    @admin.display(description="errors")
    def refused(self, row: ApiRequest) -> str:
        """Each refusal on a line of its own: record, status, field, reason."""
        lines = [
            (
                one["id"] or "the whole request",
                one["status"],
                f"/{one['field']}: " if one["field"] else "",
                one["message"],
            )
            for one in row.errors
        ]
        return format_html_join(mark_safe("<br>"), "<b>{}</b> {} {}{}", lines) or "-"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ApiRequest], search_term: str
    ) -> tuple[QuerySet[ApiRequest], bool]:
        """A uuid finds its request; any other text the requests with a record of that id."""
        text = search_term.strip()
        if not text:
            return queryset, False
        try:
            return queryset.filter(uuid=uuid.UUID(text)), False
        except ValueError:
            named = request_log.record_name(text)
            return queryset.filter(record_ids__contains=[named]), False


@admin.register(CallbackDelivery)
class CallbackDeliveryAdmin(ReadOnlyAdmin):
    list_display = [
        "id", "ats", "event", "state", "attempts", "last_status", "last_error", "created_at",
        "delivered_at", "next_attempt_at",
    ]  # fmt: skip
    list_select_related = ["ats"]
    list_filter = ["state", "event", "ats"]
    search_fields = ["=id"]
    search_help_text = "The requestId of the notice."
    actions = ["resend"]

    @admin.action(description="Send again under a new id", permissions=["view"])
    def resend(self, request: HttpRequest, queryset: QuerySet[CallbackDelivery]) -> None:
        """For notices that failed; those that still wait are sent by themselves."""
        chosen = queryset.filter(state=CallbackDelivery.State.FAILED).select_related("ats")
        count = len([outcomes.resend(delivery) for delivery in chosen])
        self.message_user(request, f"{count} notices are sent again.")


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "ats", "job_posting", "exported_by", "state", "failure"]
    list_select_related = ["ats", "job_posting", "seat__user", "delivery"]
    list_filter = ["ats"]
    search_fields = ["=delivery__id", "=job_posting__external_id"]
    search_help_text = "The requestId, or the ATS's id of the requisition."

    def exported_by(self, export: Export) -> str:
        return export.seat.user.full_name

    def get_queryset(self, request: HttpRequest) -> QuerySet[Export]:
        return super().get_queryset(request).with_state()

    def state(self, export: Export) -> str:
        return Export.State(export.state).label

"""Refused records: field, reason, what was sent for those who may read it, and another try."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from ats_sync import rejections
from ats_sync.models import RejectedRecord
from ats_sync.rejections import NothingKept
from rsc.admin import ReadOnlyAdmin

MOST = 100  # tried again in one go, as the browser waits


class SettledFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("standing", "Still refused"), ("settled", "Taken since")]

    def queryset(
        self, request: HttpRequest, rows: QuerySet[RejectedRecord]
    ) -> QuerySet[RejectedRecord]:
        if self.value():
            return rows.filter(settled_at__isnull=self.value() == "standing")
        return rows


@admin.register(RejectedRecord)
class RejectedRecordAdmin(ReadOnlyAdmin):
    list_display = ["record_id", "ats", "resource", "field", "reason", "at", "settled_at"]
    list_select_related = ["ats"]
    list_filter = [SettledFilter, "ats", "resource"]
    search_fields = ["=record_id", "=request_uuid"]
    search_help_text = "The ATS's id of the record, or the x-li-uuid of the answer."
    show_full_result_count = False
    actions = ["try_again"]
    change_form_template = "admin/ats_sync/rejectedrecord/change_form.html"
    fields = ["ats", "resource", "record_id", "field", "reason", "status", "request_uuid", "at",
              "settled_at"]  # fmt: skip

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """With what was sent, for those who have the right to read it; once a page, as audited."""
        request: HttpRequest = args[0]
        row = super().get_object(*args, **kwargs)
        if row is not None and request.user.has_perm("ats_sync.view_raw_record"):
            try:
                row.sent_text = rejections.raw_of(row, actor=request.user)
            except NothingKept as gone:
                row.sent_text = str(gone)
        return row

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.fields, "sent"] if hasattr(obj, "sent_text") else self.fields

    @admin.display(description="as it was sent")
    def sent(self, row: Any) -> str:
        return format_html("<pre>{}</pre>", row.sent_text)

    @admin.action(description="Try again by today's rules", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[RejectedRecord]) -> None:
        """At most a hundred; what was sent must still be kept."""
        taken = refused = gone = 0
        for row in queryset.select_related("ats__application")[:MOST]:
            try:
                done = rejections.try_again(row, actor=request.user)
            except NothingKept:
                gone += 1
                continue
            taken, refused = taken + done, refused + (not done)
        said = f"Taken now: {taken}, refused again: {refused}"
        self.message_user(request, said + (f", not kept any more: {gone}." if gone else "."))

"""People, companies, contracts and seats; the outbox and the audit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from rsc import audit_export, events, outbox, seat_admin, sign_on_admin  # noqa: F401 - register themselves
from rsc.models import AuditEntry, Company, Contract, OutboxEvent, Seat, User


class ReadOnlyAdmin(admin.ModelAdmin):
    """For rows that other code writes: they can be looked up, never touched."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ["username", "full_name", "email", "is_staff", "is_active", "last_login"]
    readonly_fields = ["person_id", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email", "time_zone", "person_id"]}),
        (
            "Rights in these settings",
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "email", "first_name", "last_name", "usable_password",
                           "password1", "password2"],
            },
        )
    ]  # fmt: skip


class ContractInline(admin.TabularInline):
    model = Contract
    fields = ["name", "active"]
    extra = 1
    show_change_link = True


@admin.register(Company)
class CompanyAdmin(admin.ModelAdmin):
    list_display = ["name", "organization", "contracts", "seats", "created_at"]
    search_fields = ["name", "=id"]
    inlines = [ContractInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                contract_count=Count("contracts", distinct=True),
                seat_count=Count("contracts__seats", distinct=True),
            )
        )

    @admin.display(description="URN", ordering="id")
    def organization(self, company: Company) -> str:
        return str(company.urn)

    @admin.display(ordering="contract_count")
    def contracts(self, company: Any) -> int:
        return company.contract_count

    @admin.display(ordering="seat_count")
    def seats(self, company: Any) -> int:
        return company.seat_count

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:
        """Tell those who count past applicants that the lookback may have changed."""
        super().save_model(request, obj, form, change)
        if change and form.has_changed():
            outbox.publish(events.COMPANY_CHANGED, obj.pk)


class SeatInline(admin.TabularInline):
    """The seats that there are. The person is text: a choice would cost a query per row."""

    model = Seat
    fields = ["person", "role", "state"]
    readonly_fields = ["person"]
    extra = 0
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seat]:
        # The contract is fetched too, as a seat's own text names its company.
        rows = super().get_queryset(request)
        return rows.select_related("user", "contract__company").order_by("id")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def person(self, seat: Seat) -> str:
        return f"{seat.user.full_name} ({seat.user.username})"


class NewSeatInline(admin.TabularInline):
    model = Seat
    verbose_name = "new seat"
    fields = ["user", "role", "state"]
    raw_id_fields = ["user"]
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seat]:
        return super().get_queryset(request).none()


@admin.register(Contract)
class ContractAdmin(admin.ModelAdmin):
    list_display = ["name", "company", "active", "seats", "created_at"]
    list_filter = ["active"]
    list_select_related = ["company"]
    search_fields = ["name", "company__name", "=id"]
    raw_id_fields = ["company"]
    inlines = [SeatInline, NewSeatInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contract]:
        rows = super().get_queryset(request).select_related("company")
        return rows.annotate(
            seat_count=Count("seats", filter=Q(seats__state=Seat.State.ACTIVE)),
        )

    @admin.display(description="active seats", ordering="seat_count")
    def seats(self, contract: Any) -> int:
        return contract.seat_count


class OutboxStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", "Waiting"), ("failing", "Failing"), ("shelf", "On the shelf"),
                ("done", "Delivered")]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        waiting = {"done_at": None, "shelved_at": None}
        match self.value():
            case "waiting":
                return queryset.filter(**waiting)
            case "failing":
                return queryset.filter(attempts__gt=0, **waiting)
            case "shelf":
                return queryset.filter(done_at=None, shelved_at__isnull=False)
            case "done":
                return queryset.filter(done_at__isnull=False)
        return queryset


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ["topic", "key", "state", "attempts", "created_at", "available_at", "error"]
    list_filter = [OutboxStateFilter, "topic"]
    search_fields = ["=key", "topic"]
    ordering = ["-id"]
    actions = ["retry_now"]

    def state(self, event: OutboxEvent) -> str:
        if event.done_at:
            return "Delivered"
        if event.shelved_at:
            return "On the shelf"
        return "Failing" if event.attempts else "Waiting"

    @admin.display(description="last error")
    def error(self, event: OutboxEvent) -> str:
        return event.last_error[:80]

    @admin.action(description="Retry now", permissions=["view"])
    def retry_now(self, request: HttpRequest, queryset: QuerySet[OutboxEvent]) -> None:
        """Deliver the chosen facts as soon as a worker is free; also those on the shelf."""
        count = outbox.retry(list(queryset.values_list("pk", flat=True)))
        self.message_user(request, f"{count} facts are due now.")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "verb", "subject", "actor", "seat_id"]
    list_select_related = ["actor"]
    list_filter = ["verb"]
    search_fields = ["=subject", "=verb", "=actor__username"]
    search_help_text = "A whole verb or subject (recruiter.Member:12), or who did it."
    date_hierarchy = "at"
    ordering = ["-at", "-id"]
    actions = ["as_csv", "as_json_lines"]

    @admin.action(description="Download as CSV", permissions=["view"])
    def as_csv(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> HttpResponseBase:
        """The chosen entries, each with its seal."""
        return self._file("audit.csv", "text/csv", audit_export.csv_lines(queryset))

    @admin.action(description="Download as JSON lines", permissions=["view"])
    def as_json_lines(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> HttpResponseBase:
        """The same for programs."""
        kind = "application/x-ndjson"
        return self._file("audit.jsonl", kind, audit_export.json_lines(queryset))

    def _file(self, name: str, kind: str, lines: Iterator[str]) -> HttpResponseBase:
        answer = StreamingHttpResponse(lines, content_type=kind)
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

"""Data protection: the map, persons, legal holds, retention, receipts, consents."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from ats_sync import erasure, person_export, persons, retention, sandbox, wiping
from ats_sync.erasure import NobodyFound, WorksHere
from ats_sync.models import Ats, Candidate, Erasure, RetentionRule
from ats_sync.personal_data import CANDIDATE  # noqa: F401 - its rows are declared by loading it
from recruiter import consents, legal_holds
from recruiter.legal_holds import HeldByLaw
from recruiter.models import Consent, ConsentText, LegalHold, Member
from rsc import audit, personal_data
from rsc.admin import ReadOnlyAdmin
from rsc.admin_site import Page
from rsc.models import Company

RIGHTS = ("ats_sync.view_erasure",)
for label, name in (
    ("Map of personal data", "map"),
    ("Find, copy or erase a person", "person"),
    ("Wipe an ATS", "wipe"),
):
    # Their addresses are among those of the receipts, below.
    page = Page("ats_sync", label, f"admin:ats_sync_erasure_{name}", RIGHTS, lambda site: [])
    admin.site.pages.append(page)


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Receipts; and the pages that make one."""

    list_display = ["id", "kind", "subject_names", "asked_by", "asked_at", "progress", "in_index"]
    list_filter = ["kind"]
    list_select_related = ["asked_by"]
    search_fields = ["subjects"]
    fields = ["kind", "subject_names", "asked_by", "asked_at", "progress", "told", "mentions",
              "in_index", "digest", "genuine"]  # fmt: skip

    @admin.display(description="pseudonyms")
    def subject_names(self, receipt: Erasure) -> str:
        return ", ".join(receipt.subjects)

    def progress(self, receipt: Erasure) -> str:
        if receipt.finished_at:
            return f"{receipt.total} rows, done {_time(receipt.finished_at)}"
        return f"{receipt.total} of {receipt.planned} rows so far"

    @admin.display(description="deleted")
    def told(self, receipt: Erasure) -> str:
        return ", ".join(f"{name} {each['rows']}" for name, each in receipt.counts.items()) or "-"

    @admin.display(description="mentioned by others in")
    def mentions(self, receipt: Erasure) -> str:
        return ", ".join(f"{name} {rows}" for name, rows in receipt.traces.items()) or "-"

    @admin.display(description="search index clean")
    def in_index(self, receipt: Erasure) -> str:
        if receipt.kind == Erasure.Kind.ATS:
            return "-"
        return _time(receipt.index_clean_at) if receipt.index_clean_at else "waits for a worker"

    @admin.display(boolean=True, description="as it was written")
    def genuine(self, receipt: Erasure) -> bool:
        return not receipt.finished_at or receipt.digest == erasure.digest_of(receipt)

    # ---------------------------------------------------------------------------------- its pages
    def get_urls(self) -> list[URLPattern]:
        pages = [("map", self.map), ("person", self.person), ("wipe", self.wipe)]
        wrap = self.admin_site.admin_view
        return [
            path(f"{name}/", wrap(view), name=f"ats_sync_erasure_{name}") for name, view in pages
        ] + super().get_urls()

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/ats_sync/erasure/{name}.html", context)

    def _receipt(self, receipt: Erasure) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:ats_sync_erasure_change", args=[receipt.pk]))

    def map(self, request: HttpRequest) -> HttpResponse:
        """What is held, of whom, from where, what for, how long, and who sees it."""
        if not request.user.has_perms(RIGHTS):
            raise PermissionDenied
        tables = personal_data.tables()
        return self._page(request, "map", "Map of personal data", tables=tables)

    def person(self, request: HttpRequest) -> HttpResponse:
        """Find a person; then a copy, or the erasure, confirmed by typing."""
        _operators_only(request)
        # Only ever in the body of a request: an address of somebody is no part of a URL.
        text = request.POST.get("text", "").strip()
        context: dict[str, Any] = {"text": text, "title": "Find, copy or erase a person"}
        if text:
            found = persons.find(text)
            verb = request.POST.get("verb", "find")
            audit.record(f"person.{verb}", "person", actor=request.user, subjects=found.subjects)
            if verb == "copy" and found.subjects:
                return _download(person_export.archive(found))
            if verb == "erase" and (done := self._erase(request, found, text)):
                return done
            context |= _found(found)
        return self._page(request, "person", **context)

    def _erase(self, request: HttpRequest, found: persons.Person, text: str) -> HttpResponse | None:
        if request.POST.get("again", "").strip() != text:
            messages.error(request, "Nothing was erased: type it once more, exactly.")
            return None
        try:
            look = bool(request.POST.get("look"))
            receipt = erasure.erase(found, actor=request.user, look=look)
        except (NobodyFound, WorksHere, HeldByLaw) as refusal:
            messages.error(request, str(refusal))
            return None
        messages.success(request, "Erased. This is the receipt.")
        return self._receipt(receipt)

    def wipe(self, request: HttpRequest) -> HttpResponse:
        """Choose an ATS, see what would go, confirm by typing its name."""
        _operators_only(request)
        chosen = request.POST.get("ats") or request.GET.get("ats", "")
        ats = Ats.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
        if ats and request.method == "POST":
            if request.POST.get("again", "").strip() == ats.name:
                try:
                    return self._receipt(wiping.ask(ats, actor=request.user))
                except (HeldByLaw, wiping.WipeRuns) as refusal:
                    messages.error(request, str(refusal))
            else:
                messages.error(request, "Nothing was wiped: type the name once more, exactly.")
        return self._page(
            request, "wipe", "Wipe an ATS", ats=ats, holds=sandbox.holds_on(ats) if ats else [],
            rows=wiping.preview(ats) if ats else {},
            choices=Ats.objects.select_related("company").order_by("company__name", "name"),
        )  # fmt: skip


def _time(at: datetime) -> str:
    return f"{timezone.localtime(at):%d %b %Y %H:%M}"


def _operators_only(request: HttpRequest) -> None:
    if not request.user.is_superuser:
        raise PermissionDenied


def _found(found: persons.Person) -> dict[str, Any]:
    parts = [(part, part.rows.count()) for part in persons.parts(found)]
    return {
        "found": found,
        "parts": [(part, count) for part, count in parts if count],
        "holds": erasure.holds_on(found),
    }


def _download(archive: bytes) -> HttpResponse:
    response = HttpResponse(archive, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="person.zip"'
    response["Cache-Control"] = "no-store"
    return response


class LegalHoldForm(forms.ModelForm):
    """A hold on something that is there."""

    HELD: ClassVar = {
        legal_holds.Kind.MEMBER: Member,
        legal_holds.Kind.CANDIDATE: Candidate,
        legal_holds.Kind.COMPANY: Company,
    }

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where nothing has the number."""
        data = super().clean() or {}
        model, number = self.HELD.get(data.get("kind")), data.get("object_id")
        if model and number and not model.objects.filter(pk=number).exists():
            self.add_error("object_id", f"There is no {model._meta.verbose_name} {number}.")
        return data


@admin.register(LegalHold)
class LegalHoldAdmin(admin.ModelAdmin):
    """Placed and lifted, never changed or deleted."""

    form = LegalHoldForm

    list_display = ["kind", "object_id", "reason", "placed_by", "placed_at", "lifted_at"]
    list_filter = ["kind", ("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["placed_by"]
    fields = ["kind", "object_id", "reason"]
    search_fields = ["=object_id", "reason"]
    actions = ["lift"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: LegalHold, form: Any, change: bool) -> None:
        placed = legal_holds.place(obj.kind, obj.object_id, obj.reason, actor=request.user)
        obj.pk = placed.pk

    @admin.action(description="Lift", permissions=["add"])
    def lift(self, request: HttpRequest, queryset: QuerySet[LegalHold]) -> None:
        """Retention and erasure may go on; closings that waited happen by night."""
        for hold in queryset:
            legal_holds.lift(hold, actor=request.user)
        self.message_user(request, "Lifted.")


@admin.register(RetentionRule)
class RetentionRuleAdmin(admin.ModelAdmin):
    """The preview stands above the list: what each rule would delete tonight."""

    list_display = ["entity", "company", "days", "active"]
    list_select_related = ["company"]
    raw_id_fields = ["company"]
    change_list_template = "admin/ats_sync/retentionrule/change_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "previews": retention.previews()}
        return super().changelist_view(request, context)

    def save_model(self, request: HttpRequest, obj: RetentionRule, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record("retention.rule_set", f"rule:{obj.pk}", actor=request.user, days=obj.days,
                     entity=obj.entity, company=obj.company_id, active=obj.active)  # fmt: skip


@admin.register(ConsentText)
class ConsentTextAdmin(admin.ModelAdmin):
    """A text is never changed: who wants other words adds the next version."""

    list_display = ["kind", "version", "since", "given"]
    list_filter = ["kind"]
    fields = ["kind", "text"]

    def given(self, text: ConsentText) -> int:
        """How often it was agreed to."""
        return text.consents.count()

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ConsentText, form: Any, change: bool) -> None:
        obj.version = consents.next_version(obj.kind)
        super().save_model(request, obj, form, change)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ["at", "text", "subject", "given_to", "given_by", "withdrawn_at"]
    list_select_related = ["text", "given_by"]
    list_filter = ["text__kind"]
    search_fields = ["=subject", "=given_to"]

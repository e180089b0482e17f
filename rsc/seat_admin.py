"""Seats in the admin: offer them by letter or from a list, take them back, change roles."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localtime

from rsc import audit, csv_files, invitations, seat_import
from rsc.models import Contract, Seat


class _ContractField(forms.ModelChoiceField):
    def __init__(self, **more: Any) -> None:
        contracts = Contract.objects.filter(active=True).select_related("company")
        super().__init__(contracts.order_by("company__name", "name"), **more)


class InviteForm(forms.Form):
    contract = _ContractField()
    role = forms.ChoiceField(choices=Seat.Role.choices, initial=Seat.Role.RECRUITER)
    people = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5, "cols": 60}),
        help_text="One a line: ada@example.com, or Ada Lovelace <ada@example.com>.",
    )


class ImportForm(forms.Form):
    """A file, or the text of one that was looked through already."""

    contract = _ContractField(
        help_text="For lines that name none. A column “contract” may name others of the company."
    )
    file = forms.FileField(
        required=False,
        help_text="CSV with a line of headings: first name, last name, e-mail, role, contract. "
        "Only the e-mail is needed. Roles: administrator, recruiter, hiring manager.",
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where there is no text of a CSV file."""
        data = super().clean() or {}
        if file := data.get("file"):
            try:
                data["text"] = csv_files.decode(file.read())
            except csv_files.FileRefused as refusal:
                self.add_error("file", str(refusal))
        elif not data.get("text"):
            self.add_error("file", "Choose a file.")
        return data


@admin.register(Seat)
class SeatAdmin(admin.ModelAdmin):
    list_display = ["id", "person", "email", "company", "contract_name", "role", "state", "letter"]
    list_display_links = ["id", "person"]
    list_filter = ["state", "role", "contract__company"]
    search_fields = ["user__username", "user__email", "user__last_name", "contract__company__name"]
    raw_id_fields = ["user", "contract"]
    actions = ["send_again", "revoke", "deactivate", "activate"]
    change_list_template = "admin/rsc/seat/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seat]:
        related = ["user", "contract__company", "invitation"]
        return super().get_queryset(request).select_related(*related)

    @admin.display(ordering="user__last_name")
    def person(self, seat: Seat) -> str:
        return seat.user.full_name

    @admin.display(description="e-mail", ordering="user__email")
    def email(self, seat: Seat) -> str:
        return seat.user.email

    @admin.display(ordering="contract__company__name")
    def company(self, seat: Seat) -> str:
        return seat.contract.company.name

    @admin.display(description="contract", ordering="contract__name")
    def contract_name(self, seat: Seat) -> str:
        return seat.contract.name

    @admin.display(description="invitation")
    def letter(self, seat: Seat) -> str:
        letter = getattr(seat, "invitation", None)
        if letter is None:
            return "-"
        if letter.accepted_at:
            return f"accepted {localtime(letter.accepted_at):%Y-%m-%d}"
        return (
            f"sent {localtime(letter.mailed_at):%Y-%m-%d}"
            if letter.mailed_at
            else "waits for the worker"
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Projects and notes hang on a seat: who leaves is deactivated."""
        return False

    def save_model(self, request: HttpRequest, obj: Seat, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        verb = "seat.changed" if change else "seat.made"
        audit.record(verb, obj.urn, actor=request.user, role=obj.role, state=obj.state)

    # ------------------------------------------------------------------------------------- actions
    @admin.action(description="Send the invitation again", permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Seat]) -> None:
        count = sum(invitations.send_again(seat, actor=request.user) for seat in queryset)
        self.message_user(request, f"{count} letters leave again; links of before are void.")

    @admin.action(description="Revoke the invitation", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Seat]) -> None:
        count = sum(invitations.revoke(seat, actor=request.user) for seat in queryset)
        self.message_user(request, f"{count} invitations are taken back.")

    @admin.action(description="Deactivate: ends the work on it at once", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Seat]) -> None:
        self._change(request, queryset.filter(state=Seat.State.ACTIVE), Seat.State.INACTIVE)

    @admin.action(description="Activate without a letter", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Seat]) -> None:
        self._change(request, queryset.exclude(state=Seat.State.ACTIVE), Seat.State.ACTIVE)

    def _change(self, request: HttpRequest, seats: QuerySet[Seat], state: str) -> None:
        changed = list(seats)
        for seat in changed:
            invitations.change_state(seat, state, actor=request.user)
        self.message_user(request, f"{len(changed)} seats are {Seat.State(state).label.lower()}.")

    # --------------------------------------------------------------------------------------- pages
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("invite/", wrap(self.invite), name="rsc_seat_invite"),
            path("import/", wrap(self.import_seats), name="rsc_seat_import"),
            *super().get_urls(),
        ]

    def _page(self, request: HttpRequest, title: str, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, "admin/rsc/seat/people.html", context)

    def _done(self, request: HttpRequest, lines: list[seat_import.Line]) -> HttpResponse:
        done = seat_import.run(lines, request.user)
        messages.success(request, f"{done} of {len(lines)} seats are offered or changed.")
        return HttpResponseRedirect(reverse("admin:rsc_seat_changelist"))

    def invite(self, request: HttpRequest) -> HttpResponse:
        """Offer seats to a few people."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = InviteForm(request.POST or None, initial=request.GET.dict())
        lines = []
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            lines = seat_import.from_addresses(data["people"], data["contract"], data["role"])
            faults = [f"{line.email}: {line.reason}" for line in lines if line.reason]
            if lines and not faults:
                return self._done(request, lines)
            form.add_error("people", faults or "There is no address in this.")
        return self._page(request, "Invite people", form=form, verb="Send invitations")

    def import_seats(self, request: HttpRequest) -> HttpResponse:
        """Look a file through; then, or after a look at the report, do it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None, initial=request.GET.dict())
        lines: list[seat_import.Line] = []
        if request.method == "POST" and form.is_valid():
            try:
                lines = seat_import.from_csv(
                    form.cleaned_data["text"], form.cleaned_data["contract"]
                )
            except csv_files.FileRefused as refusal:
                form.add_error("file", str(refusal))
        if lines and "report" in request.POST:
            return _report(lines)
        if lines and "run" in request.POST:
            return self._done(request, lines)
        text = form.cleaned_data.get("text", "") if lines else ""
        context = {"form": form, "lines": lines, "text": text, "verb": "Look it through"}
        return self._page(request, "Import seats", **context)


def _report(lines: list[seat_import.Line]) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="seats.csv"'
    rows = csv.writer(answer)
    rows.writerow(seat_import.REPORT)
    for line in lines:
        rows.writerow(map(csv_files.harmless, line.cells()))
    return answer

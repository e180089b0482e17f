"""The page “ATS integration”: activation per company and per contract."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from ats_sync import activation, checklist, footprints
from ats_sync.activation import ActivationRefused
from ats_sync.admin.board import COMPANY, arrivals_of, board_of
from ats_sync.admin.health_pages import HealthPages
from ats_sync.admin.sandbox_pages import SandboxPages
from ats_sync.admin.settings_form import ActivationSettings
from ats_sync.admin.setup_pages import SetupPages
from ats_sync.models import Ats, Integration
from recruiter import consents
from rsc.models import Contract

SWITCHES = {"enable": activation.enable, "disable": activation.disable}


@admin.register(Ats)
class AtsAdmin(SetupPages, HealthPages, SandboxPages):
    """One row per ATS of a company. It is never deleted here: all synced records hang on it."""

    list_display = ["name", "company", "vendor", "company_level", "contract_level"]
    list_select_related = ["company", "application__parent"]
    search_fields = ["name", "company__name", "application__name", "=application__client_id"]
    fields = ["name", "company", "application", "vouches_for_people", "takes_older", "is_sandbox"]
    actions = ["ask_for_company_level", "ask_for_contract_level"]
    change_form_template = "admin/ats_sync/ats/change_form.html"
    pages: ClassVar = {"switch": "switch", "settings": "settings"}
    deeds: ClassVar = {"ask": "ask"}

    # ------------------------------------------------------------------------------------ the list
    def get_queryset(self, request: HttpRequest) -> QuerySet[Ats]:
        return super().get_queryset(request).prefetch_related("integrations")

    @admin.display(ordering="application__parent__name")
    def vendor(self, ats: Ats) -> str:
        return str(ats.application.parent or ats.application)

    def company_level(self, ats: Ats) -> str:
        return _summary([one for one in ats.integrations.all() if not one.contract_id])

    def contract_level(self, ats: Ats) -> str:
        return _summary([one for one in ats.integrations.all() if one.contract_id])

    @admin.action(description="Activate at company level: ask the vendor", permissions=["change"])
    def ask_for_company_level(self, request: HttpRequest, queryset: QuerySet[Ats]) -> None:
        made = [activation.request_company_level(ats, actor=request.user) for ats in queryset]
        self.message_user(request, f"{sum(map(len, made))} features are asked for.")

    @admin.action(
        description="Activate at contract level, all active contracts: ask the vendor",
        permissions=["change"],
    )
    def ask_for_contract_level(self, request: HttpRequest, queryset: QuerySet[Ats]) -> None:
        made = [
            activation.request_contract_level(ats, contract, actor=request.user)
            for ats in queryset
            for contract in Contract.objects.filter(company=ats.company_id, active=True)
        ]
        self.message_user(request, f"{sum(map(len, made))} features are asked for.")

    # ------------------------------------------------------------------------------------ one ATS
    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["company", "application"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Ats, form: Any, change: bool) -> None:
        """Let the badge “In … ATS” follow the name."""
        super().save_model(request, obj, form, change)
        footprints.token_force_follows(obj)

    def response_add(self, request: HttpRequest, obj: Ats, *args: Any, **kw: Any) -> HttpResponse:
        """Go straight to the list of what is to be done."""
        return self._back(obj.pk, "checklist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The stock form below the board."""
        ats = self.get_object(request, object_id)
        if ats is not None and self.has_view_permission(request, ats):
            board = {
                "board": board_of(ats),
                "arrivals": arrivals_of(ats),
                "open_steps": [one for one in checklist.checklist(ats) if not one.is_done],
                "title": "ATS integration",
            }
            extra_context = {**(extra_context or {}), **board}
        return super().change_view(request, object_id, form_url, extra_context)

    # ----------------------------------------------------------------------------------- its pages
    def ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the vendor for the features of one level; the path of an operator without wire."""
        ats = self._ats(request, pk)
        level = request.POST.get("level", "")
        if level == COMPANY:
            activation.request_company_level(ats, actor=request.user)
        else:
            contracts = Contract.objects.filter(company=ats.company_id)
            contract = get_object_or_404(contracts, pk=level if level.isdecimal() else 0)
            activation.request_contract_level(ats, contract, actor=request.user)
        messages.success(request, "Asked for. The vendor can name the features now.")
        return self._back(pk)

    def switch(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm, then enable or disable the chosen features together."""
        ats = self._ats(request, pk)
        asked = request.POST or request.GET
        verb = asked.get("verb", "")
        numbers = [text for text in asked.getlist("feature") if text.isdecimal()]
        features = list(ats.integrations.filter(pk__in=numbers).select_related("contract"))
        if verb not in SWITCHES or not features:
            raise Http404
        if request.method != "POST":
            title = f"{verb.capitalize()} {_names(features)}?"
            context = {"verb": verb, "features": features, "title": title}
            context["consent"] = consents.current(consents.Kind.ACTIVATION)
            return self._page(request, ats, "switch", **context)
        try:
            SWITCHES[verb](*features, actor=request.user)
        except ActivationRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{_names(features)}: {verb}d.")
        return self._back(pk)

    def settings(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Names, callback and viewers."""
        ats = self._ats(request, pk)
        form = ActivationSettings(request.POST or None, ats=ats, actor=request.user)
        if request.method == "POST" and form.is_valid() and form.save():
            messages.success(request, "Saved.")
            return self._back(pk)
        return self._page(request, ats, "settings", form=form, title=f"Settings of {ats}")


def _summary(features: list[Integration]) -> str:
    on = sum(one.status == Integration.Status.ENABLED for one in features)
    return f"{on} of {len(features)} enabled" if features else "Not asked for"


def _names(features: list[Integration]) -> str:
    return ", ".join(one.get_integration_type_display() for one in features)

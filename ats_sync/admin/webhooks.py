"""Webhooks: endpoints of companies, their secrets, and what was sent to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from ats_sync import callback_urls, webhooks
from ats_sync.models import WebhookDelivery, WebhookEndpoint
from rsc.admin import ReadOnlyAdmin


class EndpointForm(forms.ModelForm):
    """An address that may be called, and the events that it wants."""

    url = forms.CharField(label="Address", widget=forms.URLInput(attrs={"size": 70}))
    events = forms.MultipleChoiceField(
        choices=[one for one in WebhookEndpoint.Event.choices if one[0] != webhooks.Event.TEST],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all of them.",
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["company", "url", "description", "events", "active"]

    def clean_url(self) -> str:
        """Raises ValidationError for what is malformed, not secret, or private."""
        url = self.cleaned_data["url"]
        try:
            callback_urls.check_address(url)
        except callback_urls.CallbackUrlRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(admin.ModelAdmin):
    form = EndpointForm
    list_display = ["__str__", "company", "active", "waiting", "failed", "disabled_reason"]
    list_filter = ["active", "company"]
    search_fields = ["url", "description"]
    readonly_fields = ["disabled_reason"]
    actions = ["send_test"]
    change_form_template = "admin/ats_sync/webhookendpoint/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        state = WebhookDelivery.State
        return (
            super()
            .get_queryset(request)
            .select_related("company")
            .annotate(
                waiting_count=Count("deliveries", filter=Q(deliveries__state=state.WAITING)),
                failed_count=Count("deliveries", filter=Q(deliveries__state=state.FAILED)),
            )
        )

    def waiting(self, endpoint: Any) -> int:
        return endpoint.waiting_count

    def failed(self, endpoint: Any) -> int:
        return endpoint.failed_count

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Whose endpoint it is, is settled when it is made."""
        return [*self.readonly_fields, *(["company"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if obj.active:
            obj.disabled_reason = ""
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kw: Any) -> HttpResponse:
        """Go straight to the page on which the first secret is made."""
        return self._back(obj.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        number = int(object_id) if object_id.isdecimal() else 0
        endpoint = WebhookEndpoint.objects.filter(pk=number).first()
        context = {
            **(extra_context or {}),
            "live_secrets": list(endpoint.secrets.live()) if endpoint else [],
            "newest": list(endpoint.deliveries.all()[:10]) if endpoint else [],
        }
        return super().change_view(request, object_id, form_url, context)

    @admin.action(description="Send a test event", permissions=["change"])
    def send_test(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        count = len([webhooks.test(endpoint) for endpoint in queryset])
        self.message_user(request, f"{count} test event{'' if count == 1 else 's'} on the way.")

    # ------------------------------------------------------------------------------------- secrets
    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "ats_sync_webhookendpoint"
        make, revoke = wrap(require_POST(self.make_secret)), wrap(require_POST(self.revoke_secret))
        test = wrap(require_POST(self.test))
        return [
            path("<int:pk>/secret/", make, name=f"{name}_make_secret"),
            path("<int:pk>/secret/<int:secret>/revoke/", revoke, name=f"{name}_revoke_secret"),
            path("<int:pk>/test/", test, name=f"{name}_test"),
            *super().get_urls(),
        ]

    def _endpoint(self, request: HttpRequest, pk: int) -> WebhookEndpoint:
        endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
        if not self.has_change_permission(request, endpoint):
            raise PermissionDenied
        return endpoint

    def _back(self, pk: int) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:ats_sync_webhookendpoint_change", args=[pk]))

    def make_secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a secret and show it in the answer, the only place where it ever stands."""
        endpoint = self._endpoint(request, pk)
        secret = webhooks.roll_secret(endpoint, actor=request.user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "endpoint": endpoint,
            "secret": secret.text,
            "title": f"A new secret of {endpoint}",
        }
        template = "admin/ats_sync/webhookendpoint/secret.html"
        return TemplateResponse(request, template, context, headers={"Cache-Control": "no-store"})

    def revoke_secret(self, request: HttpRequest, pk: int, secret: int) -> HttpResponse:
        """Make one secret void; the others go on signing."""
        endpoint = self._endpoint(request, pk)
        row = get_object_or_404(endpoint.secrets.live(), pk=secret)
        webhooks.revoke_secret(row, actor=request.user)
        messages.success(request, "The secret is void.")
        return self._back(pk)

    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send an event that means nothing."""
        webhooks.test(self._endpoint(request, pk))
        messages.success(request, "A test event is on its way; see below how it fares.")
        return self._back(pk)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at", "endpoint", "event", "state", "attempts", "last_status", "last_error",
        "delivered_at", "next_attempt_at", "message_id",
    ]  # fmt: skip
    list_select_related = ["endpoint"]
    list_filter = ["state", "event", "endpoint"]
    search_fields = ["=message_id"]
    actions = ["replay"]

    @admin.action(description="Send again under the same id", permissions=["view"])
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        """Whatever became of them; a receiver knows by the id what it has seen."""
        count = webhooks.replay(list(queryset))
        self.message_user(request, f"{count} event{'' if count == 1 else 's'} sent again.")

"""Vendors' applications and those of their customers, with secrets that are shown once.

django-oauth-toolkit registers this admin by the name in the settings, in place of its own.
"""

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

from ats_sync import access_tokens, provisioning
from ats_sync.models import ApplicationSecret, DeveloperApplication
from ats_sync.provisioning import Details, NoSuchSecret, ProvisioningRefused, TooManySecrets


class LinesField(forms.CharField):
    """A list, one line each."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 70})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        return (super().to_python(value) or "").split()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class ApplicationForm(forms.ModelForm):
    """The same rules as over the wire, with the lists one line each."""

    script_origins = LinesField(
        required=False, help_text="Whose pages may embed the widgets: https://ats.example.com"
    )
    login_callbacks = LinesField(
        required=False, help_text="Where a person may return to after signing in; exact addresses."
    )

    class Meta:
        model = DeveloperApplication
        fields = ["name", "description", "parent", "unique_foreign_id", "script_origins"]
        labels = {"parent": "Vendor", "unique_foreign_id": "The vendor's id of the customer"}
        widgets = {"description": forms.Textarea(attrs={"rows": 3, "cols": 70})}
        help_texts = {"parent": "Empty for a vendor's own application."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["login_callbacks"].initial = self.instance.redirect_uris.split()

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError on the field that the rules refuse."""
        values = super().clean()
        fields = ("name", "description", "login_callbacks", "script_origins")
        try:
            Details(**{name: values.get(name) for name in fields}).check()
        except ProvisioningRefused as refusal:
            raise ValidationError({refusal.field: refusal.reason}) from refusal
        if values.get("parent") and not values.get("unique_foreign_id"):
            raise ValidationError({"unique_foreign_id": "A customer's application needs one."})
        self.instance.redirect_uris = " ".join(values.get("login_callbacks") or [])
        return values


class DeveloperApplicationAdmin(admin.ModelAdmin):
    form = ApplicationForm
    list_display = ["name", "kind", "parent", "client_id", "secrets", "created"]
    list_filter = [("parent", admin.EmptyFieldListFilter)]
    search_fields = ["name", "=client_id", "=unique_foreign_id"]
    raw_id_fields = ["parent"]
    readonly_fields = ["client_id", "urn"]
    view_on_site = False
    actions = ["revoke_tokens"]
    change_form_template = "admin/ats_sync/developerapplication/change_form.html"
    fields = ["name", "description", "parent", "unique_foreign_id", "script_origins",
              "login_callbacks", "client_id", "urn"]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeveloperApplication]:
        live = Count("secrets", filter=Q(secrets__revoked_at=None))
        return super().get_queryset(request).select_related("parent").annotate(live_secrets=live)

    def kind(self, application: DeveloperApplication) -> str:
        return "Vendor" if application.is_parent else "Customer"

    def urn(self, application: DeveloperApplication) -> str:
        return str(application.urn) if application.pk else "-"

    @admin.display(description="live secrets")
    def secrets(self, application: Any) -> int:
        return application.live_secrets

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Whose child it is, and the vendor's id, are settled when it is made."""
        fixed = ["parent", "unique_foreign_id"] if obj else []
        return [*self.readonly_fields, *fixed]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """What it is called by has no value before it is made."""
        named_later = () if obj else ("client_id", "urn")
        return [name for name in self.fields if name not in named_later]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only what no customer uses; its ATS would lose everything."""
        may = super().has_delete_permission(request, obj)
        return may and obj is not None and not obj.atss.exists() and not obj.children.exists()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            for name, value in provisioning.CLIENT.items():
                setattr(obj, name, value)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kw: Any) -> HttpResponse:
        """Go straight to the page on which the first secret is made."""
        return self._back(obj.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        live = ApplicationSecret.objects.live().filter(
            application_id=object_id if object_id.isdecimal() else 0
        )
        context = {**(extra_context or {}), "live_secrets": list(live)}
        return super().change_view(request, object_id, form_url, context)

    @admin.action(description="Revoke all access tokens", permissions=["change"])
    def revoke_tokens(self, request: HttpRequest, queryset: QuerySet) -> None:
        for application in queryset:
            access_tokens.revoke_all(application, actor=request.user)
        self.message_user(request, "All tokens of these applications are void.")

    # ------------------------------------------------------------------------------------- secrets
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        make, delete = wrap(require_POST(self.make_secret)), wrap(self.delete_secret)
        name = "ats_sync_developerapplication"
        return [
            path("<int:pk>/secret/", make, name=f"{name}_make_secret"),
            path("<int:pk>/secret/<int:secret>/delete/", delete, name=f"{name}_delete_secret"),
            *super().get_urls(),
        ]

    def _application(self, request: HttpRequest, pk: int) -> DeveloperApplication:
        application = get_object_or_404(DeveloperApplication, pk=pk)
        if not self.has_change_permission(request, application):
            raise PermissionDenied
        return application

    def _back(self, pk: int) -> HttpResponse:
        return HttpResponseRedirect(
            reverse("admin:ats_sync_developerapplication_change", args=[pk])
        )

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        template = f"admin/ats_sync/developerapplication/{name}.html"
        return TemplateResponse(request, template, context, headers={"Cache-Control": "no-store"})

    def make_secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a secret and show it in the answer, the only place where it ever stands."""
        application = self._application(request, pk)
        try:
            secret = provisioning.roll_secret(application, actor=request.user)
        except TooManySecrets as refusal:
            messages.error(request, str(refusal))
            return self._back(pk)
        title = f"A new secret of {application}"
        return self._page(request, "secret", application=application, secret=secret, title=title)

    def delete_secret(self, request: HttpRequest, pk: int, secret: int) -> HttpResponse:
        """Confirm, then make one of two secrets void."""
        application = self._application(request, pk)
        row = get_object_or_404(application.secrets.live(), pk=secret)
        if request.method != "POST":
            title = f"Delete a secret of {application}?"
            return self._page(
                request, "delete_secret", application=application, row=row, title=title
            )
        try:
            provisioning.delete_secret(application, row, actor=request.user)
            messages.success(request, "The secret is void.")
        except NoSuchSecret:
            messages.error(request, "The last secret stays; make another one first.")
        return self._back(pk)

"""Single sign-on in the admin: one provider of one company."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from rsc import audit, sealing
from rsc.models import SingleSignOn

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class SingleSignOnForm(forms.ModelForm):
    """What the provider's administrator gave us; the secret is never shown again."""

    issuer = forms.URLField(
        assume_scheme="https",
        widget=forms.URLInput(attrs={"size": 60}),
        help_text=SingleSignOn._meta.get_field("issuer").help_text,
    )
    secret = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="The client secret. Empty: as it is.",
    )

    class Meta:
        model = SingleSignOn
        fields = ["company", "contract", "code", "issuer", "client_id", "domains", "required",
                  "active"]  # fmt: skip

    def clean_domains(self) -> list[str]:
        """Raises ValidationError for what is no domain, or another company's."""
        domains = [domain.strip().lower().lstrip("@") for domain in self.cleaned_data["domains"]]
        if bad := [domain for domain in domains if not _DOMAIN.fullmatch(domain)]:
            raise ValidationError(f"No domain: {', '.join(bad)}. Write example.com")
        return domains

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where a contract or a domain belongs to another company."""
        data = super().clean() or {}
        company, contract = data.get("company"), data.get("contract")
        if contract and company and contract.company_id != company.pk:
            self.add_error("contract", "This contract is of another company.")
        others = SingleSignOn.objects.filter(domains__overlap=data.get("domains") or [])
        if company and others.exclude(company=company).exists():
            self.add_error("domains", "One of these domains is taken by another company.")
        return data


@admin.register(SingleSignOn)
class SingleSignOnAdmin(admin.ModelAdmin):
    form = SingleSignOnForm
    list_display = ["__str__", "issuer", "domain_list", "required", "active"]
    list_select_related = ["company", "contract__company"]
    raw_id_fields = ["company", "contract"]
    search_fields = ["company__name", "code", "issuer"]
    readonly_fields = ["redirect_address"]
    fields = ["company", "contract", "code", "redirect_address", "issuer", "client_id", "secret",
              "domains", "required", "active"]  # fmt: skip

    @admin.display(description="domains")
    def domain_list(self, way: SingleSignOn) -> str:
        return ", ".join(way.domains)

    @admin.display(description="redirect address")
    def redirect_address(self, way: SingleSignOn) -> str:
        """What the provider's administrator must allow."""
        if not way.pk:
            return "Save first; then give this address to the administrator of the provider."
        return settings.BASE_URL + reverse("openid_connect_callback", args=[way.code])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.readonly_fields, *(["code"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: SingleSignOn, form: Any, change: bool) -> None:
        if secret := form.cleaned_data["secret"]:
            obj.sealed_secret = sealing.seal(secret)
        super().save_model(request, obj, form, change)
        changed = form.changed_data  # names of settings, no values
        audit.record("sign_on.changed", f"sign_on:{obj.pk}", actor=request.user, fields=changed)

"""Find the way by which a company signs in, by the domain of an address."""

from __future__ import annotations

import structlog
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods
from requests import RequestException

from rsc import sign_on
from rsc.models import SingleSignOn

log = structlog.get_logger(__name__)


class AddressForm(forms.Form):
    email = forms.EmailField(
        label="Your e-mail address at work",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def single_sign_on(request: HttpRequest) -> HttpResponse:
    """Ask for an address, by POST so that it stands in no log; then show a link to the provider.

    A link and no redirect: the page's own policy lets forms lead nowhere else.
    """
    form = AddressForm(request.POST or None)
    context = {"form": form, "next": request.GET.get("next", "")}
    if request.method == "POST" and form.is_valid():
        context["ways"] = sign_on.for_address(form.cleaned_data["email"])
        if not context["ways"]:
            form.add_error("email", "No company here signs in with this domain.")
    return render(request, "account/single_sign_on.html", context)


def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to a company's provider; where it does not answer, or with nonsense, say so.

    Args:
        provider_id: the code of the single sign-on.
    """
    way = get_object_or_404(SingleSignOn, code=provider_id, active=True)
    try:
        return openid_connect.login(request, provider_id)
    except (RequestException, ValueError, KeyError) as failure:
        log.warning("sign_on_provider_silent", code=way.code, error=type(failure).__name__)
        return render(request, "account/single_sign_on_silent.html", {"way": way}, status=502)

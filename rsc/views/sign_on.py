"""Find the way by which a company signs in, by the domain of an address."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rsc import sign_on


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

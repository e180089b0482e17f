"""The page behind the link of an invitation to a seat."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from rsc import invitations, sign_on
from rsc.models import Invitation, User
from rsc.seats import SESSION_KEY

BACKEND = "django.contrib.auth.backends.ModelBackend"


class TakeSeatForm(SetPasswordForm):
    """A password; and a name, where whoever invited knew an address only."""

    first_name = forms.CharField(max_length=150)
    last_name = forms.CharField(max_length=150)
    field_order = ("first_name", "last_name", "new_password1", "new_password2")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        if user.get_full_name():
            del self.fields["first_name"], self.fields["last_name"]

    def clean(self) -> dict[str, Any]:
        """Put the name where the judge of passwords sees it too."""
        data = super().clean() or {}
        for name in ("first_name", "last_name"):
            setattr(self.user, name, data.get(name, getattr(self.user, name)))
        return data


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Take a seat: with a new password, signed in already, or by the company's own sign-in."""
    invitation = invitations.invitation_of(token)
    if invitation is None:
        return render(request, "rsc/invitation.html", status=404)
    person = invitation.seat.user
    form = TakeSeatForm(person, request.POST or None)
    if request.method == "POST" and _take(request, invitation, form):
        request.session[SESSION_KEY] = invitation.seat_id
        messages.success(request, f"You work on {invitation.seat.contract} now.")
        return redirect("home")
    context = {
        "invitation": invitation,
        "seat": invitation.seat,
        "form": form,
        "is_signed_in": request.user == person,
        "signs_in": invitations.signs_in_already(person),
        "sign_on": sign_on.for_person(person),
    }
    response = render(request, "rsc/invitation.html", context)
    add_never_cache_headers(response)
    return response


def _take(request: HttpRequest, invitation: Invitation, form: TakeSeatForm) -> bool:
    person = invitation.seat.user
    if request.user == person:
        invitations.accept(invitation)
        return True
    own = sign_on.for_person(person)
    if invitations.signs_in_already(person) or (own and own.required) or not form.is_valid():
        return False
    user = invitations.open_account(invitation, person, form.cleaned_data["new_password1"])
    login(request, user, backend=BACKEND)
    return True

"""The page behind the link of an invitation to a seat."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from rsc import invitations, sign_on
from rsc.models import Invitation
from rsc.seats import SESSION_KEY

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Take a seat: with a new password, signed in already, or by the company's own sign-in."""
    invitation = invitations.invitation_of(token)
    if invitation is None:
        return render(request, "rsc/invitation.html", status=404)
    person = invitation.seat.user
    form = SetPasswordForm(person, request.POST or None)
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


def _take(request: HttpRequest, invitation: Invitation, form: SetPasswordForm) -> bool:
    person = invitation.seat.user
    if request.user == person:
        invitations.accept(invitation)
        return True
    own = sign_on.for_person(person)
    if invitations.signs_in_already(person) or (own and own.required) or not form.is_valid():
        return False
    user = invitations.open_account(invitation, form.cleaned_data["new_password1"])
    login(request, user, backend=BACKEND)
    return True

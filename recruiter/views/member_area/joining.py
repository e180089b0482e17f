"""The page behind the link that a member without an account gets by e-mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from recruiter import joining
from recruiter.models import MemberEmail
from rsc.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password, or join the profile with the account of the same address."""
    email = joining.email_of(token)
    taken = email is not None and joining.has_account(email)
    form = SetPasswordForm(_person(email), request.POST or None)
    if request.method == "POST" and email and (done := _join(request, email, form, taken=taken)):
        return done
    context = {"email": email, "taken": taken, "form": form}
    response = render(request, "member/join.html", context, status=200 if email else 404)
    add_never_cache_headers(response)
    return response


def _person(email: MemberEmail | None) -> User:
    """Whom the rules for passwords compare with."""
    member = email and email.member
    return User(first_name=member.first_name, email=email.address) if member else User()


def _join(
    request: HttpRequest, email: MemberEmail, form: SetPasswordForm, *, taken: bool
) -> HttpResponse | None:
    if taken:
        if not (request.user.is_authenticated and joining.join(email, request.user)):
            return None
    elif form.is_valid():
        user = joining.open_account(email, form.cleaned_data["new_password1"])
        login(request, user, backend=BACKEND)
    else:
        return None
    messages.success(request, "This is your side: messages, profile, and what others may see.")
    return redirect("member:start")

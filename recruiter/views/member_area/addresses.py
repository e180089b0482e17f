"""A member's e-mail addresses and phone numbers."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from recruiter import own_addresses, own_profile
from recruiter.member_forms import EmailForm, PhoneForm
from recruiter.own_addresses import AddressRefused
from recruiter.views.member_area.door import MemberRequest, member_required

DEEDS = {
    "remove": own_addresses.remove,
    "main": own_addresses.make_main,
    "resend": own_addresses.ask_again,
}
SAID = {
    "remove": "{} is taken out of your profile.",
    "main": "{} is your main address now.",
    "resend": "We wrote to {} again.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def page(request: MemberRequest) -> HttpResponse:
    """All addresses and numbers; a new address gets a mail to confirm it."""
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = own_addresses.add(request.member, form.cleaned_data["address"])
            messages.success(request, f"We wrote to {added}: confirm it by the link in that mail.")
            return redirect("member:addresses")
        except AddressRefused as error:
            form.add_error("address", str(error))
    context = {
        "emails": request.member.emails.all(),
        "phones": request.member.phones.all(),
        "form": form,
        "phone_form": PhoneForm(),
    }
    return render(request, "member/addresses.html", context)


@require_POST
@member_required
def change_email(request: MemberRequest, pk: int, deed: str) -> HttpResponse:
    """Remove an address, make it the main one, or send its mail again."""
    if deed not in DEEDS:
        raise Http404
    email = get_object_or_404(request.member.emails.all(), pk=pk)
    try:
        DEEDS[deed](email)
        messages.success(request, SAID[deed].format(email.address))
    except AddressRefused as error:
        messages.error(request, str(error))
    return redirect("member:addresses")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def confirm(request: MemberRequest, token: str) -> HttpResponse:
    """The link of the mail leads to a button: programs that follow links confirm nothing."""
    email = own_addresses.email_of(token, request.member)
    if request.method == "POST" and email:
        own_addresses.confirm(email)
        messages.success(request, f"{email} is confirmed.")
        return redirect("member:addresses")
    return render(request, "member/confirm_email.html", {"email": email})


@require_POST
@member_required
def add_phone(request: MemberRequest) -> HttpResponse:
    form = PhoneForm(request.POST)
    form.instance.member = request.member
    if form.is_valid():
        own_profile.keep(form)
        messages.success(request, f"{form.instance} is added.")
    else:
        messages.error(request, "That is not a phone number: digits, spaces and a leading +.")
    return redirect("member:addresses")


@require_POST
@member_required
def remove_phone(request: MemberRequest, pk: int) -> HttpResponse:
    phone = get_object_or_404(request.member.phones.all(), pk=pk)
    own_profile.delete(phone)
    messages.success(request, f"{phone} is taken out of your profile.")
    return redirect("member:addresses")

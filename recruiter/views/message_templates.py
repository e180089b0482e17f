"""Templates for messages and the signature below them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from recruiter.inmail_forms import SignatureForm, TemplateForm
from recruiter.merge_fields import LABELS
from recruiter.models import EDITORS, MessageTemplate, Signature
from rsc.seats import SeatRequest, seat_required

PAGE = "recruiter/inmail/templates.html"


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def template_list(request: SeatRequest) -> HttpResponse:
    """The templates that the seat may use, a form for a new one, and its signature."""
    form = TemplateForm(request.POST if request.method == "POST" else None, seat=request.seat)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(request, f"The template {made} is kept.")
        return redirect("recruiter:message_templates")
    usable = MessageTemplate.objects.visible_to(request.seat).select_related("seat__user")
    own = MessageTemplate.objects.editable_by(request.seat).values_list("pk", flat=True)
    signature = Signature.objects.filter(seat=request.seat).first()
    context = {
        "templates": usable,
        "editable": set(own),
        "form": form,
        "signature_form": SignatureForm(instance=signature),
        "fields": LABELS,
    }
    return render(request, PAGE, context)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def template(request: SeatRequest, pk: int) -> HttpResponse:
    """Change a template."""
    found = get_object_or_404(MessageTemplate.objects.editable_by(request.seat), pk=pk)
    form = TemplateForm(request.POST or None, instance=found, seat=request.seat)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"The template {found} is changed.")
        return redirect("recruiter:message_templates")
    context = {"template": found, "form": form, "fields": LABELS}
    return render(request, "recruiter/inmail/template.html", context)


@require_POST
@seat_required(*EDITORS)
def delete_template(request: SeatRequest, pk: int) -> HttpResponse:
    """Delete a template; messages written with it stay as they are."""
    found = get_object_or_404(MessageTemplate.objects.editable_by(request.seat), pk=pk)
    found.delete()
    messages.success(request, f"The template {found} is deleted.")
    return redirect("recruiter:message_templates")


@require_POST
@seat_required(*EDITORS)
def signature(request: SeatRequest) -> HttpResponse:
    """Set the seat's signature; an empty one is none."""
    own = Signature.objects.filter(seat=request.seat).first() or Signature(seat=request.seat)
    form = SignatureForm(request.POST, instance=own)
    if not form.is_valid():
        messages.error(request, "A signature has at most 150 characters.")
    elif form.cleaned_data["text"].strip():
        form.save()
        messages.success(request, "Your signature stands below your next messages.")
    elif own.pk:
        own.delete()
        messages.success(request, "Your messages end without a signature now.")
    return redirect("recruiter:message_templates")

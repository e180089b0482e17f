"""Write to members, and read what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from recruiter import credits, enclosures, inbox, inmail, merge_fields, people, reach
from recruiter.inmail import InMailRefused, Sent
from recruiter.inmail_forms import ComposeForm, ReplyForm
from recruiter.models import (
    EDITORS,
    Conversation,
    Enclosure,
    Member,
    MessageTemplate,
    Signature,
)
from rsc.pages import leave_dialog, next_path, render_dialog, render_part, wants_part
from rsc.seats import SeatRequest, seat_required

COMPOSE = "recruiter/inmail/compose.html"


# ------------------------------------------------------------------------------------ composing
@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def message_people(request: SeatRequest) -> HttpResponse:
    """Compose a message to the people chosen, with a preview; then send it."""
    members = people.chosen(request, request.seat)
    act = request.POST.get("act", "") if request.method == "POST" else "open"
    form = ComposeForm(*(() if act == "open" else (request.POST, request.FILES)))
    if act == "template":
        template = _template(request)
        form = ComposeForm(initial={"subject": template.subject, "body": template.body})
    elif act == "send" and form.is_valid():
        try:
            return _send(request, members, form)
        except InMailRefused as error:
            form.add_error(None, str(error))
    context = {**_context(request, members), "form": form}
    if act == "preview":
        context["preview"] = _preview(request, members, form)
    if act in {"template", "preview"} and wants_part(request):
        return render(request, f"{COMPOSE}#{'words' if act == 'template' else 'preview'}", context)
    return render_dialog(request, COMPOSE, _title(members), context)


def _title(members: list[Member]) -> str:
    return f"Message {members[0]}" if len(members) == 1 else f"Message {len(members)} people"


def _template(request: SeatRequest) -> MessageTemplate:
    asked = request.POST.get("template", "")
    usable = MessageTemplate.objects.visible_to(request.seat)
    return get_object_or_404(usable, pk=int(asked) if asked.isdecimal() else None)


def _context(request: SeatRequest, members: list[Member]) -> dict[str, Any]:
    seat = request.seat
    looked_at = reach.gather(seat, members)
    reached = [one for one in looked_at if not one.reason]
    return {
        "people": looked_at,
        "reached": reached,
        "left_out": [one for one in looked_at if one.reason],
        "cost": sum(not one.free for one in reached),
        "credits": credits.left(seat),
        "templates": MessageTemplate.objects.visible_to(seat),
        "signature": Signature.objects.filter(seat=seat).first(),
        "fields": merge_fields.LABELS,
        "next": next_path(request, reverse("recruiter:messages")),
    }


def _preview(request: SeatRequest, members: list[Member], form: ComposeForm) -> dict[str, Any]:
    """The message as the first person who can be written to will get it, or what is wrong."""
    form.full_clean()
    data = form.cleaned_data
    try:
        words = inmail.checked_words(request.seat, data.get("subject", ""), data.get("body", ""))
    except InMailRefused as error:
        return {"error": str(error)}
    prefetch_related_objects(members, "positions")
    looked_at = reach.gather(request.seat, members, words=words)
    first = next((one.member for one in looked_at if not one.reason), None)
    if first is None:
        return {"error": looked_at[0].reason if looked_at else "Nobody is chosen."}
    subject, body = (merge_fields.merge(text, first, request.seat) for text in words)
    return {
        "member": first,
        "subject": subject,
        "body": body,
        "left_out": [one for one in looked_at if one.reason],
    }


def _send(request: SeatRequest, members: list[Member], form: ComposeForm) -> HttpResponse:
    words = {name: form.cleaned_data[name] for name in ("subject", "body")}
    with transaction.atomic():
        kept = enclosures.keep(form.cleaned_data["files"], sender=request.seat)
        sent = inmail.send_all(request.seat, members, enclosures=kept, **words)
    _say(request, sent)
    return leave_dialog(request, next_path(request, reverse("recruiter:messages")))


def _say(request: SeatRequest, sent: Sent) -> None:
    count = len(sent.conversations)
    if count == 1:
        messages.success(request, f"Your message to {sent.conversations[0].member} is sent.")
    elif count:
        messages.success(request, f"Your message is sent to {count} people.")
    for one in sent.left_out:
        messages.warning(request, f"Not sent to {one.member}. {capfirst(one.reason)}")
    if not count and not sent.left_out:
        messages.warning(request, "Nobody was chosen, so nothing was sent.")


# -------------------------------------------------------------------------------------- reading
@require_safe
@seat_required(*EDITORS)
def message_list(request: SeatRequest) -> HttpResponse:
    """The seat's threads, `?show=` some of them; `?team=1` those of its colleagues."""
    found = inbox.of_seat(
        request.seat,
        show=request.GET.get("show", ""),
        team=request.GET.get("team") == "1",
        page=request.GET.get("page", ""),
    )
    context = {"inbox": found, "credits": credits.left(request.seat)}
    return render_part(request, "recruiter/inmail/messages.html", "list", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required(*EDITORS)
def conversation(request: SeatRequest, pk: int) -> HttpResponse:
    """One thread; its own seat reads it, writes on, and sees what the member shares."""
    seen = Conversation.objects.visible_to(request.seat)
    thread = get_object_or_404(seen.select_related("member", "seat__user"), pk=pk)
    own = thread.seat_id == request.seat.pk
    form = ReplyForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and own and form.is_valid():
        try:
            return _reply(request, thread, form)
        except InMailRefused as error:
            form.add_error(None, str(error))
    context = {
        "thread": thread,
        "member": thread.member,
        "own": own,
        "readable": not request.seat.previewed
        and (own or request.seat.contract.company.team_reads_inmail),
        "letters": list(thread.messages.prefetch_related("enclosures")),
        "share": inbox.shares_with(request.seat, thread.member),
        "stop": reach.why_not_again(request.seat, thread) if own else "",
        "profile": Member.objects.visible_to(request.seat).filter(pk=thread.member_id).exists(),
        "form": form,
    }
    if own:
        inmail.read(request.seat, thread)
    return render(request, "recruiter/inmail/conversation.html", context)


def _reply(request: SeatRequest, thread: Conversation, form: ReplyForm) -> HttpResponse:
    with transaction.atomic():
        kept = enclosures.keep(form.cleaned_data["files"], sender=request.seat)
        inmail.reply(request.seat, thread, form.cleaned_data["body"], enclosures=kept)
    messages.success(request, "Your message is sent.")
    return redirect(thread)


@require_safe
@seat_required(*EDITORS)
def enclosure(request: SeatRequest, pk: int, file_pk: int) -> FileResponse:
    """A file of a thread whose text the seat may read, as a download."""
    readable = Conversation.objects.readable_by(request.seat).filter(pk=pk)
    files = Enclosure.objects.filter(messages__conversation__in=readable).distinct()
    return download(get_object_or_404(files, pk=file_pk))


def download(file: Enclosure) -> FileResponse:
    """A file to keep, never to be shown as a page of ours."""
    return FileResponse(
        file.file.open("rb"), as_attachment=True, filename=file.name, content_type=file.content_type
    )

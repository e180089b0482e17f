"""E-mails that tell of messages. A worker sends them, after the message is a row for certain."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from recruiter import events, joining
from recruiter.models import Conversation, InMail
from rsc import outbox


@outbox.subscribe(events.INMAIL_SENT)
def tell_member(key: str, payload: dict[str, Any]) -> None:
    """Tell a member of the latest message of a thread, once, unless they want no e-mails."""
    thread = _thread(key)
    if thread is None:
        return
    member = thread.member
    message = _untold(thread, from_member=False)
    main = member.emails.exclude(verified_at=None).first()
    if message is None or main is None or not member.mails_on_inmail:
        return
    author = thread.seat
    subject = f"{author.user.full_name} at {author.contract.company} wrote to you"
    context = {
        "thread": thread,
        "message": message,
        "read_url": _address("member:conversation", thread.pk),
        "privacy_url": _address("member:privacy"),
    }
    if member.user_id is None:  # an operator loaded the record: the link opens the account
        context["read_url"] = _address("member:join", joining.token_of(main))
    _mail(main.address, subject, "recruiter/inmail/to_member.txt", context)


@outbox.subscribe(events.INMAIL_REPLIED)
def tell_seat(key: str, payload: dict[str, Any]) -> None:
    """Tell a recruiter of a member's answer, once."""
    thread = _thread(key)
    message = thread and _untold(thread, from_member=True)
    if not message or not thread.seat.user.email:
        return
    context = {
        "thread": thread,
        "message": message,
        "read_url": _address("recruiter:conversation", thread.pk),
    }
    subject = f"{thread.member.full_name} answered: {thread.answer}"
    _mail(thread.seat.user.email, subject, "recruiter/inmail/to_seat.txt", context)


def _thread(key: str) -> Conversation | None:
    related = Conversation.objects.select_related("member", "seat__user", "seat__contract__company")
    return related.filter(pk=int(key)).first()


def _untold(thread: Conversation, *, from_member: bool) -> InMail | None:
    """The latest message, if no e-mail has told of it; all before it count as told then."""
    side = thread.messages.filter(from_member=from_member)
    latest = side.order_by("-sent_at", "-pk").first()
    told = side.filter(notified_at=None).update(notified_at=timezone.now())
    return latest if told and latest and latest.notified_at is None else None


def _address(name: str, *arguments: object) -> str:
    return settings.BASE_URL + reverse(name, args=arguments)


def _mail(address: str, subject: str, template: str, context: dict[str, Any]) -> None:
    body = render_to_string(template, context)
    EmailMessage(" ".join(subject.split()), body, None, [address]).send()

"""Verbs on InMail: write to members, answer, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from recruiter import activity, credits, events, members, merge_fields, pipeline, reach
from recruiter.models import (
    Activity,
    Conversation,
    Enclosure,
    InMail,
    Member,
    Signature,
)
from recruiter.reach import Reach
from rsc import outbox
from rsc.models import Seat

SUBJECT_LENGTH = Conversation._meta.get_field("subject").max_length
# What a member's button says for them where they add no words.
SHORT_ANSWERS = {True: "Interested", False: "No, thanks"}


class InMailRefused(ValueError):
    """A message cannot be sent as asked; the message says why."""


class NotReachable(InMailRefused):
    """The member does not exist for this seat."""


class NothingToSay(InMailRefused):
    """Subject or text is empty."""


class NotYourConversation(InMailRefused):
    """Only the two people of a thread may write in it."""


class NotReached(InMailRefused):
    """The member cannot be written to now: see `recruiter.reach`."""


class UnknownField(InMailRefused):
    """A merge field that does not exist."""


@dataclass(frozen=True)
class Sent:
    """What became of a message to several people."""

    conversations: list[Conversation]
    left_out: list[Reach]


def send(
    seat: Seat, member: Member, *, subject: str, body: str, enclosures: Sequence[Enclosure] = ()
) -> Conversation:
    """Write to a member; opens a thread.

    Raises:
        NotReachable: the seat may not see the member.
        NotReached: the member, an ATS or a rule of the contract stands against it.
        NothingToSay: subject or text is empty.
        UnknownField: the text names a merge field that does not exist.
    """
    sent = send_all(seat, [member], subject=subject, body=body, enclosures=enclosures)
    if sent.left_out:
        raise NotReached(sent.left_out[0].reason)
    if not sent.conversations:
        raise NotReachable("This member cannot be reached.")
    return sent.conversations[0]


@transaction.atomic
def send_all(
    seat: Seat,
    members: Sequence[Member],
    *,
    subject: str,
    body: str,
    enclosures: Sequence[Enclosure] = (),
) -> Sent:
    """Write the same words, merged for each, to several members; a thread for each.

    Who cannot be written to is left out, with the reason; whom the seat may not see is not there.

    Raises:
        NothingToSay, UnknownField: as for `send`.
    """
    words = checked_words(seat, subject, body)
    # Whoever sends on this seat at the same moment waits here, so that credits hold.
    Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    seen = Member.objects.visible_to(seat).filter(pk__in=[member.pk for member in members])
    found = seen.prefetch_related("positions").in_bulk()
    present = [found[member.pk] for member in members if member.pk in found]
    people = reach.gather(seat, present, words=words)
    reached = [one for one in people if not one.reason]
    threads = _open(seat, [one.member for one in reached], words, enclosures)
    credits.spend(seat, [t for t, one in zip(threads, reached, strict=True) if not one.free])
    return Sent(threads, [one for one in people if one.reason])


def checked_words(seat: Seat, subject: str, body: str) -> tuple[str, str]:
    """Subject and text as they will be sent, signature and all, before fields are merged.

    Raises:
        NothingToSay, UnknownField: as for `send`.
    """
    if not subject.strip():
        raise NothingToSay("Please write a subject.")
    if not body.strip():
        raise NothingToSay("Please write a message.")
    if strange := merge_fields.unknown(f"{subject} {body}"):
        raise UnknownField(
            f"There is no field {{{strange[0]}}}. There are: "
            f"{', '.join(f'{{{name}}}' for name in merge_fields.LABELS)}."
        )
    signature = Signature.objects.filter(seat=seat).values_list("text", flat=True).first()
    return subject.strip(), f"{body.strip()}\n\n{signature}" if signature else body


def _open(
    seat: Seat, members: list[Member], words: tuple[str, str], enclosures: Sequence[Enclosure]
) -> list[Conversation]:
    now = timezone.now()
    subject, body = words
    threads = Conversation.objects.bulk_create(
        Conversation(
            seat=seat,
            member=member,
            subject=merge_fields.merge(subject, member, seat)[:SUBJECT_LENGTH],
            started_at=now,
            last_message_at=now,
        )
        for member in members
    )
    messages = InMail.objects.bulk_create(
        InMail(
            conversation=thread,
            body=merge_fields.merge(body, thread.member, seat),
            sent_at=now,
        )
        for thread in threads
    )
    _enclose(messages, enclosures)
    _tell_of(seat, members, threads)
    return threads


def _tell_of(seat: Seat, members: list[Member], threads: list[Conversation]) -> None:
    """What follows when a seat has written: the team sees it, pipelines move, mails go out."""
    activity.record_all(seat, members, Activity.Verb.MESSAGED)
    pipeline.contacted(seat, members)
    outbox.publish_many(events.INMAIL_SENT, [(thread.pk, {}) for thread in threads])


@transaction.atomic
def reply(
    author: Seat | Member,
    conversation: Conversation,
    body: str,
    *,
    interested: bool | None = None,
    enclosures: Sequence[Enclosure] = (),
) -> InMail:
    """Write in a thread.

    Args:
        author: the seat or the member of the thread.
        conversation: the thread.
        body: the text; a member who says whether they are interested needs none.
        interested: for a member's answer: whether they want to hear more; None leaves that open.

    Raises:
        NotYourConversation: the author is somebody else.
        NotReached: the member does not want to hear from the seat any more.
        NothingToSay: the text is empty.
    """
    if author not in (conversation.seat, conversation.member):
        raise NotYourConversation("Only the two people of this conversation may write in it.")
    if isinstance(author, Seat):
        if reason := reach.why_not_again(author, conversation):
            raise NotReached(reason)
        message = _add(conversation, body, from_member=False)
        _enclose([message], enclosures)
        _tell_of(author, [conversation.member], [conversation])
        return message
    if interested is not None:
        body = body.strip() or SHORT_ANSWERS[interested]
    message = _add(conversation, body, from_member=True)
    _enclose([message], enclosures)
    _answered(conversation, message, interested)
    return message


def _answered(conversation: Conversation, message: InMail, interested: bool | None) -> None:
    """What follows from a member's answer, the first one above all."""
    member, seat = conversation.member, conversation.seat
    read(member, conversation)
    if interested is not None:
        yes, no = Conversation.State.INTERESTED, Conversation.State.DECLINED
        conversation.state = yes if interested else no
    if conversation.answered_at is None:
        conversation.answered_at = message.sent_at
        credits.refund(conversation, message.sent_at)
    conversation.save(update_fields=["state", "answered_at"])
    Member.objects.filter(pk=member.pk).update(last_replied_at=message.sent_at)
    members.tell_changed([member.pk])
    activity.record(seat, member, Activity.Verb.REPLIED)
    pipeline.replied(member, seat)
    outbox.publish(events.INMAIL_REPLIED, conversation.pk, message=message.pk)


def _add(conversation: Conversation, body: str, *, from_member: bool) -> InMail:
    if not body.strip():
        raise NothingToSay("Please write a message.")
    now = timezone.now()
    Conversation.objects.filter(pk=conversation.pk).update(last_message_at=now)
    return InMail.objects.create(
        conversation=conversation, from_member=from_member, body=body, sent_at=now
    )


def _enclose(messages: Sequence[InMail], enclosures: Sequence[Enclosure]) -> None:
    """Put the same files into each of the messages. One statement."""
    link = InMail.enclosures.through
    link.objects.bulk_create(
        link(inmail=message, enclosure=enclosure)
        for message in messages
        for enclosure in enclosures
    )


def read(reader: Seat | Member, conversation: Conversation) -> int:
    """Note that somebody has read what the other side wrote. Returns how many were unread."""
    unread = conversation.messages.filter(read_at=None, from_member=isinstance(reader, Seat))
    return unread.update(read_at=timezone.now())

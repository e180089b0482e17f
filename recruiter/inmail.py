"""Verbs on InMail: write to a member, answer, and share contact details with a company."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from recruiter import activity, events, members
from recruiter.models import Activity, ContactShare, Conversation, InMail, Member
from rsc import outbox
from rsc.models import Company, Seat


class InMailRefused(ValueError):
    """A message cannot be sent as asked; the message says why."""


class NotReachable(InMailRefused):
    """The member does not exist for this seat."""


class NothingToSay(InMailRefused):
    """Subject or text is empty."""


class NotYourConversation(InMailRefused):
    """Only the two people of a thread may write in it."""


class NothingToShare(InMailRefused):
    """The member has neither an address nor a phone number."""


@transaction.atomic
def send(seat: Seat, member: Member, *, subject: str, body: str) -> Conversation:
    """Write to a member; opens a thread.

    Raises:
        NotReachable: the seat may not see the member.
        NothingToSay: subject or text is empty.
    """
    if not Member.objects.visible_to(seat).filter(pk=member.pk).exists():
        raise NotReachable("This member cannot be reached.")
    if not subject.strip():
        raise NothingToSay("Please write a subject.")
    now = timezone.now()
    conversation = Conversation.objects.create(
        seat=seat, member=member, subject=subject.strip(), started_at=now, last_message_at=now
    )
    _add(conversation, body, from_member=False)
    activity.record(seat, member, Activity.Verb.MESSAGED)
    return conversation


@transaction.atomic
def reply(
    author: Seat | Member, conversation: Conversation, body: str, *, interested: bool | None = None
) -> InMail:
    """Write in a thread.

    Args:
        author: the seat or the member of the thread.
        conversation: the thread.
        body: the text.
        interested: for a member's answer: whether they want to hear more; None leaves that open.

    Raises:
        NotYourConversation: the author is somebody else.
        NothingToSay: the text is empty.
    """
    if author not in (conversation.seat, conversation.member):
        raise NotYourConversation("Only the two people of this conversation may write in it.")
    if isinstance(author, Seat):
        message = _add(conversation, body, from_member=False)
        activity.record(author, conversation.member, Activity.Verb.MESSAGED)
        return message
    message = _add(conversation, body, from_member=True)
    if interested is not None:
        yes, no = Conversation.State.INTERESTED, Conversation.State.DECLINED
        conversation.state = yes if interested else no
        conversation.save(update_fields=["state"])
    Member.objects.filter(pk=author.pk).update(last_replied_at=message.sent_at)
    members.tell_changed([author.pk])
    outbox.publish(events.INMAIL_REPLIED, conversation.pk, message=message.pk)
    return message


def _add(conversation: Conversation, body: str, *, from_member: bool) -> InMail:
    if not body.strip():
        raise NothingToSay("Please write a message.")
    now = timezone.now()
    Conversation.objects.filter(pk=conversation.pk).update(last_message_at=now)
    return InMail.objects.create(
        conversation=conversation, from_member=from_member, body=body, sent_at=now
    )


@transaction.atomic
def share_contact(member: Member, conversation: Conversation) -> ContactShare:
    """Let the company of a thread have the member's main address and phone number.

    One agreement stands per company; sharing again renews what is shared.

    Raises:
        NotYourConversation: the thread is another member's.
        NothingToShare: there is neither an address nor a number.
    """
    if conversation.member_id != member.pk:
        raise NotYourConversation("This is another member's conversation.")
    email, phone = member.emails.first(), member.phones.first()
    if email is None and phone is None:
        raise NothingToShare("Add an e-mail address or a phone number first.")
    company = conversation.seat.contract.company
    withdraw(member, company)
    try:
        with transaction.atomic():
            return ContactShare.objects.create(
                member=member,
                company=company,
                conversation=conversation,
                email=email.address if email else "",
                phone=phone.number if phone else "",
                shared_at=timezone.now(),
            )
    except IntegrityError:
        # The same click arrived twice at once; the other one has shared already.
        return ContactShare.objects.standing().get(member=member, company=company)


@transaction.atomic
def withdraw(member: Member, company: Company) -> bool:
    """End an agreement: from now on the company's ATS gets neither. Returns whether one stood.

    The details themselves are forgotten too; that there was an agreement stays on record.
    """
    standing = ContactShare.objects.standing().filter(member=member, company=company)
    return bool(standing.update(withdrawn_at=timezone.now(), email="", phone=""))

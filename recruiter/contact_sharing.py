"""What members say about their contact details: per company, dated, and taken back at any time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from recruiter import consents, events
from recruiter.inmail import NotYourConversation
from recruiter.models import Consent, ContactShare, Conversation, Member
from rsc import outbox
from rsc.models import Company


class NothingToShare(ValueError):
    """There is neither an address nor a phone number."""


def question_due(conversation: Conversation) -> bool:
    """Whether to ask the member of a thread for contact details.

    After the first answer that is no refusal, once per company: who said no is not asked again,
    and may still say yes of their own accord.
    """
    if not conversation.answered_at or conversation.state == Conversation.State.DECLINED:
        return False
    company = conversation.seat.contract.company_id
    threads = Conversation.objects.filter(
        member=conversation.member_id, seat__contract__company=company
    )
    asked = threads.exclude(contact_kept_at=None).exists()
    shares = ContactShare.objects.filter(member=conversation.member_id, company=company)
    return not asked and not shares.exists()


@dataclass(frozen=True)
class Choice:
    """What a member said to one company, as it stands.

    Attributes:
        share: the latest agreement, standing or withdrawn; None without any.
        thread: the latest thread with the company, where the member can share anew.
        kept_at: when they last said no.
        consent: the words under which the agreement stands.
    """

    company: Company
    share: ContactShare | None = None
    thread: Conversation | None = None
    kept_at: datetime | None = None
    consent: Consent | None = None


def choices(member: Member) -> list[Choice]:
    """A member's choice for each company that wrote or has details, by name. Three queries."""
    threads = member.conversations.select_related("seat__contract__company").order_by("started_at")
    shares = member.contact_shares.select_related("company").order_by("shared_at")
    found: dict[int, Choice] = {}
    for thread in threads:
        company = thread.seat.contract.company
        one = found.get(company.pk, Choice(company))
        kept = max(filter(None, (one.kept_at, thread.contact_kept_at)), default=None)
        found[company.pk] = replace(one, thread=thread, kept_at=kept)
    agreed = consents.standing_of(f"member:{member.public_id}")
    for each in shares:
        one = found.get(each.company_id, Choice(each.company))
        terms = agreed.get(_name(each.company))
        found[each.company_id] = replace(one, share=each, consent=terms)
    return sorted(found.values(), key=lambda one: one.company.name.lower())


@transaction.atomic
def share(
    member: Member,
    conversation: Conversation,
    *,
    email: str | None = None,
    phone: str | None = None,
) -> ContactShare:
    """Let the company of a thread have an address and a phone number.

    One agreement stands per company; sharing again renews what is shared.

    Args:
        email, phone: as the member gives them; None takes the profile's main ones.

    Raises:
        NotYourConversation: the thread is another member's.
        NothingToShare: there is neither an address nor a number.
    """
    if conversation.member_id != member.pk:
        raise NotYourConversation("This is another member's conversation.")
    if email is None:
        email = next((one.address for one in member.emails.all()[:1]), "")
    if phone is None:
        phone = next((one.number for one in member.phones.all()[:1]), "")
    if not email and not phone:
        raise NothingToShare("Give an e-mail address or a phone number.")
    company = conversation.seat.contract.company
    _end(member, company)
    try:
        with transaction.atomic():
            made = ContactShare.objects.create(
                member=member,
                company=company,
                conversation=conversation,
                email=email,
                phone=phone,
                shared_at=timezone.now(),
            )
    except IntegrityError:
        # The same click arrived twice at once; the other one has shared already.
        return ContactShare.objects.standing().get(member=member, company=company)
    Conversation.objects.filter(pk=conversation.pk).update(contact_kept_at=None)
    consents.give(consents.Kind.CONTACT_SHARE, f"member:{member.public_id}", to=_name(company))
    outbox.publish(events.CONTACT_SHARED, conversation.pk, share=made.pk)
    return made


def keep(member: Member, conversation: Conversation) -> None:
    """Note that the member keeps contact details from the company of a thread, and when.

    Raises:
        NotYourConversation: the thread is another member's.
    """
    if conversation.member_id != member.pk:
        raise NotYourConversation("This is another member's conversation.")
    conversation.contact_kept_at = timezone.now()
    conversation.save(update_fields=["contact_kept_at"])


@transaction.atomic
def withdraw(member: Member, company: Company) -> bool:
    """End an agreement: from now on the company's ATS gets neither. Returns whether one stood.

    The details themselves are forgotten too; that there was an agreement stays on record.
    """
    ended = _end(member, company)
    if ended:
        consents.withdraw(f"member:{member.public_id}", to=_name(company))
        outbox.publish(events.CONTACT_WITHDRAWN, f"{member.pk}:{company.pk}")
    return ended


def _name(company: Company) -> str:
    return f"company:{company.pk}"


def _end(member: Member, company: Company) -> bool:
    standing = ContactShare.objects.standing().filter(member=member, company=company)
    return bool(standing.update(withdrawn_at=timezone.now(), email="", phone=""))

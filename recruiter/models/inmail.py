"""InMail: a thread between a seat and a member, and what the member chose about both."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from recruiter.models.enclosure import Enclosure
from recruiter.models.member import Member
from rsc import urns
from rsc.models import Company, Seat


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, seat: Seat) -> ConversationQuerySet:
        """Threads of which a seat may know: its own, and its colleagues' on the contract.

        The text of a colleague's thread is another question: see `readable_by`.
        """
        return self.filter(seat__contract_id=seat.contract_id)

    def readable_by(self, seat: Seat) -> ConversationQuerySet:
        """Threads whose text a seat may read (design.md 5, rule 4)."""
        if seat.previewed:
            return self.none()
        if seat.contract.company.team_reads_inmail:
            return self.visible_to(seat)
        return self.filter(seat=seat)


class Conversation(models.Model):
    """A thread; `urn:li:messagingThread:{id}` on the wire."""

    class State(models.TextChoices):
        AWAITING = "awaiting", "Awaiting reply"
        INTERESTED = "interested", "Interested"
        DECLINED = "declined", "Declined"

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="conversations")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="conversations")
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.AWAITING)
    started_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True, help_text="The first answer.")
    # When the member was asked for contact details and kept them.
    contact_kept_at = models.DateTimeField(null=True, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-last_message_at", "-id"]
        indexes = [
            models.Index(fields=["seat", "-last_message_at", "-id"], name="conversation_of_seat"),
            models.Index(fields=["member", "-last_message_at"], name="conversation_of_member"),
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("recruiter:conversation", args=[self.pk])

    @property
    def answer(self) -> str:
        """How the member answered, in words: in their own, or only whether they are interested."""
        if self.answered_at and self.state == self.State.AWAITING:
            return "Replied"
        return self.get_state_display()

    @property
    def urn(self) -> urns.Urn:
        return urns.Urn(urns.MESSAGING_THREAD, str(self.pk))


class InMail(models.Model):
    """One message of a thread."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    from_member = models.BooleanField(default=False)
    body = models.TextField()
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True, help_text="By the one it was sent to.")
    notified_at = models.DateTimeField(
        null=True, blank=True, help_text="When an e-mail told of it."
    )
    enclosures = models.ManyToManyField(Enclosure, blank=True, related_name="messages")

    class Meta:
        verbose_name = "InMail"
        ordering = ["sent_at", "id"]
        indexes = [
            models.Index(fields=["conversation", "sent_at", "id"], name="inmail_of_thread"),
            models.Index(
                fields=["conversation", "from_member"],
                condition=Q(read_at=None),
                name="inmail_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"InMail {self.pk}"


class ContactShareQuerySet(models.QuerySet["ContactShare"]):
    def standing(self) -> ContactShareQuerySet:
        """Agreements that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def visible_to(self, seat: Seat) -> ContactShareQuerySet:
        """What members share with the seat's company."""
        return self.standing().filter(company_id=seat.contract.company_id)


class ContactShare(models.Model):
    """A member agreed to share contact details with one company, until they withdraw."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="contact_shares")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    # The thread in which the member was asked.
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, related_name="contact_shares"
    )
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    shared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ContactShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "company"],
                condition=Q(withdrawn_at=None),
                name="contact_share_one_standing",
            )
        ]
        indexes = [models.Index(fields=["company", "shared_at"], name="contact_share_by_date")]

    def __str__(self) -> str:
        return f"{self.member_id} shares with {self.company_id}"


class InMailBlock(models.Model):
    """A member wants no messages from a company."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="inmail_blocks")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "InMail block"
        constraints = [
            models.UniqueConstraint(fields=["member", "company"], name="inmail_block_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} blocks {self.company_id}"

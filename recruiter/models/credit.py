"""The ledger of InMail credits: what a seat spent, got back, and was given besides."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rsc.models import Seat


class CreditEntryQuerySet(models.QuerySet["CreditEntry"]):
    def visible_to(self, seat: Seat) -> CreditEntryQuerySet:
        """A seat's own ledger."""
        return self.filter(seat=seat)


class CreditEntry(models.Model):
    """One change of a seat's credits. The monthly grant is a rule (`recruiter.credits`), no row."""

    class Kind(models.TextChoices):
        SPENT = "spent", "Spent"
        REFUNDED = "refunded", "Back after an answer"
        GIVEN = "given", "Given by an administrator"

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="credit_entries")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.GIVEN)
    amount = models.SmallIntegerField(help_text="Credits, negative when they are spent.")
    # The thread that was paid for; empty when the member has left.
    conversation = models.ForeignKey(
        "recruiter.Conversation",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="credit_entries",
    )
    at = models.DateTimeField()

    objects = CreditEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "credit entries"
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "kind"],
                condition=Q(conversation__isnull=False),
                name="credit_once_per_conversation",
            )
        ]
        indexes = [models.Index(fields=["seat", "at"], name="credit_of_seat")]

    def __str__(self) -> str:
        return f"{self.amount:+d} {self.kind}"

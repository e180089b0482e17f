"""Words that a recruiter writes once: templates for messages, and a signature."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rsc.models import Contract, Seat


class MessageTemplateQuerySet(models.QuerySet["MessageTemplate"]):
    def visible_to(self, seat: Seat) -> MessageTemplateQuerySet:
        """A seat's own templates, and those that colleagues on its contract share."""
        return self.filter(Q(seat=seat) | Q(shared=True, contract_id=seat.contract_id))

    def editable_by(self, seat: Seat) -> MessageTemplateQuerySet:
        """A seat's own templates; a contract's administrators look after the shared ones too."""
        if seat.role == Seat.Role.ADMINISTRATOR:
            return self.visible_to(seat)
        return self.filter(seat=seat)


class MessageTemplate(models.Model):
    """Subject and text with merge fields, to start a message from."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="message_templates")
    name = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)
    body = models.TextField(max_length=8000)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = MessageTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "name"], name="message_template_once_per_seat")
        ]
        indexes = [models.Index(fields=["contract", "shared"], name="message_template_shared")]

    def __str__(self) -> str:
        return self.name


class Signature(models.Model):
    """What stands below each message that a seat sends."""

    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, related_name="signature")
    text = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"signature of {self.seat_id}"

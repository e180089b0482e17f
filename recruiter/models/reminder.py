"""What a recruiter wants to be reminded of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recruiter.models.member import Member
from rsc.models import Seat


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, seat: Seat) -> ReminderQuerySet:
        """The seat's own; nobody else reads them."""
        return self.none() if seat.previewed else self.filter(seat=seat)

    def waiting(self) -> ReminderQuerySet:
        return self.filter(done_at=None)


class Reminder(models.Model):
    """A date on which to think of a member again."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="reminders")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="reminders")
    due_on = models.DateField()
    text = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["seat", "due_on", "id"], condition=Q(done_at=None), name="reminder_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"reminder {self.pk}"

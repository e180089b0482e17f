"""Files that go with a message. They stay in the thread; one sent to many is kept once."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from recruiter.models.member import Member
from rsc.models import Seat


def place_of(enclosure: Enclosure, name: str) -> str:
    """Where a file is kept: under a random name, so that a path tells nothing."""
    return f"enclosures/{uuid4().hex}"


class Enclosure(models.Model):
    """A file that a seat or a member sent."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="+")
    file = models.FileField(upload_to=place_of, max_length=100)
    name = models.CharField(max_length=120, help_text="As the sender's computer called it.")
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seat=None) ^ models.Q(member=None),
                name="enclosure_of_seat_or_member",
            )
        ]

    def __str__(self) -> str:
        return self.name

"""“Update me”: whom a recruiter follows, and what those people changed in their profiles."""

from __future__ import annotations

from django.db import models
from django.db.models import F

from recruiter.models.member import Member
from rsc.models import Seat


class FollowQuerySet(models.QuerySet["Follow"]):
    def visible_to(self, seat: Seat) -> FollowQuerySet:
        """The seat's own; a member is not told, nor are colleagues."""
        return self.filter(seat=seat)


class Follow(models.Model):
    """A seat wants to hear when a member's profile changes."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="follows")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField()

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seat", "member"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.seat_id} follows {self.member_id}"


class MemberSnapshot(models.Model):
    """What a followed member's profile said when it was last looked at."""

    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, primary_key=True, related_name="snapshot"
    )
    facts = models.JSONField(help_text="Kind of change: the text, or a list of texts.")

    def __str__(self) -> str:
        return f"snapshot of {self.member_id}"


class MemberChangeQuerySet(models.QuerySet["MemberChange"]):
    def visible_to(self, seat: Seat) -> MemberChangeQuerySet:
        """The seat's feed: changes since it follows, of members whom it may see."""
        return self.filter(
            member__in=Member.objects.visible_to(seat).values("pk"),
            member__follows__seat=seat,
            member__follows__since__lte=F("at"),
        )


class MemberChange(models.Model):
    """One change of a followed profile: one row, however many follow."""

    class Kind(models.TextChoices):
        JOB = "job", "Job"
        HEADLINE = "headline", "Headline"
        PLACE = "place", "Place"
        SKILLS = "skills", "Skills"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    at = models.DateTimeField()

    objects = MemberChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["member", "-at", "-id"], name="change_of_member")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"

"""Who knows whom, who follows a company, and what a team did with a member."""

from __future__ import annotations

from django.db import models

from recruiter.models.member import Member
from rsc.models import Company, Seat


class Connection(models.Model):
    """Two members know each other. Stored in both directions, so that one index answers."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="connections")
    other = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "other"], name="connection_once"),
            models.CheckConstraint(
                condition=~models.Q(member=models.F("other")), name="connection_with_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} knows {self.other_id}"


class BrandEngagement(models.Model):
    """A member follows a company, or looked at its page or jobs."""

    class Kind(models.TextChoices):
        FOLLOWS = "follows", "Follows the company"
        VIEWED = "viewed", "Viewed the company's page or jobs"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="brand_engagements")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "member", "kind"], name="engagement_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.company_id}"


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, seat: Seat) -> ActivityQuerySet:
        """What people on the same contract did, as far as the team may know of it."""
        told = models.Q(confidentially=False) | models.Q(seat=seat)
        return self.filter(told, seat__contract_id=seat.contract_id)


class Activity(models.Model):
    """What a seat did with a member: so that two colleagues do not write twice."""

    class Verb(models.TextChoices):
        VIEWED = "viewed", "Viewed by"
        SAVED = "saved", "Saved to project by"
        MESSAGED = "messaged", "Messaged by"
        REPLIED = "replied", "Replied to"
        NOTED = "noted", "Note added by"
        EXPORTED = "exported", "Exported by"
        MOVED = "moved", "Moved by"
        LINKED = "linked", "Linked by"
        UNLINKED = "unlinked", "Unlinked by"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="activities")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=10, choices=Verb.choices)
    at = models.DateTimeField()
    # Done in private mode; a later change of mind does not name anybody after the fact.
    privately = models.BooleanField(default=False)
    # Done to something that not everybody on the contract may see: told to the seat alone.
    confidentially = models.BooleanField(default=False, db_default=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["member", "-at", "-id"], name="activity_of_member")]

    def __str__(self) -> str:
        return f"{self.verb} {self.member_id}"

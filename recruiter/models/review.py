"""Feedback that a recruiter asks a hiring manager for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recruiter.models.member import Member
from recruiter.models.project import Project
from rsc.models import Contract, Seat


class ReviewRequestQuerySet(models.QuerySet["ReviewRequest"]):
    def visible_to(self, seat: Seat) -> ReviewRequestQuerySet:
        """What a seat asked for, what it was asked, and what belongs to projects it sees."""
        return self.filter(
            Q(asked_by=seat) | Q(reviewer=seat) | Q(project__in=Project.objects.visible_to(seat)),
            contract_id=seat.contract_id,
        )


class ReviewRequest(models.Model):
    """Some members, shown to one reviewer.

    Attributes:
        reviewer: the seat that is asked; none until somebody with the address has a seat.
        email: where the link went, where the reviewer was not chosen by name.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(Seat, on_delete=models.CASCADE, null=True, related_name="+")
    email = models.EmailField(blank=True)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, null=True, related_name="review_requests"
    )
    message = models.TextField(blank=True, max_length=2000)
    asked_at = models.DateTimeField(auto_now_add=True)

    objects = ReviewRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["reviewer", "-asked_at"], name="asked_of_reviewer")]

    def __str__(self) -> str:
        return f"asked {self.asked_at:%Y-%m-%d}"


class ReviewQuerySet(models.QuerySet["Review"]):
    def given(self) -> ReviewQuerySet:
        """Those that have been answered."""
        return self.exclude(given_at=None)

    def visible_to(self, seat: Seat) -> ReviewQuerySet:
        return self.filter(request__in=ReviewRequest.objects.visible_to(seat))


class Review(models.Model):
    """What a reviewer thinks of one member; without a verdict until they say so."""

    class Verdict(models.TextChoices):
        YES = "yes", "Yes"
        MAYBE = "maybe", "Maybe"
        NO = "no", "No"

    request = models.ForeignKey(ReviewRequest, on_delete=models.CASCADE, related_name="reviews")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="reviews")
    verdict = models.CharField(max_length=5, choices=Verdict.choices, blank=True)
    text = models.TextField(blank=True, max_length=4000)
    given_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "member"], name="review_once_per_request")
        ]

    def __str__(self) -> str:
        return self.get_verdict_display()

"""A person's record in an ATS, and its link to a member."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q

from ats_sync.models.integration import Ats
from ats_sync.models.linked import LINKED
from recruiter.models import Member
from rsc.models import Seat, User


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, seat: Seat, feature: str = "IN_ATS_INDICATOR") -> CandidateQuerySet:
        """Candidates of the ATSs that a seat may know of through a feature.

        One whose applications are all hidden from the seat is hidden too (design.md 5, rule 3);
        one without any application is seen by everyone at the company. An application is of
        its candidate's ATS, so the ATS is asked about once.
        """
        applications = self.model.applications.rel.related_model.objects
        of_this_one = applications.filter(candidate=OuterRef("pk"))
        return self.filter(
            ~Exists(of_this_one) | Exists(of_this_one.open_to(seat)),
            ats__in=Ats.objects.visible_to(seat, feature),
        )

    def open_to_everyone(self) -> CandidateQuerySet:
        """Candidates whom everybody may see who may see any of their ATS."""
        applications = self.model.applications.rel.related_model.objects
        of_this_one = applications.filter(candidate=OuterRef("pk"))
        return self.filter(~Exists(of_this_one) | Exists(of_this_one.open_to_everyone()))


class Candidate(models.Model):
    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="candidates", **LINKED)
    external_id = models.CharField(max_length=255)
    first_name = models.CharField(max_length=255)
    last_name = models.CharField(max_length=255, blank=True)
    middle_initial = models.CharField(max_length=50, blank=True)
    prefix = models.CharField(max_length=50, blank=True)
    suffix = models.CharField(max_length=50, blank=True)
    emails = ArrayField(models.CharField(max_length=254), default=list)
    # Normal forms of the addresses, by which they are compared (rsc.addresses).
    email_keys = ArrayField(models.CharField(max_length=254), default=list)
    phones = models.JSONField(default=list, help_text='[{"number": …, "extension": …}]')
    addresses = models.JSONField(default=list, help_text="Postal addresses as sent.")
    current_company = models.CharField(max_length=255, blank=True)
    current_title = models.CharField(max_length=255, blank=True)
    profile_url = models.URLField(max_length=2000, blank=True, help_text="The record in the ATS.")
    member_profile_url = models.URLField(max_length=2000, blank=True)
    do_not_contact = models.BooleanField(default=False)
    external_created_at = models.DateTimeField()
    external_modified_at = models.DateTimeField()
    received_at = models.DateTimeField()

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ats", "external_id"], name="candidate_once_per_ats")
        ]
        indexes = [GinIndex(fields=["email_keys"], name="candidate_email_keys", fastupdate=False)]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class MatchQuerySet(models.QuerySet["Match"]):
    def live(self) -> MatchQuerySet:
        """Links that count: made by a rule or by a person, and not undone."""
        return self.filter(state__in=Match.LIVE)

    def suggested(self) -> MatchQuerySet:
        """What a rule proposes and a person has to decide, the surest first."""
        return self.filter(state=Match.State.SUGGESTED).order_by("-score", "id")


class Match(models.Model):
    """The link between a candidate and a member, with who or what made it, and why."""

    class State(models.TextChoices):
        SUGGESTED = "suggested", "Suggested"
        AUTOMATIC = "automatic", "Matched by a rule"
        CONFIRMED = "confirmed", "Confirmed by a person"
        MANUAL = "manual", "Linked by hand"
        REJECTED = "rejected", "Rejected by a person"
        UNLINKED = "unlinked", "Unlinked by a person"
        SUPERSEDED = "superseded", "Replaced by another"

    LIVE = (State.AUTOMATIC, State.CONFIRMED, State.MANUAL)

    candidate = models.ForeignKey(
        Candidate,
        on_delete=models.CASCADE,
        related_name="matches",
        **LINKED,
    )
    # No check by the database either: accounts are closed, never deleted.
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="matches", **LINKED)
    state = models.CharField(max_length=12, choices=State.choices)
    rule = models.CharField(max_length=40, help_text="The rule that made it, or “hand”.")
    evidence = models.JSONField(default=dict)
    score = models.IntegerField(null=True, help_text="Hundredths of a bit.")
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField()

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "matches"
        constraints = [
            models.UniqueConstraint(fields=["candidate", "member"], name="match_pair_once"),
            models.UniqueConstraint(
                fields=["candidate"], condition=Q(state="manual"), name="match_one_manual"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "state"], name="match_of_member"),
            models.Index(
                fields=["decided_by"], condition=~Q(decided_by=None), name="match_decided_by"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} is {self.member_id} ({self.state})"

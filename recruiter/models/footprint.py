"""What ATSs know of a member, as far as search needs it (design.md 5).

The ATS side writes these tables and nobody else; search and result rows only read them.
A *visibility token* names who may see a fact: one token for everybody at a company (per
ATS), one per ACL. A seat holds a handful of tokens; what it may see is their union, so
counts and facets are right by construction.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from recruiter.models.member import Member
from rsc.models import Company, Seat


class VisibilityTokenQuerySet(models.QuerySet["VisibilityToken"]):
    def held_by(self, seat: Seat) -> VisibilityTokenQuerySet:
        """The tokens in force that a seat holds: its company's, and its person's by ACL."""
        return self.filter(
            Q(everyone=True)
            | Exists(
                TokenHolder.objects.filter(token=OuterRef("pk"), person_id=seat.user.person_id)
            ),
            company_id=seat.contract.company_id,
            in_force=True,
        )


class VisibilityToken(models.Model):
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    # Which ATS the facts come from, by the ATS side's own id and the name that people see.
    ats_id = models.BigIntegerField()
    ats_name = models.CharField(max_length=200)
    everyone = models.BooleanField(default=False)
    acl_id = models.CharField(max_length=255, blank=True, help_text="Empty for everyone's token.")
    # False while the company has the indicator switched off: hides every fact at once.
    in_force = models.BooleanField(default=False)

    objects = VisibilityTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ats_id", "acl_id"], name="token_per_ats_and_acl"),
            models.CheckConstraint(
                condition=Q(everyone=True, acl_id="") | Q(everyone=False) & ~Q(acl_id=""),
                name="token_everyone_or_acl",
            ),
        ]
        indexes = [models.Index(fields=["company", "in_force"], name="token_of_company")]

    def __str__(self) -> str:
        return f"{self.ats_name}: {self.acl_id or 'everyone'}"


class TokenHolder(models.Model):
    """A person who holds an ACL's token (everyone's token needs no rows)."""

    token = models.ForeignKey(VisibilityToken, on_delete=models.CASCADE, related_name="holders")
    person_id = models.CharField(max_length=11)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "token"], name="token_holder_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} holds {self.token_id}"


class AtsFootprint(models.Model):
    """The present facts about one member under one token."""

    # Tokens come and go under the lock of their ATS, as footprints do: no check row by row.
    token = models.ForeignKey(
        VisibilityToken,
        on_delete=models.CASCADE,
        related_name="footprints",
        db_index=False,
        db_constraint=False,
    )
    # Read together with the member, in the same statement; accounts are closed, never deleted.
    member = models.ForeignKey(
        Member,
        on_delete=models.CASCADE,
        related_name="footprints",
        db_index=False,
        db_constraint=False,
    )
    past_applicant = models.BooleanField(default=False)
    do_not_contact = models.BooleanField(
        default=False, db_default=False, help_text="The ATS says that nobody may write to them."
    )
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "token"], name="footprint_per_member_token")
        ]
        indexes = [
            models.Index(fields=["token", "past_applicant", "member"], name="footprint_token")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} under {self.token_id}"


class Fact(models.TextChoices):
    """The kinds of ATS facts that a search can ask for."""

    IN_ATS = "in_ats", "In ATS"
    PAST_APPLICANT = "past_applicant", "Past applicant"


class FactLogEntry(models.Model):
    """One fact came or went; written in the statement that changed the footprint.

    A search engine in another process reads what is above its last `id`. Writers of one ATS
    take an advisory lock, so that per token the order of ids is the order of commits.
    """

    # Written with the footprint, which is checked: these two need no check of their own.
    token = models.ForeignKey(
        VisibilityToken,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    fact = models.CharField(max_length=20, choices=Fact.choices)
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    added = models.BooleanField()

    class Meta:
        verbose_name_plural = "fact log"
        indexes = [models.Index(fields=["token", "id"], name="fact_log_of_token")]

    def __str__(self) -> str:
        return f"{'+' if self.added else '-'} {self.fact} {self.member_id}"

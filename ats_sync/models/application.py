"""A candidate on a requisition, with the stages and the feedback of that journey.

Children may arrive before their parents: they name the parent by the ATS's id and wait with
an empty link until it arrives (contract.md 1.10).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from ats_sync.models.acl import EntityAcl
from ats_sync.models.candidate import Candidate
from ats_sync.models.integration import (
    ALL_PRODUCT_USERS,
    Ats,
    Integration,
    IntegrationSetting,
)
from ats_sync.models.job_posting import JobPosting
from ats_sync.models.linked import LINKED
from rsc.models import Seat


class ApplicationQuerySet(models.QuerySet["Application"]):
    def open_to(self, seat: Seat) -> ApplicationQuerySet:
        """Those that a seat may see as far as their requisition goes, whatever their ATS."""
        by_acl = EntityAcl.objects.opening_job(OuterRef("ats"), OuterRef("external_job_id"), seat)
        return self.filter(self._open() | Exists(by_acl))

    def open_to_everyone(self) -> ApplicationQuerySet:
        """Those whose requisition needs no ACL."""
        return self.filter(self._open())

    @staticmethod
    def _open() -> Q:
        everyone = IntegrationSetting.objects.filter(
            integration__ats=OuterRef("ats"),
            integration__integration_type=Integration.Type.IN_ATS_INDICATOR,
            key=IntegrationSetting.Key.APPLICATION_VIEWERS,
            value=ALL_PRODUCT_USERS,
        )
        return (
            Exists(everyone)
            | Q(access_restricted=False)
            | Q(access_restricted=None, job_posting__access_restricted=False)
        )

    def visible_to(self, seat: Seat, feature: str = "IN_ATS_INDICATOR") -> ApplicationQuerySet:
        """Applications that a seat may see through a feature (design.md 5, contract.md 11.3)."""
        return self.filter(ats__in=Ats.objects.visible_to(seat, feature)).open_to(seat)


class Application(models.Model):
    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="applications", **LINKED)
    external_id = models.CharField(max_length=255)
    external_job_id = models.CharField(max_length=255)
    job_name = models.CharField(max_length=255, help_text="Shown when the job never arrived.")
    job_posting = models.ForeignKey(
        JobPosting,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="applications",
        db_constraint=False,
    )
    external_candidate_id = models.CharField(max_length=255, blank=True)
    candidate = models.ForeignKey(
        Candidate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="applications",
        **LINKED,
    )
    candidate_email = models.CharField(max_length=254, blank=True)
    candidate_email_key = models.CharField(max_length=254, blank=True)
    first_name = models.CharField(max_length=255)
    last_name = models.CharField(max_length=255, blank=True)
    source = models.CharField(max_length=255, blank=True)
    disposition_reason = models.CharField(max_length=255, blank=True)
    access_restricted = models.BooleanField(null=True)
    external_created_at = models.DateTimeField()
    external_modified_at = models.DateTimeField()
    received_at = models.DateTimeField()

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ats", "external_id"], name="application_once_per_ats")
        ]
        indexes = [
            models.Index(
                fields=["candidate", "-external_created_at"], name="application_candidate"
            ),
            # Only the index of its key begins with the ATS: while statistics take the table for
            # empty, any other that did might be read wholly for each record of a push.
            models.Index(fields=["external_job_id", "ats"], name="application_of_job"),
            models.Index(
                fields=["ats", "external_candidate_id"],
                condition=Q(candidate=None),
                name="application_waiting",
            ),
            models.Index(
                fields=["ats", "candidate_email_key"],
                condition=Q(external_candidate_id="") & ~Q(candidate_email_key=""),
                name="application_by_email",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_name} ({self.external_id})"


class ApplicationChild(models.Model):
    """What hangs on an application and may arrive before it."""

    ats = models.ForeignKey(Ats, on_delete=models.CASCADE, related_name="+", **LINKED)
    external_application_id = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255)
    received_at = models.DateTimeField()

    class Meta:
        abstract = True


class ApplicationStage(ApplicationChild):
    """A dated visit to a stage; the newest is the current one, ties go to the last received."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, null=True, related_name="stages", **LINKED
    )
    name = models.CharField(max_length=255)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["-entered_at", "-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "external_application_id", "external_id"], name="stage_once"
            )
        ]
        indexes = [models.Index(fields=["application", "-entered_at"], name="stage_of_application")]

    def __str__(self) -> str:
        return self.name


class InterviewFeedback(ApplicationChild):
    class Kind(models.TextChoices):
        PHONE_SCREEN = "PHONE_SCREEN", "Phone screen"
        ONSITE = "ONSITE", "On-site interview"

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, null=True, related_name="feedback", **LINKED
    )
    author_first_name = models.CharField(max_length=255, blank=True)
    author_last_name = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    evaluations = models.JSONField(default=list, help_text='[{"attribute": …, "result": …}]')
    kind = models.CharField(max_length=20, choices=Kind.choices, blank=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["given_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ats", "external_application_id", "external_id"], name="feedback_once"
            )
        ]
        indexes = [models.Index(fields=["application", "given_at"], name="feedback_of_application")]

    def __str__(self) -> str:
        return f"feedback {self.external_id}"

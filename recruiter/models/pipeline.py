"""What happened in a pipeline: where each prospect stood, and changes that can be undone."""

from __future__ import annotations

from django.db import models

from recruiter.models.project import Project, Prospect
from recruiter.models.search_save import SearchSave
from rsc.models import Seat


class StageVisitQuerySet(models.QuerySet["StageVisit"]):
    def visible_to(self, seat: Seat) -> StageVisitQuerySet:
        return self.filter(prospect__in=Prospect.objects.visible_to(seat))


class StageVisit(models.Model):
    """A prospect came to a stage. The stage's name stays as it was on that day."""

    class Cause(models.TextChoices):
        HAND = "hand", "moved by"
        SAVED = "saved", "saved by"
        SENT = "sent", "InMail by"
        ANSWERED = "answered", "answered an InMail"

    prospect = models.ForeignKey(Prospect, on_delete=models.CASCADE, related_name="visits")
    stage = models.CharField(max_length=60)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    # Who did it; nobody of the team where the member answered.
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = StageVisitQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["prospect", "-at", "-id"], name="visits_of_prospect")]

    def __str__(self) -> str:
        return self.stage


class PipelineChangeQuerySet(models.QuerySet["PipelineChange"]):
    def visible_to(self, seat: Seat) -> PipelineChangeQuerySet:
        """Only who made a change takes it back, and only while they may work there."""
        return self.filter(seat=seat, project__in=Project.objects.workable_by(seat))


class PipelineChange(models.Model):
    """What one deed changed for some members of a project, so that it can be undone exactly.

    Both snapshots map a member's id to where they stood (see recruiter.changes); ids only.
    """

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="changes")
    before = models.JSONField()
    after = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)
    # A part of what a worker saved.
    part_of = models.ForeignKey(
        SearchSave, on_delete=models.CASCADE, null=True, editable=False, related_name="changes"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = PipelineChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="pipeline_change_at")]

    def __str__(self) -> str:
        return f"{len(self.after)} in {self.project_id}"

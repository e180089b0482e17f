"""All whom a search found, on their way into a project."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from recruiter.models.project import Project
from rsc.models import Seat


class SearchSaveQuerySet(models.QuerySet["SearchSave"]):
    def visible_to(self, seat: Seat) -> SearchSaveQuerySet:
        """The seat's own, while it may work in the project."""
        return self.filter(seat=seat, project__in=Project.objects.workable_by(seat))

    def unfinished(self) -> SearchSaveQuerySet:
        """On which a worker has something to do."""
        undoing = models.Q(undo_asked_at__isnull=False, undone_at=None)
        return self.filter(models.Q(finished_at=None) | undoing)


class SearchSave(models.Model):
    """What a worker saves part by part. Each part is a change of the pipeline, with its undo."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    to_pool = models.BooleanField()
    member_ids = ArrayField(models.BigIntegerField(), help_text="The best first.")
    reached = models.PositiveIntegerField(default=0, help_text="Of them, so far.")
    saved = models.PositiveIntegerField(default=0, help_text="The others stood there already.")
    put_back = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undo_asked_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = SearchSaveQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{len(self.member_ids)} for {self.project_id}"

    @property
    def others(self) -> int:
        """Who was reached and changed nothing."""
        return self.reached - self.saved

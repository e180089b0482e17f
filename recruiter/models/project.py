"""Projects: a search for people, and the pipeline in which they are placed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recruiter.models.member import Member
from rsc.models import Contract, Seat


class ProjectQuerySet(models.QuerySet["Project"]):
    def active(self) -> ProjectQuerySet:
        """Projects that are not archived."""
        return self.filter(archived_at=None)

    def visible_to(self, seat: Seat) -> ProjectQuerySet:
        """The contract's shared projects, and the seat's own private ones."""
        return self.filter(Q(private=False) | Q(owner=seat), contract_id=seat.contract_id)


class Project(models.Model):
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="projects")
    owner = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="owned_projects")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    private = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["contract", "-created_at", "-id"], name="project_list")]

    def __str__(self) -> str:
        return self.name


class ProjectStage(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="project_stage_once"),
            models.UniqueConstraint(
                fields=["project", "rank"],
                name="project_stage_rank",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProspectQuerySet(models.QuerySet["Prospect"]):
    def active(self) -> ProspectQuerySet:
        """Prospects still in the pipeline of a project that still runs."""
        return self.filter(archived_at=None, project__archived_at=None)

    def visible_to(self, seat: Seat) -> ProspectQuerySet:
        return self.filter(project__in=Project.objects.visible_to(seat))


class Prospect(models.Model):
    """A member placed in a project's pipeline."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prospects")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="prospects")
    stage = models.ForeignKey(ProjectStage, on_delete=models.PROTECT, related_name="prospects")
    stage_since = models.DateTimeField()
    added_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ProspectQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "member"], name="prospect_once_per_project")
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.project}"

"""The requisitions that a project fills."""

from __future__ import annotations

from django.db import models

from ats_sync.models.job_posting import JobPosting
from recruiter.models import Project


class ProjectRequisition(models.Model):
    """One of those that are proposed when the project's people are exported."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="requisitions")
    job_posting = models.ForeignKey(JobPosting, on_delete=models.CASCADE, related_name="projects")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "job_posting"], name="requisition_once_per_project"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} fills {self.job_posting_id}"

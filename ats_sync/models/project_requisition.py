"""The requisition that a project fills."""

from __future__ import annotations

from django.db import models

from ats_sync.models.job_posting import JobPosting
from recruiter.models import Project


class ProjectRequisition(models.Model):
    """Where the people of a project are exported to, unless somebody chooses otherwise."""

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="requisition"
    )
    job_posting = models.ForeignKey(JobPosting, on_delete=models.CASCADE, related_name="projects")
    set_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.project_id} fills {self.job_posting_id}"

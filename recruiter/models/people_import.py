"""A file of people that somebody brings into a project."""

from __future__ import annotations

from django.db import models

from recruiter.models.member import Member
from recruiter.models.project import Project
from rsc.models import Seat


class PeopleImportQuerySet(models.QuerySet["PeopleImport"]):
    def visible_to(self, seat: Seat) -> PeopleImportQuerySet:
        """Whoever works in the project's pipeline: the file holds addresses."""
        return self.filter(project__in=Project.objects.workable_by(seat))


class PeopleImport(models.Model):
    """One file. Its text is kept until its columns are named, then only its people."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="imports")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class ImportedPerson(models.Model):
    """One line of a file, and what became of it."""

    class Outcome(models.TextChoices):
        SAVED = "saved", "Found and saved"
        THERE = "there", "Already in the project"
        SEVERAL = "several", "Several possible"
        UNKNOWN = "unknown", "Not found"
        BAD = "bad", "Cannot be read"
        INVITED = "invited", "Invited"
        DROPPED = "dropped", "Dropped"

    people_import = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="people")
    line = models.PositiveIntegerField()
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=200, blank=True)
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    # Whom a line without a known address may mean.
    possible = models.ManyToManyField(Member, related_name="+")

    class Meta:
        verbose_name_plural = "imported people"
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["people_import", "line"], name="imported_line_once")
        ]

    def __str__(self) -> str:
        return f"line {self.line}"

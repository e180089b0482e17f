"""What the `sql` search engine reads: one row a member, kept by the outbox."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from recruiter.models.member import Member


class FacetValue(models.Model):
    """A value that a facet panel lists: a title, an employer, a place, a skill."""

    class Kind(models.TextChoices):
        TITLE = "title", "Job title"
        COMPANY = "company", "Company"
        LOCATION = "location", "Location"
        SKILL = "skill", "Skill"
        INDUSTRY = "industry", "Industry"
        SCHOOL = "school", "School"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    label = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, help_text="Lower case, for comparing.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "folded"], name="facet_value_once")]

    def __str__(self) -> str:
        return self.label


class MemberDocument(models.Model):
    """A member as the `sql` engine sees them. Built from the member; may be rebuilt any time."""

    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, primary_key=True, related_name="document"
    )
    words = SearchVectorField()
    facets = ArrayField(models.BigIntegerField(), help_text="Ids of facet values, all kinds.")
    current_company_ids = ArrayField(models.BigIntegerField(), default=list)
    connected_company_ids = ArrayField(models.BigIntegerField(), default=list)
    open_publicly = models.BooleanField(default=False)
    open_privately = models.BooleanField(default=False)
    last_seen_at = models.DateTimeField(null=True)
    last_replied_at = models.DateTimeField(null=True)
    experience_years = models.PositiveSmallIntegerField(default=0)
    completeness = models.PositiveSmallIntegerField(default=0)
    # The SCHEMA_VERSION of recruiter.search.document by which the row was built.
    schema_version = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["schema_version"], name="document_schema"),
            GinIndex(fields=["words"], name="document_words", fastupdate=False),
            GinIndex(
                fields=["facets"], name="document_facets", opclasses=["array_ops"], fastupdate=False
            ),
        ]

    def __str__(self) -> str:
        return f"document of {self.member_id}"

"""What search engines read: one row a member, kept by the outbox, and a log of its changes."""

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
        PAST_COMPANY = "past_company", "Past company"
        LOCATION = "location", "Location"
        SKILL = "skill", "Skill"
        INDUSTRY = "industry", "Industry"
        SCHOOL = "school", "School"
        EXPERIENCE = "experience", "Years of experience"
        PAST_TITLE = "past_title", "Past title"
        COUNTRY = "country", "Country"
        REGION = "region", "Region"
        FIELD_OF_STUDY = "field_of_study", "Field of study"
        TENURE = "tenure", "Years in position"
        SENIORITY = "seniority", "Seniority"
        LANGUAGE = "language", "Language"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    label = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, help_text="Lower case, for comparing.")
    # The label's words, for title:engineer.
    words = models.GeneratedField(
        expression=models.Func(
            models.Func(models.F("label"), function="rsc_plain"),
            template="to_tsvector('rsc_words', %(expressions)s)",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "folded"], name="facet_value_once")]
        indexes = [GinIndex(fields=["words"], name="facet_value_words")]

    def __str__(self) -> str:
        return self.label


class MemberDocument(models.Model):
    """A member as search engines see them. Built from the member; may be rebuilt any time."""

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


class IndexChange(models.Model):
    """A document, or an engagement with a company, that changed: written by triggers.

    An engine in another process takes up what became visible since it last looked. Rows of
    transactions that ran side by side become visible in any order, so it goes by transaction,
    not by id: whatever its last snapshot of the database did not show is new.
    """

    transaction = models.BigIntegerField(db_index=True)
    member_id = models.BigIntegerField()
    company_id = models.BigIntegerField(null=True, help_text="Empty: the member's document.")

    def __str__(self) -> str:
        return f"{self.member_id} in {self.transaction}"


class IndexCheck(models.Model):
    """A recount of the search index against the database, and what came of it."""

    at = models.DateTimeField(auto_now_add=True)
    questions = models.PositiveIntegerField()
    differences = models.JSONField(default=list)
    rebuilt = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{len(self.differences)} differences in {self.questions} questions"

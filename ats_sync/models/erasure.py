"""Receipts: what was erased, of whom, and how much; never what it said."""

from __future__ import annotations

from django.db import models

from ats_sync.models.integration import Ats
from rsc.models import User


class Erasure(models.Model):
    """One erasure of a person, or of all that an ATS had sent."""

    class Kind(models.TextChoices):
        PERSON = "person", "A person"
        ATS = "ats", "All that an ATS had sent"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Pseudonyms of what it was: `member:AbC`, `candidate:12`, `ats:3`.
    subjects = models.JSONField(default=list)
    ats = models.ForeignKey(
        Ats, on_delete=models.SET_NULL, null=True, blank=True, related_name="wipes"
    )
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    planned = models.PositiveIntegerField("rows to delete", default=0)
    # By entity: {"rows": how many, "ids": a digest of the numbers of the rows}.
    counts = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True, blank=True)
    # When the files of the search index were written anew without the person.
    index_clean_at = models.DateTimeField(null=True, blank=True)
    # Columns that hold one of the person's values still, by how many rows: other people's words.
    traces = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    @property
    def total(self) -> int:
        """How many rows are gone."""
        return sum(each["rows"] for each in self.counts.values())

"""For how long things are kept."""

from __future__ import annotations

from django.db import models

from rsc.models import Company


class RetentionRule(models.Model):
    """Rows of an entity go when they are older than so many days; of one company, or of all."""

    class Entity(models.TextChoices):
        CANDIDATES = "candidates", "Candidates, since the ATS last changed them"
        APPLICATIONS = "applications", "Applications, since the ATS last changed them"
        MEMBERS = "members", "Members, since they were last here"
        CONVERSATIONS = "conversations", "InMail threads, since the last message"
        NOTES = "notes", "Recruiters' notes, since they were last changed"
        FILES = "files", "Files that recruiters keep with a member"
        ACTIVITIES = "activities", "What recruiters did with a member"
        SEARCHES = "searches", "Search history"
        EXPORTS = "exports", "Exports"
        REJECTED = "rejected", "Rejected records as they were sent"

    entity = models.CharField(max_length=20, choices=Entity.choices)
    company = models.ForeignKey(
        Company,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="retention_rules",
        help_text="Empty: all companies that have no rule of their own.",
    )
    days = models.PositiveIntegerField(help_text="Older rows are deleted by night.")
    active = models.BooleanField(
        default=False, help_text="Look at the preview before you switch it on."
    )

    class Meta:
        ordering = ["entity", "company"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "company"], nulls_distinct=False, name="retention_rule_once"
            ),
            models.CheckConstraint(
                condition=models.Q(days__gte=1), name="retention_of_a_day_at_least"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_entity_display()}: {self.days} days"

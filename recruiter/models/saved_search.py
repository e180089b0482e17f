"""Searches that people keep: saved ones, the alerts on them, what alerts found, the history."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5, Lower
from django.urls import reverse

from recruiter.models.project import Project
from rsc.models import Seat


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def visible_to(self, seat: Seat) -> SavedSearchQuerySet:
        """The seat's own, and those of the projects that it sees.

        What a search finds is another matter: it runs with the rights of whoever opens it.
        """
        projects = Project.objects.visible_to(seat)
        return self.filter(Q(project=None, seat=seat) | Q(project__in=projects))

    def editable_by(self, seat: Seat) -> SavedSearchQuerySet:
        """Those that the seat saved, and those of the projects whose settings it may change."""
        rule = Q(seat=seat) | Q(project__in=Project.objects.governed_by(seat))
        return self.visible_to(seat).filter(rule)


class SavedSearch(models.Model):
    """A question with a name: personal, or a project's, for all who see the project."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="saved_searches")
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, null=True, blank=True, related_name="saved_searches"
    )
    name = models.CharField(max_length=120)
    # The parameters of the search page's address, as recruiter.filters writes them.
    query = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "saved searches"
        ordering = [Lower("name"), "id"]
        constraints = [
            models.UniqueConstraint(
                "seat",
                F("project"),
                Lower("name"),
                name="saved_search_name_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The search page with this search."""
        return f"{reverse('recruiter:search')}?{self.query}"


class SearchAlertQuerySet(models.QuerySet["SearchAlert"]):
    def visible_to(self, seat: Seat) -> SearchAlertQuerySet:
        """The seat's own alerts, on searches that it sees."""
        return self.filter(seat=seat, search__in=SavedSearch.objects.visible_to(seat))

    def due(self, now: object) -> SearchAlertQuerySet:
        return self.filter(
            paused=False, next_at__lte=now, seat__in=Seat.objects.active().values("pk")
        )


class SearchAlert(models.Model):
    """One seat wants to hear who newly fits a saved search.

    `seen` holds the ids of all who ever fitted, as a serialized pyroaring.BitMap64. Somebody is
    new to a search for many reasons (a new profile, another title, a new application, a right
    that the seat got), which no date and no highest id can tell; a set tells, and a million
    members cost 125 kB.
    """

    class Frequency(models.TextChoices):
        DAILY = "daily", "Every day"
        WEEKLY = "weekly", "Every week"

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="alerts")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    frequency = models.CharField(max_length=10, choices=Frequency.choices)
    by_mail = models.BooleanField("Also by e-mail", default=True)
    paused = models.BooleanField(default=False)
    seen = models.BinaryField(default=bytes)
    next_at = models.DateTimeField()

    objects = SearchAlertQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "seat"], name="search_alert_once")]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(paused=False), name="search_alert_due")
        ]

    def __str__(self) -> str:
        return f"{self.frequency} alert on {self.search_id}"


class SearchFindQuerySet(models.QuerySet["SearchFind"]):
    def visible_to(self, seat: Seat) -> SearchFindQuerySet:
        """What the seat's own alerts found, on searches that it still sees."""
        return self.filter(alert__in=SearchAlert.objects.visible_to(seat))


class SearchFind(models.Model):
    """Who was new when an alert ran; who is shown of them is decided anew whenever it is read."""

    alert = models.ForeignKey(SearchAlert, on_delete=models.CASCADE, related_name="finds")
    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    member_ids = ArrayField(models.BigIntegerField(), help_text="The best of them.")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the e-mail left.")

    objects = SearchFindQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["alert", "-at", "-id"], name="search_find_list"),
            models.Index(fields=["at"], name="search_find_at"),
        ]

    def __str__(self) -> str:
        return f"{self.count} new for alert {self.alert_id}"


class SearchRunQuerySet(models.QuerySet["SearchRun"]):
    def visible_to(self, seat: Seat) -> SearchRunQuerySet:
        """The seat's own; nobody else reads them."""
        return self.filter(seat=seat)


class SearchRun(models.Model):
    """A search that somebody made, when last. Each question stands once."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+", db_index=False)
    query = models.TextField()
    at = models.DateTimeField()

    objects = SearchRunQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint("seat", MD5("query"), name="search_run_once"),
        ]
        indexes = [
            models.Index(fields=["seat", "-at", "-id"], name="search_run_list"),
            models.Index(fields=["at"], name="search_run_at"),
        ]

    def __str__(self) -> str:
        return f"search {self.pk}"

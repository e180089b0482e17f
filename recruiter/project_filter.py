"""Narrow and order the list of projects, from GET parameters."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from recruiter.models import Project

ARCHIVED = "archived"


class ProjectFilter(django_filters.FilterSet):
    """`name` (part of it), `mine` (only those that the seat owns), `status`, `order`.

    Archived projects are shown by themselves, as a status; else they stay away.

    The request must carry a seat. Parameters that make no sense narrow nothing.
    """

    name = django_filters.CharFilter(lookup_expr="icontains", label="Name", max_length=200)
    mine = django_filters.BooleanFilter(
        method="owned_by_seat", label="Only mine", widget=forms.CheckboxInput
    )
    status = django_filters.ChoiceFilter(
        method="of_status",
        choices=[*Project.Status.choices, (ARCHIVED, "Archived")],
        empty_label="All running",
        label="Status",
    )
    order = django_filters.OrderingFilter(
        fields={"created_at": "created", "name": "name"},
        choices=[("-created", "Newest first"), ("name", "By name")],
        empty_label=None,
        label="Order",
    )

    class Meta:
        model = Project
        fields: list[str] = []

    def owned_by_seat(self, queryset: QuerySet[Project], _: str, wanted: Any) -> QuerySet[Project]:
        return queryset.filter(owner=self.request.seat) if wanted else queryset

    def of_status(self, queryset: QuerySet[Project], _: str, wanted: str) -> QuerySet[Project]:
        return queryset if wanted == ARCHIVED else queryset.filter(status=wanted)

    def filter_queryset(self, queryset: QuerySet[Project]) -> QuerySet[Project]:
        archived = self.form.cleaned_data.get("status") == ARCHIVED
        return super().filter_queryset(queryset.filter(archived_at__isnull=not archived))

    @property
    def narrows(self) -> bool:
        """Whether the list may be shorter for it: an empty one then says so."""
        return any(self.data.get(name) for name in ("name", "mine", "status"))

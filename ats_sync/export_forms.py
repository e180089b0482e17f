"""What people narrow and choose on the pages about exports."""

from __future__ import annotations

import uuid
from typing import Any

import django_filters
from django import forms
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils.text import get_text_list

from ats_sync import export_list, export_question
from ats_sync.models import Export, JobPosting, ProjectRequisition
from ats_sync.models.export import ExportQuerySet
from recruiter.models import Project
from rsc.models import Seat


class ExportFilter(django_filters.FilterSet):
    """`state`, `team` (colleagues' too), `words` (a name or a requisition), `batch` (one click).

    The request must carry a seat. Parameters that make no sense narrow nothing.
    """

    state = django_filters.ChoiceFilter(
        choices=Export.State.choices, empty_label="Every state", label="State"
    )
    team = django_filters.BooleanFilter(
        method="of_team", label="All of the team", widget=forms.CheckboxInput
    )
    words = django_filters.CharFilter(method="with_words", label="Name or job", max_length=200)

    class Meta:
        model = Export
        fields: list[str] = []

    def filter_queryset(self, queryset: ExportQuerySet) -> ExportQuerySet:
        rows = super().filter_queryset(queryset)
        if self.batch:
            return rows.filter(batch=self.batch)
        return rows if self.data.get("team") else rows.filter(seat=self.request.seat)

    def of_team(self, queryset: ExportQuerySet, _: str, wanted: Any) -> ExportQuerySet:
        return queryset  # the opposite is the rule, see filter_queryset

    def with_words(self, queryset: ExportQuerySet, _: str, words: str) -> ExportQuerySet:
        """Whose name, or whose requisition's title or id, has the words in it."""
        name = Concat("member__first_name", Value(" "), "member__last_name")
        return queryset.alias(name=name).filter(
            Q(name__icontains=words, seen=True)
            | Q(job_posting__title__icontains=words)
            | Q(job_posting__external_id__istartswith=words)
        )

    @property
    def batch(self) -> uuid.UUID | None:
        return export_list.batch_in(self.data.get("batch", ""))

    @property
    def narrows(self) -> bool:
        """Whether the list may be shorter for it: an empty one then says so."""
        return any(self.data.get(name) for name in ("state", "words", "batch"))


class RequisitionsForm(forms.Form):
    """Which requisitions a project fills.

    Args:
        words: what the person looks for; those that the project fills now are always offered.
    """

    jobs = forms.ModelMultipleChoiceField(
        JobPosting.objects.none(),
        required=False,
        label="Requisitions",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, seat: Seat, project: Project, words: str = "", **kwargs: Any
    ) -> None:
        self.project = project
        self.now = export_question.of_project(seat, project.pk)
        super().__init__(*args, initial={"jobs": self.now}, **kwargs)
        shown = JobPosting.objects.visible_to(seat)
        if not self.is_bound:
            found = export_question.requisitions(seat, words, include_closed=False)
            offered = found.values_list("pk", flat=True)[: export_question.REQUISITIONS_SHOWN]
            shown = shown.filter(pk__in=[*offered, *(job.pk for job in self.now)])
        self.fields["jobs"].queryset = shown.order_by("title", "pk")

    @transaction.atomic
    def save(self) -> None:
        """Keep the choice. What the project fills and the seat may not see stays as it is."""
        chosen = self.cleaned_data["jobs"]
        given_up = [job for job in self.now if job not in chosen]
        self.project.requisitions.filter(job_posting__in=given_up).delete()
        ProjectRequisition.objects.bulk_create(
            (ProjectRequisition(project=self.project, job_posting=job) for job in chosen),
            ignore_conflicts=True,
        )

    @property
    def said(self) -> str:
        """What was done, in a sentence."""
        jobs = [str(job) for job in self.cleaned_data["jobs"]]
        if not jobs:
            return f"{self.project} fills no requisition any more."
        return f"{self.project} fills {get_text_list(jobs, 'and')}."

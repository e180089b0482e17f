"""What people narrow and choose on the pages about exports."""

from __future__ import annotations

import uuid
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, Value
from django.db.models.functions import Concat

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


class RequisitionForm(forms.Form):
    """Which requisition a project fills; the empty choice is none.

    Args:
        words: what the person looks for; the requisition chosen now is always offered.
    """

    job = forms.ModelChoiceField(
        JobPosting.objects.none(),
        required=False,
        label="Requisition",
        empty_label="None",
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, seat: Seat, project: Project, words: str = "", **kwargs: Any
    ) -> None:
        now = export_question.of_project(seat, project.pk)
        super().__init__(*args, initial={"job": now}, **kwargs)
        self.project = project
        shown = export_question.requisitions(seat, words, include_closed=False)
        offered = list(shown.values_list("pk", flat=True)[: export_question.REQUISITIONS_SHOWN])
        wanted = self.data.get("job", "")
        if wanted.isdecimal():
            offered.append(int(wanted))
        self.fields["job"].queryset = (
            JobPosting.objects.visible_to(seat)
            .filter(pk__in=[*offered, *([now.pk] if now else [])])
            .order_by("title", "pk")
        )
        self.fields["job"].label_from_instance = str

    def save(self) -> None:
        """Keep the choice."""
        job = self.cleaned_data["job"]
        if job is None:
            ProjectRequisition.objects.filter(project=self.project).delete()
        else:
            ProjectRequisition.objects.update_or_create(
                project=self.project, defaults={"job_posting": job}
            )

    @property
    def said(self) -> str:
        """What was done, in a sentence."""
        job = self.cleaned_data["job"]
        if job is None:
            return f"{self.project} fills no requisition any more."
        return f"{self.project} fills {job}."

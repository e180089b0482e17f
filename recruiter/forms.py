"""What people type on recruiter pages."""

from __future__ import annotations

from typing import Any

from django import forms

from recruiter.models import Project
from rsc.models import Seat


class ProjectForm(forms.ModelForm):
    """A new project."""

    class Meta:
        model = Project
        fields = ["name", "description", "private"]
        labels = {"private": "Private: only I see it"}
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


class SaveForm(forms.Form):
    """Where to save a member: a running project that the seat sees, or one to be made.

    A name that somebody typed counts before a project that a menu had chosen already.
    """

    project = forms.ModelChoiceField(Project.objects.none(), required=False)
    new_project = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = Project.objects.workable_by(seat).order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not (cleaned["project"] or cleaned["new_project"]):
            raise forms.ValidationError("Choose a project, or name a new one.")
        if cleaned.get("new_project"):
            cleaned["project"] = None
        return cleaned

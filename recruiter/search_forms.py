"""What is asked when a search is saved."""

from __future__ import annotations

from typing import Any

from django import forms

from recruiter.models import Project, SavedSearch, SearchAlert
from rsc.models import Seat


class AlertForm(forms.Form):
    """Whether one wants to hear of new people, how often and where."""

    frequency = forms.ChoiceField(
        choices=[("", "No alert"), *SearchAlert.Frequency.choices],
        required=False,
        label="Alert me of new people",
        widget=forms.RadioSelect,
        initial="",
    )
    by_mail = forms.BooleanField(
        required=False,
        initial=True,
        label="By e-mail too",
        help_text="An alert always appears on your start page.",
    )


class EditSearchForm(AlertForm):
    """Another name, for those who may change the search; one's own alert."""

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    field_order = ["name"]

    def __init__(self, *args: Any, saved: SavedSearch, may_edit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved = saved
        if not may_edit:
            del self.fields["name"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        same = SavedSearch.objects.filter(seat=self.saved.seat, project=self.saved.project)
        if same.filter(name__iexact=name).exclude(pk=self.saved.pk).exists():
            raise forms.ValidationError("There is a saved search of that name. Choose another.")
        return name


class SaveSearchForm(AlertForm):
    name = forms.CharField(
        max_length=120,
        label="Name",
        help_text="A name that you gave before takes the new search.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        required=False,
        empty_label="None: only I see it",
        help_text="Whoever sees the project sees the search, and finds what their own seat may.",
    )
    field_order = ["name", "project"]

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = Project.objects.workable_by(seat).order_by("name", "pk")

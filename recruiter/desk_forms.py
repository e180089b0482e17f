"""What people type about members: notes, tags, reminders, files, and their own preferences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from recruiter import tags
from recruiter.models import Project, RecruiterNote, Reminder, SeatPreferences, Tag
from rsc.models import Seat

LONGEST_NOTE = 10_000  # characters


class NoteForm(forms.ModelForm):
    class Meta:
        model = RecruiterNote
        fields = ["text", "visibility", "project"]
        labels = {"text": "Note", "visibility": "Who reads it", "project": "Project"}
        widgets = {"visibility": forms.RadioSelect}

    text = forms.CharField(
        max_length=LONGEST_NOTE,
        label="Note",
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
    )

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        field.queryset = Project.objects.visible_to(seat).active().order_by("name", "pk")
        field.help_text = "Only for a note that the people of one project read."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for_project = cleaned.get("visibility") == RecruiterNote.Visibility.PROJECT
        if for_project and not cleaned.get("project"):
            self.add_error("project", "Choose the project whose people may read the note.")
        if not for_project:
            cleaned["project"] = None
        return cleaned


class TagForm(forms.Form):
    names = forms.CharField(
        max_length=400,
        label="Tags",
        help_text="Several with commas between. Everyone on the contract sees them.",
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = Tag.objects.visible_to(seat)

    def clean_names(self) -> list[str]:
        try:
            return tags.parse(self.cleaned_data["names"])
        except tags.TagRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class ReminderForm(forms.ModelForm):
    class Meta:
        model = Reminder
        fields = ["due_on", "text"]
        labels = {"due_on": "On", "text": "What for"}
        widgets = {
            "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "text": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=7)

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on < timezone.localdate():
            raise forms.ValidationError("That day is over. Choose today or a later day.")
        return due_on


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Add a file",
        help_text="PDF, Word, text, PNG or JPEG, up to 10 MB. Everyone on the contract sees it.",
    )


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = SeatPreferences
        fields = ["daily_digest", "views_privately", "keeps_searches"]

"""What is asked when people come from a CSV file."""

from __future__ import annotations

from typing import Any

from django import forms

from rsc.csv_files import FIELDS, LARGEST, MOST_LINES, Table


class UploadForm(forms.Form):
    """A CSV file."""

    file = forms.FileField(
        label="CSV file",
        help_text=f"First name, last name and e-mail; up to {MOST_LINES:,} lines and "
        f"{LARGEST // 1_000_000} MB. Commas, semicolons or tabs.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )


class ColumnsForm(forms.Form):
    """Which column holds what; guessed from the headings."""

    headings = forms.BooleanField(required=False, label="The first line holds headings")
    first_name = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    last_name = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    email = forms.TypedChoiceField(coerce=int, required=False, empty_value=None, label="E-mail")

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = table.rows[0][1]
        names = [
            (at, f"Column {at + 1}" + (f": {first[at][:40]}" if at < len(first) else ""))
            for at in range(table.columns)
        ]
        for field, at in table.guess().items():
            self.fields[field].choices = [("", "Not in the file"), *names]
            self.fields[field].initial = at
        self.fields["headings"].initial = table.has_headings

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = [at for at in self.columns.values() if at is not None]
        if len(chosen) != len(set(chosen)):
            raise forms.ValidationError("Each column can hold one thing only.")
        names = cleaned.get("first_name") is not None and cleaned.get("last_name") is not None
        if cleaned.get("email") is None and not names:
            raise forms.ValidationError("Name the column of the address, or those of both names.")
        return cleaned

    @property
    def columns(self) -> dict[str, int | None]:
        """In which column each field stands."""
        return {field: self.cleaned_data.get(field) for field in FIELDS}

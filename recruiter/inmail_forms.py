"""What recruiters and members type when they write to each other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from recruiter import enclosures, merge_fields
from recruiter.file_kinds import FileRefused
from recruiter.models import MessageTemplate, Signature
from rsc.models import Seat

BODY_LENGTH = 8000
KINDS = ".pdf,.doc,.docx,.txt,.png,.jpg,.jpeg"


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; their number, size and kind are checked."""

    def __init__(self, **kwargs: Any) -> None:
        widget = FilesInput(attrs={"accept": KINDS})
        super().__init__(widget=widget, required=False, label="Files", **kwargs)
        self.help_text = (
            f"Up to {enclosures.MOST} files of {enclosures.LARGEST // 1024 // 1024} MB: "
            "PDF, Word, text, PNG or JPEG."
        )

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [file for file in data or [] if isinstance(file, UploadedFile)]
        try:
            enclosures.check(files)
        except FileRefused as error:
            raise forms.ValidationError(str(error)) from error
        return files


class ComposeForm(forms.Form):
    """A message to one or several people."""

    subject = forms.CharField(max_length=200)
    body = forms.CharField(
        label="Message", max_length=BODY_LENGTH, widget=forms.Textarea(attrs={"rows": 8})
    )
    files = FilesField()


class ReplyForm(forms.Form):
    """The next message of a thread."""

    body = forms.CharField(
        label="Your message", max_length=BODY_LENGTH, widget=forms.Textarea(attrs={"rows": 5})
    )
    files = FilesField()


class AnswerForm(ReplyForm):
    """A member's answer: words, or only a button."""

    interested = forms.NullBooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].required = not self.data.get("interested")


class TemplateForm(forms.ModelForm):
    """A template of one's own, or shared with the contract."""

    class Meta:
        model = MessageTemplate
        fields = ["name", "subject", "body", "shared"]
        labels = {"body": "Message", "shared": "Colleagues on this contract may use it"}
        widgets = {"body": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.seat, self.instance.contract = seat, seat.contract

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        words = f"{cleaned.get('subject', '')} {cleaned.get('body', '')}"
        if strange := merge_fields.unknown(words):
            raise forms.ValidationError(f"There is no field {{{strange[0]}}}.")
        taken = MessageTemplate.objects.filter(seat=self.instance.seat, name=cleaned.get("name"))
        if taken.exclude(pk=self.instance.pk).exists():
            self.add_error("name", "You have a template of this name already.")
        return cleaned


class SignatureForm(forms.ModelForm):
    class Meta:
        model = Signature
        fields = ["text"]
        labels = {"text": "Signature"}
        help_texts = {"text": "Stands below each message that you send. Empty: none."}
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 150})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False

"""What members type about themselves."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import Q

from recruiter.models import Education, Member, MemberPhone, Position
from rsc.models import Company, User

CLOSING_WORDS = "close my account"
_PHONE = re.compile(r"\+?[\d\s().\-/]{5,38}")


class PhoneField(forms.CharField):
    """A number as people write it: digits, spaces, a leading +."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        super().__init__(max_length=40, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        number = super().clean(value)
        if number and not _PHONE.fullmatch(number):
            raise forms.ValidationError("Write digits, spaces and a leading +.")
        return number


class ListField(SimpleArrayField):
    """Words separated by commas; each once, in the order given."""

    def __init__(self, **kwargs: Any) -> None:
        length = kwargs.pop("max_length")
        super().__init__(
            forms.CharField(max_length=length), required=False, max_length=100, **kwargs
        )

    def clean(self, value: Any) -> list[str]:
        words = (word.strip() for word in super().clean(value or ""))
        return list(dict.fromkeys(word for word in words if word))

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class ProfileForm(forms.ModelForm):
    skills = ListField(
        max_length=100,
        help_text="Separated by commas, the most important first.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    languages = ListField(max_length=60, help_text="Separated by commas.")

    class Meta:
        model = Member
        fields = [
            "first_name", "last_name", "headline", "location", "country_code", "industry",
            "website", "summary", "skills", "languages",
        ]  # fmt: skip
        labels = {"country_code": "Country (two letters)", "location": "Place"}
        help_texts = {"location": "A city or an area, as recruiters see it."}
        widgets = {"summary": forms.Textarea(attrs={"rows": 6})}

    def clean_country_code(self) -> str:
        code = self.cleaned_data["country_code"].upper()
        if code and not re.fullmatch("[A-Z]{2}", code):
            raise forms.ValidationError("Two letters, for example US.")
        return code

    def save(self, commit: bool = True) -> Member:
        """A new place puts an old city and region out of date."""
        if "location" in self.changed_data:
            self.instance.city, _, self.instance.region = (
                part.strip() for part in self.cleaned_data["location"].partition(",")
            )
        return super().save(commit)


class CareerForm(forms.ModelForm):
    """An entry with a beginning and, unless it goes on, an end."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        started, ended = cleaned.get("started_on", ""), cleaned.get("ended_on", "")
        shared = min(len(started), len(ended))
        if shared and started[:shared] > ended[:shared]:
            self.add_error("ended_on", "This is before the beginning.")
        return cleaned


DATES = {"started_on": "From", "ended_on": "Until"}
DATE_HINTS = {
    "started_on": "A year or a month: 2018, 2018-03.",
    "ended_on": "Empty while it goes on.",
}


class PositionForm(CareerForm):
    class Meta:
        model = Position
        fields = ["title", "employer", "location", "started_on", "ended_on", "summary"]
        labels = {**DATES, "location": "Place"}
        help_texts = DATE_HINTS
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}


class EducationForm(CareerForm):
    class Meta:
        model = Education
        fields = ["school", "degree", "field_of_study", "started_on", "ended_on"]
        labels = DATES
        help_texts = {"started_on": DATE_HINTS["started_on"]}


class EmailForm(forms.Form):
    address = forms.EmailField(label="Another e-mail address", max_length=254)


class PhoneForm(forms.ModelForm):
    number = PhoneField(label="Another phone number")

    class Meta:
        model = MemberPhone
        fields = ["number", "kind"]
        labels = {"kind": "Kind"}
        help_texts = {"kind": "mobile, work or home"}


class PrivacyForm(forms.ModelForm):
    """The settings by which others see a member or do not."""

    visible = forms.BooleanField(label="Recruiters can find and open my profile", required=False)

    class Meta:
        model = Member
        fields = ["openness", "shares_with_third_parties", "accepts_inmail", "mails_on_inmail"]
        labels = {
            "openness": "Open to opportunities",
            "shares_with_third_parties": "Recruiters may hand my profile on to their own systems",
            "accepts_inmail": "Recruiters may write to me",
            "mails_on_inmail": "Tell me by e-mail of each message",
        }
        help_texts = {
            "shares_with_third_parties": "Name, employer, headline, place and address of the "
            "profile. Contact details only go where you said yes to that company.",
            "mails_on_inmail": "",
        }
        widgets = {"openness": forms.RadioSelect}

    field_order = [
        "openness", "visible", "shares_with_third_parties", "accepts_inmail", "mails_on_inmail",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visible"].initial = not self.instance.hidden_from_recruiters

    def save(self, commit: bool = True) -> Member:
        self.instance.hidden_from_recruiters = not self.cleaned_data["visible"]
        return super().save(commit)


class BlockForm(forms.Form):
    """A company that wrote to the member, or for which they work or worked."""

    company = forms.ModelChoiceField(Company.objects.none(), empty_label="Choose a company")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Q(contracts__seats__conversations__member=member) | Q(positions__member=member)
        blocked = member.inmail_blocks.values("company")
        companies = Company.objects.filter(known).exclude(pk__in=blocked)
        self.fields["company"].queryset = companies.distinct().order_by("name")


class ContactForm(forms.Form):
    """What a company gets: an address, a number, or both."""

    email = forms.EmailField(label="Email", required=False, max_length=254)
    phone = PhoneField(label="Phone", required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        main = member.emails.first(), member.phones.first()
        kwargs["initial"] = dict(zip(("email", "phone"), map(_text, main), strict=True))
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not (cleaned["email"] or cleaned["phone"]):
            raise forms.ValidationError("Give an e-mail address or a phone number.")
        return cleaned


class CloseForm(forms.Form):
    """The password, or for those who sign in elsewhere some words to type."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.has_usable_password():
            self.fields["password"] = forms.CharField(
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
            )
        else:
            self.fields["words"] = forms.CharField(label=f"Type “{CLOSING_WORDS}”")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "password" in cleaned and not self.user.check_password(cleaned["password"]):
            self.add_error("password", "That is not your password.")
        if "words" in cleaned and cleaned["words"].strip().lower() != CLOSING_WORDS:
            self.add_error("words", f"Type the words “{CLOSING_WORDS}”.")
        return cleaned


def _text(row: object) -> str:
    return str(row) if row else ""

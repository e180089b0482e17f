"""What is asked on a project's settings page."""

from __future__ import annotations

from typing import Any

from django import forms

from recruiter.models import EDITORS, Project, ProjectSeat
from recruiter.stages import UNCONTACTED
from rsc.models import Seat


class SettingsForm(forms.ModelForm):
    """What a project is called, who sees it, and what happens by itself."""

    class Meta:
        model = Project
        fields = ["name", "description", "status", "private", "follows_inmail"]
        labels = {
            "private": "Private: only its owner and the colleagues named here see it",
            "follows_inmail": f"People move on from {UNCONTACTED} when an InMail is sent, "
            "and when it is answered",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


class SeatChoice(forms.ModelChoiceField):
    """A colleague by name."""

    def label_from_instance(self, obj: Seat) -> str:
        name = obj.user.full_name
        return name if obj.role in EDITORS else f"{name} ({obj.get_role_display().lower()})"


def colleagues(project: Project) -> Any:
    """Active seats of the project's contract except the owner's, by name."""
    seats = Seat.objects.active().filter(contract_id=project.contract_id)
    return (
        seats.exclude(pk=project.owner_id)
        .select_related("user")
        .order_by("user__first_name", "user__last_name", "pk")
    )


class RightsForm(forms.Form):
    """Who may do what. No rights: the colleague is named no longer."""

    seat = SeatChoice(Seat.objects.none(), label="Colleague", empty_label="Choose one")
    rights = forms.ChoiceField(
        choices=[*ProjectSeat.Rights.choices, ("", "Not named any more")],
        initial=ProjectSeat.Rights.PIPELINE,
        required=False,
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].queryset = colleagues(project)


class HandOverForm(forms.Form):
    """Who owns the project from now on."""

    owner = SeatChoice(Seat.objects.none(), label="New owner", empty_label="Choose one")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues(project).filter(role__in=EDITORS)


class StageForm(forms.Form):
    """A stage's name."""

    name = forms.CharField(max_length=60, label="Name of a new stage")

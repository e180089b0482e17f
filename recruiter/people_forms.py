"""What is asked in the dialogs that act on people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import forms

from recruiter.forms import SaveForm
from recruiter.models import Member, PooledMember, Project, ProjectStage, Prospect
from recruiter.projects import create_project
from rsc.models import Seat


class SavePeopleForm(SaveForm):
    """Into which project, and there into its pipeline or its talent pool.

    It needs a prefix: `project` alone names the people that a dialog is about.
    """

    PIPELINE, POOL = "pipeline", "pool"

    project = forms.ModelChoiceField(
        Project.objects.none(), required=False, label="Project", empty_label="Choose one"
    )
    new_project = forms.CharField(
        max_length=200,
        required=False,
        label="Or a new project named",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    place = forms.ChoiceField(
        choices=[
            (PIPELINE, "The pipeline, at its first stage"),
            (POOL, "The talent pool (saved search results)"),
        ],
        initial=PIPELINE,
        label="Where to",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, seat: Seat, other_than: int | None, **kwargs: Any) -> None:
        super().__init__(*args, seat=seat, **kwargs)
        choices = self.fields["project"].queryset.exclude(pk=other_than)
        self.fields["project"].queryset = choices
        if not choices.exists():
            del self.fields["project"]
            self.fields["new_project"].label = "Name of a new project"

    def clean(self) -> dict[str, Any]:
        self.cleaned_data.setdefault("project", None)
        return super().clean()

    def project_for(self, seat: Seat) -> Project:
        """The project that was chosen, or the one that was named, made anew."""
        answers = self.cleaned_data
        return answers["project"] or create_project(seat, name=answers["new_project"])


class MovePeopleForm(forms.Form):
    """To which stage; stages of several projects stand in groups.

    Args:
        projects: in whose pipelines the people stand.
    """

    to = forms.ModelChoiceField(ProjectStage.objects.none(), label="Stage", empty_label=None)

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = ProjectStage.objects.filter(project__in=projects).order_by("project__name", "rank")
        self.fields["to"].queryset = stages.select_related("project")
        self.fields["to"].choices = list(_grouped(stages.select_related("project")))
        if len(projects) == 1:
            self.fields["to"].choices = self.fields["to"].choices[0][1]
            self.fields["to"].widget = forms.RadioSelect(choices=self.fields["to"].choices)


def _grouped(stages: Iterable[ProjectStage]) -> Iterable[tuple[str, list[tuple[int, str]]]]:
    by_project: dict[int, tuple[str, list[tuple[int, str]]]] = {}
    for stage in stages:
        group = by_project.setdefault(stage.project_id, (stage.project.name, []))
        group[1].append((stage.pk, stage.name))
    return by_project.values()


class ArchivePeopleForm(forms.Form):
    """Out of which project."""

    out_of = forms.ModelChoiceField(Project.objects.none(), label="Project", empty_label=None)

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = Project.objects.filter(pk__in=[project.pk for project in projects])
        self.fields["out_of"].queryset = chosen.order_by("name", "pk")
        if len(projects) == 1:
            self.fields["out_of"].widget = forms.HiddenInput()
            self.fields["out_of"].initial = projects[0].pk


class SeatsChoice(forms.ModelMultipleChoiceField):
    """Colleagues by name."""

    def label_from_instance(self, obj: Seat) -> str:
        return obj.user.full_name


class ShareForm(forms.Form):
    """Who is asked for a review: hiring managers by name, or somebody by e-mail."""

    reviewers = SeatsChoice(
        Seat.objects.none(),
        required=False,
        label="Hiring managers",
        widget=forms.CheckboxSelectMultiple,
    )
    email = forms.EmailField(
        required=False,
        label="Or by e-mail",
        help_text="The link asks them to sign in. They need a seat on your contract to read it.",
    )
    message = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managers = Seat.objects.active().visible_to(seat).filter(role=Seat.Role.HIRING_MANAGER)
        if managers.exists():
            ordered = managers.order_by("user__first_name", "user__last_name", "pk")
            self.fields["reviewers"].queryset = ordered.select_related("user")
        else:
            del self.fields["reviewers"]
            self.fields["email"].label = "E-mail"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("reviewers") or cleaned["email"]):
            raise forms.ValidationError("Choose a hiring manager, or give an address.")
        return cleaned

    @property
    def whom(self) -> list[dict[str, Any]]:
        """Whom to ask, as `reviews.ask` takes them."""
        named = [{"reviewer": seat} for seat in self.cleaned_data.get("reviewers") or ()]
        email = self.cleaned_data["email"]
        return [*named, {"email": email}] if email else named


def projects_of(seat: Seat, members: Collection[Member], asked: int | None) -> list[Project]:
    """Projects in which the seat may work and in which any of the members stands.

    Args:
        asked: the only one to look at, its archived people too; else all, without those.
    """
    placed = Prospect.objects.filter(member__in=members)
    found = Project.objects.workable_by(seat)
    if asked is None:
        placed = placed.filter(archived_at=None)
    else:
        found = found.filter(pk=asked)
    pooled = PooledMember.objects.filter(member__in=members)
    there = placed.values("project").union(pooled.values("project"))
    return list(found.filter(pk__in=there).order_by("name", "pk"))

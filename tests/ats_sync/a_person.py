"""One row in every table that can be about a person, with a word of theirs in every column.

It is made from the models themselves: a table that is added tomorrow is filled too, and erasure
must know of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from ats_sync.models import Application, Candidate
from recruiter.models import Member
from rsc.models import User

WORD = "zqtrace"
ROOTS = (Member, Candidate, Application)
APPS = ("rsc", "recruiter", "ats_sync", "widget")


def models_about_a_person() -> list[type[models.Model]]:
    """Those that refer to a person's row, or to one that does; in an order they can be made in."""
    known: list[type[models.Model]] = [*ROOTS]
    ours = [model for name in APPS for model in apps.get_app_config(name).get_models()]
    while more := [
        model
        for model in ours
        if model not in known and any(one.related_model in known for one in _links(model))
    ]:
        known += more
    return [model for model in known if model is not User]


def _links(model: type[models.Model]) -> list[models.ForeignKey]:
    links = [one for one in model._meta.concrete_fields if isinstance(one, models.ForeignKey)]
    return [
        one
        for one in links
        if one.related_model in ROOTS or one.remote_field.on_delete is not models.SET_NULL
    ]


class Filled:
    """Makes the rows, each once; those that are about nobody are given."""

    def __init__(self, *given: models.Model) -> None:
        self.rows: dict[type[models.Model], models.Model] = {type(row): row for row in given}
        self._about = set(models_about_a_person())

    def of(self, model: type[models.Model]) -> models.Model:
        if model not in self.rows:
            values = {
                field.attname if isinstance(field, models.ForeignKey) else field.name: value
                for field in model._meta.concrete_fields
                if (value := self._value(model, field)) is not models.NOT_PROVIDED
            }
            self.rows[model] = model.objects.create(**values)
        return self.rows[model]

    def _value(self, model: type[models.Model], field: models.Field) -> Any:
        if isinstance(field, models.ForeignKey):
            return self._link(model, field)
        if field.primary_key or field.generated or getattr(field, "auto_now_add", False):
            return models.NOT_PROVIDED
        return self._plain(model, field)

    def _plain(self, model: type[models.Model], field: models.Field) -> Any:
        if (model.__name__, field.name) in _AS_IT_MUST_BE:
            return _AS_IT_MUST_BE[model.__name__, field.name]
        if field.choices:
            return field.get_default() if field.has_default() else field.choices[-1][0]
        if field.name.startswith("external_") and field.name.endswith("_id"):
            return f"{field.name}-1"  # a name that the ATS made up: notices go by it
        for kinds, value in _BY_KIND:
            if isinstance(field, kinds):
                about = model in self._about or not isinstance(field, _TEXTS)
                return value(field) if about else "other"
        return models.NOT_PROVIDED

    def _link(self, model: type[models.Model], field: models.ForeignKey) -> Any:
        target = field.related_model
        about = target in self.rows or target in self._about
        if target is model or not (about or not field.null):
            return models.NOT_PROVIDED
        if (field.name, model.__name__) == ("seat", "Enclosure"):  # it is of one of the two
            return models.NOT_PROVIDED
        return self.of(target).pk


_TEXTS = (models.CharField, models.TextField)
# Where only one value makes sense to the database or the code.
_AS_IT_MUST_BE = {
    ("Member", "public_id"): "aPseudonym1",
    ("Export", "failure"): "",
    ("RecruiterNote", "visibility"): "project",
    ("MemberSnapshot", "facts"): {"headline": WORD},
}


def _text(field: models.Field) -> Any:
    longest = field.max_length or 100
    if longest < len(WORD) + 8:
        return WORD[:longest] if longest >= len(WORD) else models.NOT_PROVIDED
    return f"{WORD}{uuid4().hex[:6]}"


_BY_KIND: tuple[tuple[Any, Any], ...] = (
    (models.FileField, lambda field: ContentFile(f"{WORD} in a file".encode(), "a.txt")),
    (models.URLField, lambda field: f"https://{WORD}.test/{uuid4().hex[:6]}"),
    (models.EmailField, lambda field: f"{WORD}{uuid4().hex[:6]}@mail.test"),
    ((models.CharField, models.TextField), _text),
    (models.BinaryField, lambda field: f"{WORD} in bytes".encode()),
    (models.JSONField, lambda field: [{"said": f"{WORD} in json", "number": WORD}]),
    (SearchVectorField, lambda field: f"'{WORD}':1"),
    (
        ArrayField,
        lambda field: [
            WORD if isinstance(field.base_field, models.CharField) else 7,
        ],
    ),
    (models.DateTimeField, lambda field: None if field.null else timezone.now()),
    (models.DateField, lambda field: None if field.null else date(2026, 3, 9)),
    (models.UUIDField, lambda field: uuid4()),
    (models.BooleanField, lambda field: False),
    (
        (models.IntegerField, models.BigIntegerField),
        lambda field: models.NOT_PROVIDED if field.has_default() or field.null else 7,
    ),
    (models.DurationField, lambda field: timedelta(days=1)),
)

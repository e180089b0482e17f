"""Parts of our own addresses that only one shape fits: anything else is no such page."""

from __future__ import annotations

from django.urls import register_converter

from rsc.models import PERSON_ID_LENGTH


class PersonIdConverter:
    """A person's public id: `<person_id:public_id>`."""

    regex = f"[A-Za-z0-9]{{{PERSON_ID_LENGTH}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PersonIdConverter, "person_id")

"""A copy of all that is kept of a person, for who asks an administrator for it."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

from django.core.files.storage import default_storage
from django.db import models

from ats_sync import persons
from ats_sync.models import Application, Candidate
from ats_sync.persons import Person
from recruiter import data_copies
from recruiter.models import Member

# What is made from other columns, for programs: it tells a person nothing more.
_MADE = (models.BinaryField,)
README = """All that this server keeps of one person.

tables.json   every row, by table; times in UTC
files/        the files that those rows name
member-*/     the copy that the member could fetch themselves

Notes, messages and feedback name their authors, who are people too: read before you pass it on.
"""


def archive(person: Person) -> bytes:
    """All rows and files of a person, as a ZIP."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("README.txt", README)
        tables: dict[str, list[dict[str, Any]]] = {}
        for part in persons.parts(person):
            rows = list(part.rows)
            if rows:
                tables[part.name] = [_told(row) for row in rows]
            for name in (file for row in rows for file in _files(row)):
                with default_storage.open(name, "rb") as opened:
                    written.writestr(f"files/{name}", opened.read())
        text = json.dumps(tables, indent=2, ensure_ascii=False, default=str)
        written.writestr("tables.json", text)
        for member in person.members:
            written.writestr(f"member-{member.public_id}/copy.zip", data_copies.archive(member))
    return packed.getvalue()


def _told(row: models.Model) -> dict[str, Any]:
    fields = (one for one in row._meta.concrete_fields if not isinstance(one, _MADE))
    return {one.name: one.value_from_object(row) for one in fields}


def _files(row: models.Model) -> list[str]:
    files = (
        one.value_from_object(row).name
        for one in row._meta.concrete_fields
        if isinstance(one, models.FileField)
    )
    return [name for name in files if name and default_storage.exists(name)]


@data_copies.contributes("applications.json")
def applications_of(member: Member) -> list[dict[str, Any]]:
    """What ATSs keep of a member, for the member's own copy.

    The rule: only of companies that agreed, and only what is the person's own or a fact about
    them: never what recruiters and interviewers thought, which is the company's to give.
    """
    agreed = Candidate.objects.filter(
        matches__in=member.matches.live(), ats__company__gives_ats_data=True
    )
    return [
        {
            "company": candidate.ats.company.name,
            "name": candidate.full_name,
            "emails": candidate.emails,
            "phones": candidate.phones,
            "applications": [_application(one) for one in candidate.applications.all()],
        }
        for candidate in agreed.select_related("ats__company").prefetch_related(
            "applications__stages"
        )
    ]


def _application(one: Application) -> dict[str, Any]:
    return {
        "job": one.job_name,
        "appliedAt": one.external_created_at,
        "stages": [{"name": each.name, "since": each.entered_at} for each in one.stages.all()],
    }

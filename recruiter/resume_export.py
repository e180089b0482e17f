"""A member's profile as JSON Resume 1.0.0; `json_resume` reads it back."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from recruiter.models import Education, Member, Position

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"


def resume_of(member: Member) -> dict[str, Any]:
    """The profile in the format's own spelling; what is empty is left out."""
    return _without_gaps(
        {
            "$schema": SCHEMA,
            "basics": _basics(member),
            "work": [_work(position) for position in member.positions.all()],
            "education": [_school(school) for school in member.education.all()],
            "skills": [{"name": skill} for skill in member.skills],
            "languages": [{"language": language} for language in member.languages],
            "references": [
                {"name": praise.author_name, "reference": praise.text}
                for praise in member.recommendations.all()
            ],
            "meta": {"canonical": f"{settings.BASE_URL}{member.get_absolute_url()}"},
        }
    )


def _basics(member: Member) -> dict[str, Any]:
    emails = [email.address for email in member.emails.all()]
    return _without_gaps(
        {
            "name": member.full_name,
            "givenName": member.first_name,
            "familyName": member.last_name,
            "label": member.headline,
            "email": emails[0] if emails else "",
            "emails": emails[1:],
            "phone": next((phone.number for phone in member.phones.all()), ""),
            "url": member.website,
            "summary": member.summary,
            "industry": member.industry,
            "location": _without_gaps(
                {
                    "city": member.city or member.location,
                    "region": member.region,
                    "countryCode": member.country_code,
                }
            ),
        }
    )


def _work(position: Position) -> dict[str, str]:
    return _without_gaps(
        {
            "name": position.employer,
            "position": position.title,
            "location": position.location,
            "startDate": position.started_on,
            "endDate": position.ended_on,
            "summary": position.summary,
        }
    )


def _school(school: Education) -> dict[str, str]:
    return _without_gaps(
        {
            "institution": school.school,
            "area": school.field_of_study,
            "studyType": school.degree,
            "startDate": school.started_on,
            "endDate": school.ended_on,
        }
    )


def _without_gaps(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", [], {}, None)}

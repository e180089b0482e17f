"""The cards of a page of results: texts marked, put together and escaped, so that the template
only places them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from recruiter.highlights import Highlights
from recruiter.models import Member, Position
from recruiter.results import Result
from recruiter.templatetags.figures import years
from rsc.models import PERSON_ID_LENGTH

SOMEBODY = "0" * PERSON_ID_LENGTH  # stands for any public id
Line = tuple[str, str]  # what it says, and quieter: when, or why


@dataclass(frozen=True)
class Fact:
    """One term of a card.

    Attributes:
        more: lines that are left out.
        besides: how the quieter half of a line looks, as a class of css/search.css.
    """

    label: str
    lines: list[Line]
    more: int = 0
    besides: str = "years"


@dataclass(frozen=True)
class Card:
    """What a page says of one result.

    Attributes:
        address: of the profile.
        place: location and industry.
        marks: whether the team or an ATS knows the member.
    """

    member: Member
    address: str
    name: SafeString
    headline: SafeString
    place: SafeString
    facts: list[Fact]
    result: Result

    @property
    def marks(self) -> bool:
        result = self.result
        return bool(result.project_count or result.ats_names or result.contact)


def of(results: Iterable[Result], marks: Highlights) -> list[Card]:
    """The cards of some results, with the words of `marks` marked."""
    profile = reverse("recruiter:profile", args=[SOMEBODY])  # once a page: it is slow
    return [_card(result, marks, profile) for result in results]


def _card(result: Result, marks: Highlights, profile: str) -> Card:
    member = result.member
    place = [
        marks.location(member.location) if member.location else "",
        marks.industry(member.industry) if member.industry else "",
    ]
    return Card(
        member=member,
        address=profile.replace(SOMEBODY, member.public_id),
        name=marks.name(member.full_name),
        headline=marks.anywhere(member.headline),
        place=mark_safe(" · ".join(filter(None, place))),
        facts=[fact for fact in _facts(result, marks) if fact.lines],
        result=result,
    )


def _facts(result: Result, marks: Highlights) -> list[Fact]:
    schools = [(marks.school(each.school), years(each)) for each in result.education]
    skills = mark_safe(", ".join(map(marks.skill, result.skills)))
    reasons = [(reason.spotlight.label, reason.text) for reason in result.reasons]
    return [
        Fact("Current", [_line(position, marks) for position in result.current]),
        Fact("Past", [_line(position, marks) for position in result.past], result.past_more),
        Fact("Education", schools),
        Fact("Skills", [(skills, "")] if skills else []),
        Fact("Spotlights", reasons, besides="quiet"),
    ]


def _line(position: Position, marks: Highlights) -> Line:
    text = f"{marks.title(position.title)} at {marks.company(position.employer)}"
    return mark_safe(text), years(position)

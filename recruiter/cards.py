"""The cards of a page of results: texts marked, put together and escaped, so that the template
only places them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape  # Django's own takes lazy text, and three times as long

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from recruiter.highlights import Highlights
from recruiter.models import Member, Position
from recruiter.results import Result
from recruiter.templatetags.figures import years
from rsc.models import PERSON_ID_LENGTH

SOMEBODY = "0" * PERSON_ID_LENGTH  # stands for any public id


@dataclass(frozen=True)
class Fact:
    """One term of a card.

    Attributes:
        more: lines that are left out.
    """

    label: str
    lines: list[SafeString]
    more: int = 0


@dataclass(frozen=True)
class Card:
    """What a page says of one result.

    Attributes:
        address: of the profile.
        why: address of the reasons why the member is among the results; "" where none are told.
        place: location and industry.
        marks: whether the team or an ATS knows the member.
    """

    member: Member
    address: str
    why: str
    name: SafeString
    headline: SafeString
    place: SafeString
    facts: list[Fact]
    result: Result

    @property
    def marks(self) -> bool:
        result = self.result
        return bool(result.project_count or result.ats_names or result.contact)


def of(results: Iterable[Result], marks: Highlights, parameters: str | None = None) -> list[Card]:
    """The cards of some results, with the words of `marks` marked.

    Args:
        parameters: of the search that they are the results of; without, no card tells why.
    """
    profile = reverse("recruiter:profile", args=[SOMEBODY])  # once a page: it is slow
    why = ""
    if parameters is not None:
        why = f"{reverse('recruiter:why_here', args=[SOMEBODY])}?{parameters}"
    return [_card(result, marks, profile, why) for result in results]


def _card(result: Result, marks: Highlights, profile: str, why: str) -> Card:
    member = result.member
    place = [
        marks.location(member.location) if member.location else "",
        marks.industry(member.industry) if member.industry else "",
    ]
    return Card(
        member=member,
        address=profile.replace(SOMEBODY, member.public_id),
        why=why.replace(SOMEBODY, member.public_id, 1),
        name=marks.name(member.full_name),
        headline=marks.anywhere(member.headline),
        place=mark_safe(" · ".join(filter(None, place))),
        facts=[fact for fact in _facts(result, marks) if fact.lines],
        result=result,
    )


def _facts(result: Result, marks: Highlights) -> list[Fact]:
    schools = [_line(marks.school(each.school), years(each)) for each in result.education]
    skills = mark_safe(", ".join(map(marks.skill, result.skills)))
    reasons = [
        _line(escape(reason.spotlight.label), reason.text, "quiet") for reason in result.reasons
    ]
    return [
        Fact("Current", [_position(each, marks) for each in result.current]),
        Fact("Past", [_position(each, marks) for each in result.past], result.past_more),
        Fact("Education", schools),
        Fact("Skills", [skills] if skills else []),
        Fact("Spotlights", reasons),
    ]


def _position(position: Position, marks: Highlights) -> SafeString:
    held = f"{marks.title(position.title)} at {marks.company(position.employer)}"
    return _line(held, years(position))


def _line(said: str, besides: str, look: str = "years") -> SafeString:
    """What it says, escaped already, and quieter: when, or why. `look` is a class of search.css."""
    quieter = f' <span class="{look}">{escape(besides)}</span>' if besides else ""
    return mark_safe(said + quieter)

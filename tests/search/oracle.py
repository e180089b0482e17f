"""The search port told in plain Python over model instances: slow, obvious, and no SQL of its own.

Engines are compared with it. It knows single words and exclusions; phrases and OR have tests
of their own.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from recruiter.models import Member, Position
from recruiter.search import FACETS, SPOTLIGHTS, MemberQuery

PANEL = 15
COUNTRIES = {"US": "United States", "DE": "Germany", "PE": "Peru"}
EVERYTHING = ("positions", "education", "footprints", "brand_engagements", "connections")


def findable(member: Member) -> bool:
    return not member.closed_at and not member.hidden_from_recruiters


def works_at(member: Member, company_id: int) -> bool:
    return any(each.current and each.company_id == company_id for each in member.positions.all())


def is_open(member: Member, company_id: int) -> bool:
    private = member.openness == "private" and not works_at(member, company_id)
    return member.openness == "public" or private


def values(member: Member, kind: str) -> set[str]:
    """The member's values of one facet, as shown."""
    current = [position for position in member.positions.all() if position.current]
    past = [position for position in member.positions.all() if not position.current]
    return {
        "title": {position.title for position in current},
        "company": {position.employer for position in current},
        "past_company": {position.employer for position in past},
        "past_title": {position.title for position in past},
        "experience": {experience(member)},
        "tenure": {tenure(position) for position in current},
        "seniority": {level(position.title) for position in current},
        "country": {COUNTRIES.get(member.country_code.upper(), "")},
        "region": {region(member)},
        "language": set(member.languages),
        "field_of_study": {education.field_of_study for education in member.education.all()},
        "location": {member.location},
        "industry": {member.industry},
        "skill": set(member.skills),
        "school": {education.school for education in member.education.all()},
    }[kind] - {""}


def experience(member: Member) -> str:
    """How long ago the first position began, as a recruiter would say it."""
    started = [position.started_on[:4] for position in member.positions.all()]
    if not started:
        return ""
    return years_since(min(started))


def tenure(position: Position) -> str:
    """How long ago a position began."""
    return years_since(position.started_on[:4])


def years_since(year: str) -> str:
    years = timezone.now().year - int(year)
    for least, label in ((21, "More than 20 years"), (11, "11 to 20 years"), (6, "6 to 10 years")):
        if years >= least:
            return label
    return "3 to 5 years" if years >= 3 else "1 to 2 years" if years else "Less than 1 year"


def level(title: str) -> str:
    """What a title says of seniority, for the titles of the tests."""
    levels = {"Senior": "Senior", "Manager": "Manager", "Vice": "Vice president"}
    return next((levels[word] for word in title.split() if word in levels), "Experienced")


def region(member: Member) -> str:
    parts = (member.region, COUNTRIES.get(member.country_code.upper(), ""))
    return ", ".join(part for part in parts if part) if member.region else ""


def words(member: Member) -> set[str]:
    texts = [member.full_name, member.headline, member.summary, member.location, member.industry]
    texts += member.skills
    texts += [text for each in member.positions.all() for text in (each.title, each.employer)]
    texts += [
        text for each in member.education.all() for text in (each.school, each.field_of_study)
    ]
    return set(" ".join(texts).lower().split())


class Oracle:
    """The members as they are now."""

    def __init__(self) -> None:
        everyone = Member.objects.order_by("pk").prefetch_related(*EVERYTHING)
        self.members = {member.pk: member for member in everyone}
        self.findable = [member for member in self.members.values() if findable(member)]
        self.words = {member.pk: words(member) for member in self.findable}

    def answer(
        self, query: MemberQuery
    ) -> tuple[set[int], dict[str, int], dict[str, dict[str, int]]]:
        """The members found, the Spotlight counts, and each panel as {label: count}."""
        hits = [member for member in self.findable if self.matches(member, query)]
        counts = {key: sum(self.holds(key, hit, query) for hit in hits) for key in SPOTLIGHTS}
        panels = {kind: self.panel(kind, query) for kind in FACETS}
        return {member.pk for member in hits}, counts, panels

    def panel(self, kind: str, query: MemberQuery) -> dict[str, int]:
        counted = Counter(
            value
            for member in self.findable
            if self.matches(member, query, without=kind)
            for value in values(member, kind)
        )
        chosen = {label.lower() for label in getattr(query, kind)}
        ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0].lower()))
        return dict(
            pair for place, pair in enumerate(ordered) if place < PANEL or pair[0].lower() in chosen
        )

    def matches(self, member: Member, query: MemberQuery, without: str = "") -> bool:
        """Whether all of the question holds, one facet left out if asked."""
        if query.viewer.member_ids is not None and member.pk not in query.viewer.member_ids:
            return False
        for word in query.text.lower().split():
            if (word.lstrip("-") in self.words[member.pk]) == word.startswith("-"):
                return False
        for kind in FACETS:
            wanted = {label.lower() for label in getattr(query, kind)}
            has = {value.lower() for value in values(member, kind)}
            if wanted and kind != without and not wanted & has:
                return False
        return all(self.holds(key, member, query) for key in query.spotlights)

    def holds(self, spotlight: str, member: Member, query: MemberQuery) -> bool:
        company, now = query.viewer.company_id, timezone.now()
        if spotlight == "open":
            return is_open(member, company)
        if spotlight == "past_applicants":
            applied = any(
                fact.past_applicant and fact.token_id in query.viewer.tokens
                for fact in member.footprints.all()
            )
            return applied and (query.include_current_employees or not works_at(member, company))
        if spotlight == "likely_to_respond":
            replied, seen = member.last_replied_at, member.last_seen_at
            return bool(
                (replied and replied >= now - timedelta(days=365))
                or (seen and seen >= now - timedelta(days=30) and is_open(member, company))
            )
        if spotlight == "company_connections":
            known = [self.members[each.other_id] for each in member.connections.all()]
            return any(works_at(other, company) and findable(other) for other in known)
        return any(
            each.company_id == company
            and (each.kind == "follows" or each.at >= now - timedelta(days=90))
            for each in member.brand_engagements.all()
        )

"""A few dozen members of all kinds, and the questions that every engine is asked about them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from recruiter.models import AtsFootprint, BrandEngagement, Education
from recruiter.search import SPOTLIGHTS
from recruiter.search.port import And, Field, Not, Or, Phrase, Prefix, Word
from tests import factories

TITLES = ("Engineer", "Senior Designer", "Pilot", "Account Manager", "Vice President", "Nurse")
HOMES = (("Illinois", "US"), ("Berlin", "de"), ("", "PE"), ("Nowhere", ""), ("", ""))
PLACES = ("Chicago", "Berlin", "Lima")
SKILLS = ("python", "welding", "french", "sales", "chess", "law")
SCHOOLS = ("Illinois State", "Charité", "PUCP")


def make_member(dice, companies, tokens):
    now = timezone.now()
    region, country = dice.choice(HOMES)
    member = factories.MemberFactory(
        headline=dice.choice(("", "open to talk", "Pilot")),
        summary=dice.choice(("", "I like welding and law", "built rockets")),
        location=dice.choice((*PLACES, "")),
        industry=dice.choice(("Aviation", "Health", "")),
        region=region,
        country_code=country,
        languages=dice.sample(("English", "Spanish", "Quechua"), dice.randint(0, 2)),
        skills=dice.sample(SKILLS, dice.randint(0, 4)),
        openness=dice.choice(("no", "private", "public")),
        hidden_from_recruiters=dice.random() < 0.1,
        closed_at=now if dice.random() < 0.1 else None,
        last_seen_at=dice.choice((None, now - timedelta(days=3), now - timedelta(days=99))),
        last_replied_at=dice.choice((None, now - timedelta(days=99), now - timedelta(days=999))),
    )
    for _ in range(dice.randint(0, 3)):
        company = dice.choice((*companies, None))
        factories.PositionFactory(
            member=member,
            title=dice.choice(TITLES),
            employer=company.name if company else "Elsewhere",
            company=company,
            started_on=dice.choice(("2001", "2012-05", "2018-01", "2025-06-01")),
            ended_on=dice.choice(("", "", "2025-09")),
        )
    if dice.random() < 0.6:
        Education.objects.create(
            member=member,
            school=dice.choice(SCHOOLS),
            field_of_study=dice.choice(("Physics", "Law", "")),
        )
    for token in tokens:
        if dice.random() < 0.3:
            AtsFootprint.objects.create(
                token=token, member=member, past_applicant=dice.random() < 0.7, as_of=now
            )
    if dice.random() < 0.4:
        BrandEngagement.objects.create(
            member=member,
            company=dice.choice(companies),
            kind=dice.choice(("follows", "viewed")),
            at=now - timedelta(days=dice.choice((5, 200))),
        )
    return member


QUESTIONS = {
    "everybody": {},
    "one word": {"text": "pilot"},
    "words in different places": {"text": "welding chicago"},
    "a word left out": {"text": "engineer -chicago"},
    "a facet": {"title": ("Engineer",)},
    "alternatives": {"skill": ("python", "chess")},
    "employers of the past": {"past_company": ("Elsewhere",), "company": ("Elsewhere",)},
    "experience": {"experience": ("11 to 20 years", "1 to 2 years")},
    "facets together": {"title": ("Engineer", "Pilot"), "location": ("Berlin",)},
    "where somebody lives": {
        "country": ("Germany", "United States"),
        "region": ("Illinois, United States",),
    },
    "years in position": {"tenure": ("3 to 5 years", "6 to 10 years", "Less than 1 year")},
    "levels": {"seniority": ("Senior", "Manager", "vice president"), "past_title": ("Pilot",)},
    "languages and subjects": {"language": ("Quechua",), "field_of_study": ("Law", "Physics")},
    "three facets": {"title": ("Nurse",), "skill": ("law",), "location": ("Lima", "Chicago")},
    "other spelling": {"location": ("  BERLIN ",)},
    "nobody's value": {"school": ("Hogwarts",)},
    **{f"Spotlight {key}": {"spotlights": (key,)} for key in SPOTLIGHTS},
    "two Spotlights": {"spotlights": ("open", "past_applicants")},
    "employees too": {"spotlights": ("past_applicants",), "include_current_employees": True},
    "all at once": {"text": "open", "skill": SKILLS, "spotlights": ("likely_to_respond",)},
}
TREES = (
    And((Word("pilot"), Not(Field("location", Word("berlin"))))),
    Or((Phrase("account manager"), Prefix("weld"))),
    Phrase("built rockets"),
    Not(Prefix("p")),
)

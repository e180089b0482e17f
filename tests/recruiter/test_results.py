"""The list of results: its order and length, marked words, reasons, people like these, keys."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from recruiter import activity, search
from recruiter.highlights import Highlights
from recruiter.models import Activity, Member
from recruiter.query_language import read
from tests import factories
from tests.pages import parts_in_order, text_of

URL = "/talent/search/"


@pytest.fixture
def find(browse):
    return lambda seat, query: browse(seat).get(f"{URL}?{query}")


def make(name: str, title: str = "Pilot", **facts) -> Member:
    first, last = name.split()
    member = factories.MemberFactory(first_name=first, last_name=last, **facts)
    factories.PositionFactory(member=member, title=title)
    search.index().put([member.pk])
    return member


def names(page) -> list[str]:
    found = re.findall(r'<h3><a href="[^"]*">(.*?)</a></h3>', page.content.decode())
    return [re.sub("<[^>]*>", "", name) for name in found]


@pytest.mark.parametrize("engine", ["bitmap", "sql"])
@pytest.mark.django_db
def test_words_decide_the_order_or_the_last_visit_does(find, ada, settings, engine):
    settings.SEARCH_ENGINE = engine
    make("Best Match", title="Pilot", last_seen_at=factories.LONG_AGO)
    make("Seen Today", title="Clerk", skills=["Pilot"], last_seen_at=timezone.now())
    assert names(find(ada, "q=pilot")) == ["Best Match", "Seen Today"]
    page = find(ada, "q=pilot&order=recent")
    assert names(page) == ["Seen Today", "Best Match"]
    assert (
        '<input type="hidden" name="order" value="recent" form="search">' in page.content.decode()
    )


@pytest.mark.django_db
def test_a_page_has_as_many_results_as_asked(find, ada):
    for number in range(30):
        make(f"Number N{number}")
    assert [len(names(find(ada, query))) for query in ("", "size=50", "size=7")] == [25, 30, 25]
    assert 'href="/talent/search/?size=50"' in find(ada, "").content.decode()


@pytest.mark.parametrize(
    ("asked", "text", "marked"),
    [
        ("manager", "Account Manager", "Account [Manager]"),
        ("manager", "Managers", "Managers"),
        ("manag*", "Managers & <i>", "[Managers] &amp; &lt;i&gt;"),
        ('"account manager"', "Account, manager account", "[Account, manager] account"),
        ("NOT manager", "Manager", "Manager"),
        ("jose", "José", "[José]"),
        ("jose", "Jose\u0301 & José", "[Jose\u0301] &amp; [José]"),
        ("strasse", "Weinstraße, Straße 5", "Weinstraße, [Straße] 5"),
        ('sales OR "sales manager"', "Sales Manager, Sales", "[Sales Manager], [Sales]"),
        ("d OR amp", "R&D", "R&amp;[D]"),
        ("東京", "東京 Tower", "[東京] Tower"),
        ("title:(go OR java)", "Java, Go", "[Java], [Go]"),
        ("skill:java", "Java", "Java"),
        ("", "Java", "Java"),
    ],
)
def test_the_words_asked_for_are_marked_and_nothing_else(asked, text, marked):
    shown = Highlights(read(asked).node).title(text)
    assert shown.replace("<mark>", "[").replace("</mark>", "]") == marked


@pytest.mark.django_db
def test_a_card_marks_words_shows_their_skills_and_the_teams_last_contact(find, ada, bo, cy, mae):
    search.index().put([mae.pk])
    activity.record(bo, mae, Activity.Verb.MESSAGED)
    page = find(ada, "q=account+negotiation")
    assert "<mark>Account</mark> Manager at Freshing" in page.content.decode()
    assert parts_in_order(text_of(page), "Skills", "Negotiation", "Messaged by Bo Colleague", "now")
    assert "Messaged by" not in text_of(find(cy, "q=account"))


@pytest.mark.django_db
def test_why_somebody_is_here_can_be_added_up(browse, ada, mae):
    search.index().put([mae.pk])
    why = reverse("recruiter:why_here", args=[mae.public_id])
    page = text_of(browse(ada).get(f"{why}?q=account+negotiation&spotlight=open"))
    assert "does not fit this search" in page
    page = text_of(browse(ada).get(f"{why}?q=account+negotiation"))
    assert parts_in_order(
        page, "account", "current title or name", "10", "negotiation", "skills", "2", "Sum", "12"
    )


@pytest.mark.django_db
def test_nobody_learns_why_of_somebody_they_may_not_see(browse, hal, mae):
    why = reverse("recruiter:why_here", args=[mae.public_id])
    assert browse(hal).get(why).status_code == 404


@pytest.mark.parametrize("engine", ["bitmap", "sql"])
@pytest.mark.django_db
def test_more_people_like_somebody_are_searched_for_openly(browse, ada, mae, settings, engine):
    settings.SEARCH_ENGINE = engine
    search.index().put([mae.pk])
    make("Near Twin", title="Account Manager", skills=["Negotiation"], industry="Technology")
    make("Other Trade", skills=["Welding"], industry="Metal")
    client = browse(ada)
    dialog = client.get(reverse("recruiter:more_like"), {"person": mae.public_id})
    assert "Find more people like Mae Norris" in text_of(dialog)
    asked = re.findall(
        r'name="(like|title|skill|industry|location)" value="([^"]*)"(?= checked|>\s*$|>\s*\n)',
        dialog.content.decode(),
    )
    assert ("title", "Account Manager") in asked
    page = client.get(URL, {"title": "Account Manager", "like": mae.public_id})
    assert names(page) == ["Near Twin"]
    assert parts_in_order(text_of(page), "Made from the profile of Mae Norris", "who is left out")
    assert sorted(names(client.get(URL, {"title": "Account Manager"}))) == [
        "Mae Norris",
        "Near Twin",
    ]


@pytest.mark.django_db
def test_people_who_may_not_be_seen_are_no_examples(browse, hal, mae):
    search.index().put([mae.pk])
    page = browse(hal).get(reverse("recruiter:more_like"), {"person": mae.public_id})
    assert "Mae" not in text_of(page)
    assert "Mae" not in text_of(browse(hal).get(URL, {"like": mae.public_id}))

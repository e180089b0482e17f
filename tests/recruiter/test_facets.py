"""Panels of the search page: three states, typed words, team facets, lines on demand."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from recruiter import filters, notes, search, tags
from recruiter.models import Conversation, InMail, Member
from recruiter.places import around, city_of
from tests import factories
from tests.engines import IN_PROCESS

pytestmark = pytest.mark.django_db
URL = "/talent/search/"


def text_of(response) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def look(browse):
    """Ask for the page as somebody."""
    return lambda seat, **asked: text_of(browse(seat).get(f"{URL}?{urlencode(asked, doseq=True)}"))


@pytest.fixture
def panel(browse):
    """A panel's lines as htmx gets them: what they say, with the counts."""

    def ask(seat, kind, **asked):
        address = f"{URL}panels/{kind}/?{urlencode(asked, doseq=True)}"
        return lines_of(text_of(browse(seat).get(address, headers={"HX-Request": "true"})))

    return ask


def lines_of(text: str) -> dict[str, str]:
    line = r'<label class="facet-line".*?<span>([^<]*)</span>\s*<span class="count">([^<]*)</span>'
    return dict(re.findall(line, text, re.DOTALL))


def names_in(text: str) -> list[str]:
    found = re.findall(r"<h3><a [^>]*>(.*?)</a></h3>", text, re.DOTALL)
    return sorted(re.sub(r"<[^>]*>", "", name).split()[0] for name in found)


def make(first, *, title="Engineer", **facts):
    member = factories.MemberFactory(first_name=first, headline="", **facts)
    factories.PositionFactory(member=member, title=title)
    return member


@pytest.fixture
def people():
    """Four people with different skills and places."""
    found = {
        "Ann": make("Ann", skills=["java", "go"], location="Berlin, Germany", country_code="DE"),
        "Ben": make("Ben", skills=["java"], location="Potsdam", country_code="DE"),
        "Cem": make("Cem", skills=["go"], location="Chicago", country_code="US"),
        "Dov": make("Dov", title="Senior Nurse", location="Nowhere"),
    }
    search.index().put(Member.objects.values_list("pk", flat=True))
    return found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"skill": ["java", "go"]}, ["Ann", "Ben", "Cem"]),
        ({"skill.must": ["java", "go"]}, ["Ann"]),
        ({"skill.not": ["java"]}, ["Cem", "Dov"]),
        ({"skill": ["java"], "skill.not": ["go"]}, ["Ben"]),
        ({"skill": ["go"], "skill.must": ["GO"]}, ["Ann", "Cem"]),
        ({"skill.must": ["go"], "skill.not": ["go"]}, ["Ben", "Dov"]),
        ({"skill.text": ["java OR go"]}, ["Ann", "Ben", "Cem"]),
        ({"skill.text": ["java go"]}, ["Ann"]),
        ({"skill.text": ["NOT java"]}, ["Cem", "Dov"]),
        ({"title.text": ['"senior nurse"']}, ["Dov"]),
        ({"title.text": ["(nurse"]}, ["Dov"]),
        ({"seniority": ["Senior"]}, ["Dov"]),
        ({"country": ["Germany"], "skill.not": ["go"]}, ["Ben"]),
        ({"location": ["Berlin, Germany"]}, ["Ann"]),
        ({"location": ["Berlin, Germany"], "radius": ["50"]}, ["Ann", "Ben"]),
        ({"location": ["Nowhere"], "radius": ["50"]}, ["Dov"]),
        ({"location": ["Berlin, Germany"], "radius": ["51"]}, ["Ann"]),
    ],
)
def test_values_can_be_had_demanded_or_excluded(look, ada, people, asked, found):
    assert names_in(look(ada, **asked)) == found


def test_active_filters_say_how_they_are_meant_and_can_be_dropped(look, ada, people):
    text = look(ada, **{"skill": "java", "skill.not": "go", "title.text": "engineer OR nurse"})
    for chip in ("Skill: java", "Skill: not go", "Current title: “engineer OR nurse”"):
        assert f"</span>{chip} <span" in text
    assert 'href="/talent/search/?title.text=engineer+OR+nurse&skill=java"' in text
    assert '<input type="hidden" name="skill.not" value="go" form="search">' in text


def test_each_value_has_a_control_for_each_state(look, ada, people):
    lines = look(ada, panel="skill")
    for name in ("skill.must", "skill.not"):
        assert f'<button class="state" form="search" name="{name}" value="java"' in lines


def test_a_panel_ignores_what_can_be_had_and_obeys_the_rest(panel, ada, people):
    assert panel(ada, "skill", skill="java") == {"java": "2", "go": "2"}
    assert panel(ada, "skill", **{"skill.must": "java"}) == {"go": "1"}
    assert panel(ada, "skill", location="Chicago") == {"go": "1"}


def test_an_address_says_the_same_again(ada, people):
    asked = {"title.must": ["Engineer"], "skill.not": ["go"], "tag": ["hot"], "radius": ["25"]}
    choice = filters.kept(urlencode(asked, doseq=True))
    assert filters.kept(choice.parameters) == choice
    assert choice.facets["skill"].never == ("go",)


def test_panels_beyond_the_first_are_counted_when_they_are_opened(look, panel, browse, ada, people):
    closed = look(ada)
    assert "United States" not in closed
    assert 'hx-get="/talent/search/panels/country/?"' in closed
    assert panel(ada, "country") == {"Germany": "2", "United States": "1"}
    opened = browse(ada).get(f"{URL}panels/country/?skill=go", follow=True)
    assert lines_of(text_of(opened))["United States"] == "1"
    assert browse(ada).get(f"{URL}panels/hats/").status_code == 404


# ----------------------------------------------------------------------------------- the team's
@pytest.fixture
def team(ada, bo, people):
    """Ada tagged, noted and placed Ann. Bo wrote to Ben, and keeps Cem to himself."""
    now = timezone.now()
    stage = factories.ProjectStageFactory(project__owner=ada, project__name="Compilers")
    factories.ProspectFactory(stage=stage, member=people["Ann"])
    hidden = factories.ProjectStageFactory(
        project__owner=bo, project__name="Secret", project__private=True
    )
    factories.ProspectFactory(stage=hidden, member=people["Cem"])
    tags.add(ada, [people["Ann"]], ["hot"])
    notes.add(ada, people["Ann"], "good")
    notes.add(bo, people["Cem"], "mine alone", visibility="private")
    thread = Conversation.objects.create(
        seat=bo, member=people["Ben"], subject="Hi", started_at=now, last_message_at=now
    )
    sent = now - timedelta(days=60)
    InMail.objects.create(conversation=thread, body="Hi", sent_at=sent)
    InMail.objects.create(conversation=thread, body="Yes", sent_at=now, from_member=True)
    return {"Compilers": stage.project_id, "Secret": hidden.project_id}


def test_three_seats_see_three_teams(panel, look, ada, bo, cy, team):
    assert panel(ada, "project") == {"Compilers": "1"}
    assert panel(bo, "project") == {"Compilers": "1", "Secret": "1"}
    assert panel(cy, "project") == {}
    for seat, tagged, noted in ((ada, ["Ann"], ["Ann"]), (bo, ["Ann"], ["Cem"]), (cy, [], [])):
        assert names_in(look(seat, tag="hot")) == tagged
        assert names_in(look(seat, note="mine")) == noted
    assert names_in(look(ada, project=team["Secret"])) == []
    assert names_in(look(ada, **{"project.not": team["Secret"]})) == ["Ann", "Ben", "Cem", "Dov"]
    assert "Secret" not in look(ada, project=team["Secret"])
    assert names_in(look(bo, **{"project.text": "secret OR compilers"})) == ["Ann", "Cem"]


def test_contacts_count_by_whom_and_when(panel, look, ada, bo, cy, team):
    assert list(panel(ada, "contacted_by")) == [
        "Bo Colleague",
        "Bo Colleague in the last 3 months",
        "Bo Colleague in the last 6 months",
        "Bo Colleague in the last year",
    ]
    assert panel(ada, "contacted") == {"Last 3 months": "1", "Last 6 months": "1", "Last year": "1"}
    assert names_in(look(ada, contacted_by=bo.pk)) == ["Ben"]
    assert "Contacted by: Bo Colleague" in look(ada, contacted_by=bo.pk)
    assert names_in(look(ada, **{"contacted.not": "90"})) == ["Ann", "Cem", "Dov"]
    assert names_in(look(ada, **{"contacted.not": "30"})) == ["Ann", "Ben", "Cem", "Dov"]
    assert names_in(look(cy, contacted_by=bo.pk)) == []
    assert "Bo Colleague" not in look(cy, contacted_by=bo.pk)


def write(seat, member, days_ago):
    sent = timezone.now() - timedelta(days=days_ago)
    thread, _ = Conversation.objects.get_or_create(
        seat=seat,
        member=member,
        defaults={"subject": "Hi", "started_at": sent, "last_message_at": sent},
    )
    InMail.objects.create(conversation=thread, body="Hi", sent_at=sent)


@pytest.mark.parametrize("engine", IN_PROCESS)
def test_by_whom_and_when_somebody_was_contacted_is_said_of_one_message(
    look, panel, settings, ada, bo, cy, team, people, engine
):
    settings.SEARCH_ENGINE = engine
    write(ada, people["Ben"], 5)  # Bo wrote to him 60 days ago
    write(bo, people["Dov"], 5)
    write(bo, people["Dov"], 200)
    by_bo, lately = f"{bo.pk}-30", f"{bo.pk}-61"
    assert names_in(look(ada, contacted_by=bo.pk, contacted=30)) == ["Ben", "Dov"]  # two facets
    assert names_in(look(ada, contacted_by=by_bo)) == ["Dov"]
    assert names_in(look(ada, contacted_by=lately)) == ["Ben", "Dov"]
    assert names_in(look(ada, **{"contacted_by.not": by_bo})) == ["Ann", "Ben", "Cem"]
    assert names_in(look(ada, contacted_by=[by_bo, f"{ada.pk}-30"])) == ["Ben", "Dov"]
    assert names_in(look(ada, **{"contacted_by.must": [by_bo, f"{ada.pk}-30"]})) == []
    assert "Contacted by: Bo Colleague in the last 30 days" in look(ada, contacted_by=by_bo)
    lines = panel(ada, "contacted_by", contacted_by=lately)
    assert lines["Bo Colleague in the last 30 days"] == "1"
    assert lines["Bo Colleague in the last 61 days"] == "2"
    assert names_in(look(cy, contacted_by=by_bo)) == []
    assert "Bo Colleague" not in look(cy, contacted_by=by_bo)


@pytest.mark.parametrize("days", ["-5", "0", "30.5", "99999", "٣٠", "", "-", "30-30"])
def test_days_that_are_no_number_of_days_find_nobody(look, ada, bo, team, days):
    assert names_in(look(ada, contacted_by=f"{bo.pk}-{days}")) in ([], ["Ben"])
    assert names_in(look(ada, contacted=days)) in ([], ["Ann", "Ben", "Cem", "Dov"])


def test_our_own_people_can_be_left_out(look, ada, people):
    people["Ann"].positions.update(company=ada.contract.company)
    assert names_in(look(ada, **{"colleague.not": "yes"})) == ["Ben", "Cem", "Dov"]


def test_a_team_panel_counts_inside_the_search_and_ignores_its_own_choice(panel, ada, people, team):
    tags.add(ada, [people["Ben"], people["Cem"]], ["cool"])
    assert panel(ada, "tag") == {"cool": "2", "hot": "1"}
    assert panel(ada, "tag", tag="hot") == {"cool": "2", "hot": "1"}
    assert panel(ada, "tag", skill="java") == {"cool": "1", "hot": "1"}
    assert panel(ada, "tag", **{"tag.not": "cool"}) == {"hot": "1"}


# ------------------------------------------------------------------------------------ typeahead
@pytest.mark.parametrize(
    ("kind", "typed", "offered"),
    [
        ("skill", "ja", ["java 2"]),
        ("skill", "java OR g", ["go 2"]),
        ("country", "uni", ["United States 1"]),
        ("tag", "h", ["hot 1"]),
        ("project", "sec", []),
        (
            "contacted_by",
            "bo",
            [
                "Bo Colleague 1",
                "Bo Colleague in the last 3 months 1",
                "Bo Colleague in the last 6 months 1",
                "Bo Colleague in the last year 1",
            ],
        ),
        ("contacted", "61", ["Last 61 days 1"]),
        ("skill", "!!", []),
    ],
)
def test_what_is_typed_offers_values_with_counts(browse, ada, team, kind, typed, offered):
    response = browse(ada).get(f"{URL}suggest/{kind}/", {f"{kind}.text": typed})
    found = re.findall(
        r'<li role="option".*?<span>(.*?)</span> .*?>(\d+)</span>', text_of(response)
    )
    assert [" ".join(pair) for pair in found] == offered


# --------------------------------------------------------------------------------------- places
def test_places_are_known_by_name_and_by_what_follows():
    assert city_of(" berlin,  Germany").name == "Berlin"
    assert city_of("Berlin, Ohio") is None
    assert city_of("Nowhere") is None


def test_around_a_city_are_all_spellings_of_its_neighbours(people):
    assert around(["Berlin"], 50) == ("Berlin", "Berlin, Germany", "Potsdam")
    assert around(["Nowhere"], 50) == ("Nowhere",)

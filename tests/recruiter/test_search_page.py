"""The search page as recruiters use it: through its URL."""

from __future__ import annotations

import html
import re
from itertools import cycle
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recruiter import search, team_facets
from recruiter.models import AtsFootprint, Member, VisibilityToken
from recruiter.search import FACETS, SearchUnavailable
from tests import factories
from tests.engines import IN_PROCESS

URL = "/talent/search/"


@pytest.fixture
def acme(freshing):
    """The token of everybody at Ada's company for its ATS."""
    return VisibilityToken.objects.create(
        company=freshing, ats_id=1, ats_name="Acme ATS", everyone=True, in_force=True
    )


@pytest.fixture
def look(browse, db):
    """Ask for the page as somebody; answers its text, entities resolved."""

    def ask(seat, htmx=False, **parameters):
        headers = {"HX-Request": "true"} if htmx else {}
        response = browse(seat).get(f"{URL}?{urlencode(parameters, doseq=True)}", headers=headers)
        response.text_shown = html.unescape(response.content.decode())
        return response

    return ask


def index_all():
    search.index().put(Member.objects.values_list("pk", flat=True))


def make_member(name, title="Account Manager", **facts):
    first, last = name.split()
    member = factories.MemberFactory(first_name=first, last_name=last, headline="", **facts)
    factories.PositionFactory(member=member, title=title)
    return member


def know(token, member, past_applicant=True):
    AtsFootprint.objects.create(
        token=token, member=member, past_applicant=past_applicant, as_of=timezone.now()
    )


def names_in(response):
    found = re.findall(r'<h3><a href="[^"]*">([^<]*)</a></h3>', response.content.decode())
    return [html.unescape(name) for name in found]


def count_of(response, html_id):
    line = re.search(
        rf'id="{html_id}".*?<span class="count">([^<]*)</span>', response.text_shown, re.DOTALL
    )
    return line[1]


def test_who_is_not_signed_in_is_asked_to(client, db):
    response = client.get(URL)
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_a_card_tells_who_somebody_is(look, ada, mae, acme):
    factories.PositionFactory(
        member=mae, title="Clerk", employer="Belt", started_on="2011", ended_on="2015-02"
    )
    mae.education.create(school="California Institute of Technology", ended_on="2011")
    know(acme, mae)
    index_all()
    page = look(ada).text_shown
    for shown in (
        f'<a href="{mae.get_absolute_url()}">Mae Norris</a>',
        "Account Manager at Freshing",
        "Greater Chicago Area · Technology",
        "2015 \N{EN DASH} Present",
        "Clerk at Belt",
        "2011 \N{EN DASH} 2015",
        "California Institute of Technology",
        "In Acme ATS",
        "1 result",
    ):
        assert shown in page


def test_the_badge_is_a_link_to_the_ats_tab(look, ada, mae, acme):
    know(acme, mae, past_applicant=False)
    index_all()
    assert f'href="{mae.get_absolute_url()}?tab=ats">In Acme ATS</a>' in look(ada).text_shown


def test_a_stranger_sees_the_person_and_nothing_of_the_ats(look, ada, cy, mae, acme):
    know(acme, mae)
    index_all()
    assert count_of(look(ada), "spotlight-past_applicants") == "1"
    page = look(cy)
    assert names_in(page) == ["Mae Norris"]
    assert "Acme ATS" not in page.text_shown
    assert count_of(page, "spotlight-past_applicants") == "0"
    assert names_in(look(cy, spotlight="past_applicants")) == []


def test_a_colleague_without_the_acl_sees_nothing_of_it(look, ada, bo, mae, acme):
    board = VisibilityToken.objects.create(
        company=acme.company, ats_id=1, ats_name="Acme ATS", acl_id="board", in_force=True
    )
    board.holders.create(person_id=ada.user.person_id)
    know(board, mae)
    index_all()
    assert "In Acme ATS" in look(ada).text_shown
    page = look(bo)
    assert "In Acme ATS" not in page.text_shown
    assert count_of(page, "spotlight-past_applicants") == "0"


def test_the_guides_spotlight_leaves_past_applicants_only(look, ada, mae, acme):
    know(acme, mae)
    know(acme, make_member("Lead Only"), past_applicant=False)
    make_member("Blake Burke")
    index_all()
    assert len(names_in(look(ada))) == 3
    page = look(ada, spotlight="past_applicants")
    assert names_in(page) == ["Mae Norris"]
    assert count_of(page, "spotlight-past_applicants") == "1"
    assert names_in(look(ada, spotlight="rediscovered_candidates")) == ["Mae Norris"]


def test_people_who_work_here_are_past_applicants_only_on_demand(look, ada, mae, acme):
    mae.positions.update(company=acme.company)
    know(acme, mae)
    index_all()
    page = look(ada, spotlight="past_applicants")
    assert names_in(page) == []
    assert "Include people who work at" in page.text_shown
    assert names_in(look(ada, spotlight="past_applicants", employees="yes")) == ["Mae Norris"]


def test_the_address_holds_the_whole_search(look, ada, mae):
    make_member("Other Person", title="Pilot")
    index_all()
    page = look(ada, q="chicago", title=["Account Manager", "Pilot"], spotlight="open")
    shown = page.text_shown
    assert 'name="q" value="chicago"' in shown
    assert len(re.findall(r'name="title"[^>]* checked', shown)) == 2
    assert re.search(r'value="open"[^>]* checked', shown)
    without_pilot = "/talent/search/?q=chicago&spotlight=open&title=Account+Manager"
    assert f'href="{without_pilot}"' in shown
    assert 'href="/talent/search/?spotlight=open&title=Account+Manager&title=Pilot"' in shown


def test_htmx_gets_the_changed_parts_and_a_clean_address(look, ada, mae):
    index_all()
    page = look(ada, htmx=True, q="", title=["Account Manager", ""], page="1", stray="x")
    assert page["HX-Push-Url"] == "/talent/search/?title=Account+Manager"
    assert "HX-Request" in page["Vary"]
    assert "<html" not in page.text_shown
    assert 'id="results"' in page.text_shown
    assert 'id="panels" class="stack" hx-swap-oob="true"' in page.text_shown
    assert names_in(page) == ["Mae Norris"]


def test_going_back_gets_the_whole_page(browse, ada, mae):
    page = browse(ada).get(
        URL, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert b"<html" in page.content
    assert "HX-Push-Url" not in page


def test_no_results_say_which_filter_to_drop(look, ada, mae):
    index_all()
    page = look(ada, title="Account Manager", skill="Welding")
    assert "Nobody fits all of this" in page.text_shown
    assert '>Skill: Welding</a> <span class="quiet">1 result without it' in page.text_shown
    assert "Current title: Account Manager</a> <span" not in page.text_shown
    assert "There are no members yet" not in page.text_shown


def test_an_empty_server_says_so(look, ada):
    assert "There are no members yet" in look(ada).text_shown


def test_a_broken_engine_never_looks_like_no_results(look, ada, monkeypatch):
    class Broken:
        def search(self, query):
            raise SearchUnavailable

    monkeypatch.setattr("recruiter.search.index", Broken)
    page = look(ada, q="pilot")
    assert page.status_code == 503
    assert "Search is not available" in page.text_shown
    assert "0 results" not in page.text_shown
    fragment = look(ada, htmx=True, q="pilot")
    assert fragment.status_code == 200
    assert "Search is not available" in fragment.text_shown


def test_pages_follow_each_other(look, ada, db):
    for number in range(27):
        make_member(f"Number N{number:02}")
    index_all()
    first, second = look(ada), look(ada, page=2)
    assert (len(names_in(first)), len(names_in(second))) == (25, 2)
    assert set(names_in(first)) | set(names_in(second)) == {f"Number N{n:02}" for n in range(27)}
    assert 'rel="next" href="/talent/search/?page=2"' in first.text_shown
    assert 'rel="prev" href="/talent/search/"' in second.text_shown
    assert 'rel="next"' not in second.text_shown
    assert "There is no page 9" in look(ada, page=9).text_shown
    assert names_in(look(ada, page="nonsense")) == names_in(first)


def test_who_hid_a_moment_ago_is_not_shown(look, ada, mae):
    index_all()
    Member.objects.update(hidden_from_recruiters=True)
    assert names_in(look(ada)) == []
    index_all()
    assert "0 results" in look(ada).text_shown


def test_a_hiring_manager_finds_only_the_people_of_the_teams_projects(look, ada, hal, mae):
    make_member("Blake Burke")
    project = factories.ProjectFactory(owner=ada)
    factories.ProspectFactory(member=mae, stage__project=project)
    index_all()
    page = look(hal)
    assert names_in(page) == ["Mae Norris"]
    assert "1 result" in page.text_shown


def test_running_projects_are_counted(look, ada, bo, mae):
    for owner, facts in (
        (ada, {}),
        (bo, {}),
        (bo, {"private": True}),
        (ada, {"archived_at": timezone.now()}),
    ):
        project = factories.ProjectFactory(owner=owner, **facts)
        factories.ProspectFactory(member=mae, stage__project=project)
    index_all()
    assert "In 2 projects" in look(ada).text_shown
    assert "In 3 projects" in look(bo).text_shown


def queries_of(client, django_assert_max_num_queries, most):
    with django_assert_max_num_queries(most) as captured:
        assert client.get(URL).status_code == 200
    return len(captured)


def test_the_cost_of_a_page_does_not_grow(browse, ada, mae, acme, django_assert_max_num_queries):
    know(acme, mae)
    index_all()
    client = browse(ada)
    client.get(URL)  # the engine takes up who is new
    one = queries_of(client, django_assert_max_num_queries, 14)
    for number in range(20):
        member = make_member(f"Number N{number}")
        member.education.create(school="Illinois State")
        know(acme, member)
        factories.ProspectFactory(member=member, stage__project=factories.ProjectFactory(owner=ada))
    index_all()
    client.get(URL)
    assert queries_of(client, django_assert_max_num_queries, 14) == one


def test_the_page_says_when_another_engine_had_to_answer(look, ada, mae, settings):
    index_all()
    settings.SEARCH_INDEX_DIR.mkdir()
    (settings.SEARCH_INDEX_DIR / "manifest.json").write_text("no index")
    page = look(ada)
    assert names_in(page) == ["Mae Norris"]
    assert "The search index cannot be read. The database answers instead" in page.text_shown


PAGE_PARAMETERS = ["q", "page", "size", "order", "like", "panel", "spotlight", "radius"]
PANEL_PARAMETERS = [
    kind + end for kind in (*FACETS, *team_facets.ALL) for end in ("", ".must", ".not", ".text")
]


ODD_VALUES = st.one_of(st.text(max_size=12), st.from_regex(r"-?[0-9]{1,25}-?[0-9]{0,25}"))


@pytest.mark.parametrize("engine", IN_PROCESS)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    parameters=st.dictionaries(
        st.sampled_from((*PAGE_PARAMETERS, *PANEL_PARAMETERS)),
        st.lists(ODD_VALUES, max_size=3),
    )
)
def test_no_address_is_an_error(browse, ada, settings, engine, parameters):
    settings.SEARCH_ENGINE = engine
    query = urlencode(parameters, doseq=True, errors="replace")
    assert browse(ada).get(f"{URL}?{query}").status_code == 200


@pytest.mark.parametrize("engine", IN_PROCESS)
def test_nothing_typed_into_a_panel_is_an_error(browse, ada, settings, engine):
    settings.SEARCH_ENGINE, client = engine, browse(ada)
    odd = ["\0", "9" * 60, "-30", "(" * 300, "2024..", "%", "\u202e"]
    for typed, kind in zip(cycle(odd), (*FACETS, *team_facets.ALL, *team_facets.ALL), strict=False):
        query = urlencode({f"{kind}.text": typed})
        assert client.get(f"{URL}suggest/{kind}/?{query}").status_code == 200


def test_what_people_wrote_is_text_and_not_markup(look, ada):
    make_member("Bobby <b>T</b>")
    index_all()
    page = look(ada, q='"><script>alert(1)</script>', company="<i>x</i>").content.decode()
    assert "<script>alert" not in page
    assert "<i>x</i>" not in page
    assert "<b>T</b>" not in look(ada).content.decode()

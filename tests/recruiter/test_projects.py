"""Projects, their pipelines, and the start page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiter import activity, pipeline, projects
from recruiter.models import Activity, Member, Project, Prospect
from tests import factories, guide
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
LIST = "/talent/projects/"


@pytest.fixture
def project(ada) -> Project:
    return projects.create_project(ada, name="Account Managers", description="For the Bay Area")


@pytest.fixture
def prospect(ada, mae, project) -> Prospect:
    return projects.save_to_project(ada, mae, project=project)


@pytest.fixture
def read(browse):
    def page(seat, address: str, **parameters) -> str:
        response = browse(seat).get(address, parameters)
        assert response.status_code == 200
        return text_of(response)

    return page


def address_of(project: Project) -> str:
    return reverse("recruiter:project", args=[project.pk])


def stage(project: Project, name: str):
    return project.stages.get(name=name)


# ------------------------------------------------------------------------------------- the list
def test_an_empty_list_says_what_a_project_is(ada, hal, read):
    assert "There is no project yet" in read(ada, LIST)
    assert "Recruiters on your contract open them" in read(hal, LIST)


def test_a_new_project_starts_with_three_stages(ada, browse):
    page = browse(ada).post(LIST, {"name": "Nurses", "description": ""}, follow=True)
    assert parts_in_order(text_of(page), "Nurses", "Uncontacted", "Contacted", "Replied")
    assert "Nobody is in this pipeline yet." in text_of(page)


def test_a_project_needs_a_name(ada, browse):
    page = browse(ada).post(LIST, {"name": ""})
    assert "This field is required." in text_of(page)
    assert not Project.objects.exists()


def test_the_list_shows_the_contract_s_projects_and_one_s_own_private_ones(
    ada, bo, di, cy, project, prospect, read
):
    projects.create_project(ada, name="Secret", private=True)
    assert parts_in_order(read(ada, LIST), "Secret", "Private", "Account Managers", "1 in pipeline")
    assert "Secret" not in read(bo, LIST)
    assert "Account Managers" in read(bo, LIST)
    for stranger in (di, cy):
        assert "Account Managers" not in read(stranger, LIST)


def test_a_hiring_manager_opens_no_project(hal, browse):
    browse(hal).post(LIST, {"name": "Mine"})
    assert not Project.objects.exists()


# --------------------------------------------------------------------------------- the pipeline
def test_the_pipeline_shows_who_stands_where(ada, project, prospect, read):
    text = read(ada, address_of(project))
    assert parts_in_order(text, "All active 1", "Uncontacted 1", "Contacted 0", "Replied 0")
    assert parts_in_order(
        text, "Mae Norris", "Account Manager at Freshing", "Uncontacted •", "Saved by Ada Recruiter"
    )


def test_a_stage_can_be_looked_at_by_itself(ada, project, prospect, read):
    contacted = stage(project, "Contacted")
    assert "Nobody is in Contacted." in read(ada, address_of(project), stage=contacted.pk)
    here = prospect.stage_id
    assert "Mae Norris" in read(ada, address_of(project), stage=here)
    assert "Mae Norris" in read(ada, address_of(project), stage="nonsense", page="x")


def test_htmx_gets_the_pipeline_only(ada, project, prospect, browse):
    part = browse(ada).get(address_of(project), **HTMX).content.decode()
    assert part.strip().startswith('<div id="pipeline"')


def test_who_hides_from_recruiters_leaves_list_and_counts(ada, project, prospect, read):
    Member.objects.update(hidden_from_recruiters=True)
    text = read(ada, address_of(project))
    assert "Mae Norris" not in text
    assert "All active 0" in text
    assert "0 in pipeline" in read(ada, LIST)


def test_the_badge_names_the_ats_only_to_those_who_may_know(ada, ats, mae, project, prospect, read):
    guide.mae_in(ats, mae)
    assert "In Acme ATS" in read(ada, address_of(project))
    ats.integrations.update(status="DISABLED")
    guide.show(ats, mae)
    assert "In Acme ATS" not in read(ada, address_of(project))


def test_a_long_pipeline_is_paged_and_costs_no_more(ada, project, browse):
    client = browse(ada)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address_of(project)).status_code == 200
        return len(captured)

    def fill(count: int) -> None:
        for _ in range(count):
            position = factories.PositionFactory()
            projects.save_to_project(ada, position.member, project=project)

    fill(1)
    with_one = queries()
    fill(29)
    assert queries() == with_one
    assert with_one <= 14
    first = text_of(client.get(address_of(project)))
    assert "Page 1 of 2" in first
    second = client.get(address_of(project), {"page": 2})
    assert second.content.decode().count('class="prospect"') == 5


def test_saving_twice_keeps_the_stage(ada, mae, project, prospect):
    pipeline.move(ada, [mae], stage=stage(project, "Replied"))
    again = projects.save_to_project(ada, mae, project=project)
    assert again.stage.name == "Replied"
    assert Activity.objects.filter(verb=Activity.Verb.SAVED).count() == 1


def test_saving_whom_one_removed_starts_anew(ada, mae, project, prospect):
    pipeline.move(ada, [mae], stage=stage(project, "Replied"))
    pipeline.archive(ada, [mae], project=project)
    again = projects.save_to_project(ada, mae, project=project)
    assert again.stage.name == "Uncontacted"
    assert again.archived_at is None


def test_a_project_made_without_stages_gets_them_when_needed(ada, mae):
    bare = factories.ProjectFactory(owner=ada)
    assert projects.save_to_project(ada, mae, project=bare).stage.name == "Uncontacted"


# --------------------------------------------------------------------------------- the start page
def test_the_start_page_offers_search_projects_and_people_seen_lately(
    ada, bo, mae, project, prospect, read
):
    activity.record(ada, mae, Activity.Verb.VIEWED)
    text = read(ada, "/talent/")
    assert parts_in_order(text, "Search", "Mae Norris", "Account Managers", "1 in pipeline")
    assert "Mae Norris" not in read(bo, "/talent/")


def test_the_start_page_forgets_whom_one_may_not_see_any_more(ada, mae, read):
    activity.record(ada, mae, Activity.Verb.VIEWED)
    Member.objects.update(hidden_from_recruiters=True)
    assert "Mae Norris" not in read(ada, "/talent/")


def test_after_signing_in_one_comes_to_the_start_page(ada, client):
    form = {"login": "ada", "password": "correct horse battery"}
    page = client.post(reverse("account_login"), form, follow=True)
    assert page.redirect_chain[-1][0] == "/talent/"
    assert page.status_code == 200


def names_listed(client, query: str) -> list[str]:
    page = client.get(f"/talent/projects/{query}")
    return [project.name for project in page.context["page"]]


def test_the_list_can_be_narrowed_and_ordered(ada, bo, browse):
    for name, owner in (("Sales leads", ada), ("Engineers", bo), ("Account managers", ada)):
        factories.ProjectFactory(name=name, owner=owner)
    client = browse(ada)
    assert names_listed(client, "?name=MANAGER") == ["Account managers"]
    assert names_listed(client, "?mine=on&order=name") == ["Account managers", "Sales leads"]
    assert names_listed(client, "?order=name")[0] == "Account managers"
    assert names_listed(client, "?order=nonsense&page=99") == [
        "Account managers",
        "Engineers",
        "Sales leads",
    ]


def test_a_list_narrowed_to_nothing_offers_the_whole_one(ada, project, read):
    assert "No project fits. Show all projects" in read(ada, "/talent/projects/?name=zzz")

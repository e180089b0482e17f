"""What can be done with people chosen: save, move, archive, each with undo."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiter import pipeline, projects, search
from recruiter.models import (
    Activity,
    Member,
    PipelineChange,
    PooledMember,
    Project,
    Prospect,
    StageVisit,
)
from recruiter.search import SearchUnavailable
from tests import factories
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db
SAVE = "/talent/people/save/"
MOVE = "/talent/people/move/"
ARCHIVE = "/talent/people/archive/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def project(ada) -> Project:
    return projects.create_project(ada, name="Account Managers")


@pytest.fixture
def people(db):
    return [factories.PositionFactory().member for _ in range(3)]


def ids(members) -> list[str]:
    return [member.public_id for member in members]


def stage(project: Project, name: str):
    return project.stages.get(name=name)


def undo(client):
    """Press the button of the latest notice."""
    latest = PipelineChange.objects.latest("at")
    return client.post(reverse("recruiter:undo", args=[latest.pk]), follow=True)


def where(project: Project) -> dict[str, tuple]:
    rows = project.prospects.values_list(
        "member__public_id", "stage__name", "stage_since", "archived_at"
    )
    return {row[0]: row[1:] for row in rows}


# ------------------------------------------------------------------------------------------ save
def test_all_whom_a_search_finds_are_saved_to_the_talent_pool_and_taken_back(
    ada, project, people, mae, browse
):
    search.index().put(Member.objects.values_list("pk", flat=True))
    client = browse(ada)
    page = client.get("/talent/search/").content.decode()
    assert f"Save all {len(people) + 1} found" in page
    asked = text_of(client.get(SAVE, {"found": "q=Norris"}))
    assert "Mae Norris" in asked
    assert people[0].full_name not in asked
    dialog = client.get(SAVE, {"found": ""}).content.decode()
    assert re.search(r'value="pool"[^>]*checked', dialog)
    fields = {"person": re.findall(r'name="person" value="(.+?)"', dialog), "to-place": "pool"}
    said = client.post(SAVE, {**fields, "to-project": project.pk}, follow=True)
    assert "4 people are put into the talent pool of Account Managers." in text_of(said)
    assert project.pool.count() == 4
    undo(client)
    assert not project.pool.exists()


def test_of_a_great_search_the_first_are_saved_and_the_dialog_says_why(
    ada, project, people, browse, monkeypatch
):
    search.index().put(Member.objects.values_list("pk", flat=True))
    monkeypatch.setattr("recruiter.people.MOST", 2)
    asked = browse(ada).get(SAVE, {"found": ""})
    assert asked.content.decode().count('name="person"') == 2
    assert "2 people are saved at a time" in text_of(asked)


def test_a_search_that_cannot_answer_saves_nobody_and_says_so(ada, project, browse, monkeypatch):
    class Broken:
        def search(self, query):
            raise SearchUnavailable

    monkeypatch.setattr("recruiter.people.search.index", Broken)
    said = browse(ada).get(SAVE, {"found": "", "next": "/talent/projects/"}, follow=True)
    assert "cannot answer at the moment; nobody was saved" in text_of(said)


def test_several_people_are_saved_at_once(ada, project, people, browse):
    client = browse(ada)
    asked = client.get(SAVE, {"person": ids(people), "next": "/talent/search/?q=x"})
    assert parts_in_order(text_of(asked), "Save to project", people[0].full_name, "Account")
    page = client.post(
        SAVE,
        {"person": ids(people), "to-project": project.pk, "to-place": "pipeline",
         "next": f"/talent/projects/{project.pk}/"},
        follow=True,
    )  # fmt: skip
    assert page.redirect_chain[-1][0] == f"/talent/projects/{project.pk}/"
    assert "3 people are saved to Account Managers." in text_of(page)
    assert {row[0] for row in where(project).values()} == {"Uncontacted"}
    assert Activity.objects.filter(seat=ada, verb=Activity.Verb.SAVED).count() == 3


def test_in_a_dialog_the_whole_page_is_led_on(ada, mae, project, browse):
    part = browse(ada).get(SAVE, {"person": mae.public_id}, **HTMX).content.decode()
    assert "<html" not in part
    answers = {"person": mae.public_id, "to-project": project.pk, "to-place": "pipeline"}
    done = browse(ada).post(SAVE, answers, **HTMX)
    assert done["HX-Redirect"] == mae.get_absolute_url()


def test_nobody_chosen_is_said(ada, browse):
    assert "Nobody is chosen." in text_of(browse(ada).get(SAVE))
    assert "Nobody is chosen." in text_of(browse(ada).get(MOVE))


def test_a_new_project_can_be_named_on_the_way(ada, mae, browse):
    answers = {"person": mae.public_id, "to-new_project": "Nurses", "to-place": "pipeline"}
    page = browse(ada).post(SAVE, answers, follow=True)
    assert "Mae Norris is saved to Nurses." in text_of(page)
    missing = {"person": mae.public_id, "to-place": "pipeline"}
    assert "Choose a project" in text_of(browse(ada).post(SAVE, missing))


def test_people_wait_in_the_talent_pool_until_they_are_taken(ada, mae, project, browse):
    client = browse(ada)
    answers = {"person": mae.public_id, "to-project": project.pk, "to-place": "pool"}
    page = client.post(SAVE, answers, follow=True)
    assert "Mae Norris is put into the talent pool of Account Managers." in text_of(page)
    pool = reverse("recruiter:pool", args=[project.pk])
    assert parts_in_order(text_of(client.get(pool)), "Mae Norris", "Found by Ada Recruiter")
    assert not project.prospects.exists()
    client.post(SAVE, {**answers, "to-place": "pipeline"}, follow=True)
    assert "Mae Norris" not in text_of(client.get(pool))
    undo(client)
    assert PooledMember.objects.get().member == mae
    assert not project.prospects.exists()


def test_who_stands_in_the_pipeline_does_not_come_into_the_pool(ada, mae, project):
    pipeline.save(ada, [mae], project=project)
    assert pipeline.pool(ada, [mae], project=project).members == []
    assert not PooledMember.objects.exists()


def test_saving_to_another_project_leaves_out_the_present_one(ada, mae, project, browse):
    other = projects.create_project(ada, name="Another")
    page = browse(ada).get(SAVE, {"person": mae.public_id, "in": project.pk})
    assert f'value="{other.pk}"' in page.content.decode()
    assert f'<option value="{project.pk}"' not in page.content.decode()


def test_saving_can_be_undone_as_if_it_had_not_been(ada, project, people, browse):
    pipeline.save(ada, people[:1], project=project)
    pipeline.move(ada, people[:1], stage=stage(project, "Contacted"))
    pipeline.archive(ada, people[:1], project=project)
    before = where(project)
    client = browse(ada)
    answers = {"person": ids(people), "to-project": project.pk, "to-place": "pipeline"}
    client.post(SAVE, answers)
    assert {row[0] for row in where(project).values()} == {"Uncontacted"}
    assert "Undone for 3 people." in text_of(undo(client))
    assert where(project) == before
    history = [visit.stage for visit in project.prospects.get().visits.all()]
    assert history == ["Contacted", "Uncontacted"]


# ------------------------------------------------------------------------------------------ move
def test_people_are_moved_together_and_back_again(ada, project, people, browse):
    pipeline.save(ada, people, project=project)
    before = where(project)
    replied = stage(project, "Replied")
    client = browse(ada)
    asked = client.get(MOVE, {"person": ids(people), "in": project.pk})
    assert parts_in_order(text_of(asked), "Uncontacted", "Contacted", "Replied")
    page = client.post(
        MOVE, {"person": ids(people), "in": project.pk, "to": replied.pk}, follow=True
    )
    assert "3 people are moved to Replied." in text_of(page)
    assert {row[0] for row in where(project).values()} == {"Replied"}
    undo(client)
    assert where(project) == before


def test_who_was_moved_again_since_stays_when_it_is_undone(ada, bo, project, people, browse):
    pipeline.save(ada, people, project=project)
    client = browse(ada)
    client.post(MOVE, {"person": ids(people), "to": stage(project, "Contacted").pk})
    mine = PipelineChange.objects.latest("at")
    pipeline.move(bo, people[:1], stage=stage(project, "Replied"))
    page = client.post(reverse("recruiter:undo", args=[mine.pk]), follow=True)
    assert "Undone for 2 people. 1 stood elsewhere by now and stayed there." in text_of(page)
    assert where(project)[people[0].public_id][0] == "Replied"
    again = client.post(reverse("recruiter:undo", args=[mine.pk]), follow=True)
    assert "There was nothing left to undo." in text_of(again)


def test_a_colleague_s_deed_is_not_undone_by_another(ada, bo, mae, project, browse):
    done = pipeline.save(ada, [mae], project=project)
    address = reverse("recruiter:undo", args=[done.change.pk])
    assert browse(bo).post(address).status_code == 404
    assert project.prospects.exists()


def test_moving_to_where_one_stands_changes_nothing(ada, mae, project, browse):
    pipeline.save(ada, [mae], project=project)
    form = {"person": mae.public_id, "to": stage(project, "Uncontacted").pk}
    page = browse(ada).post(MOVE, form, follow=True)
    assert "Nothing changed" in text_of(page)
    assert not Activity.objects.filter(verb=Activity.Verb.MOVED).exists()


def test_a_stage_of_a_project_in_which_nobody_chosen_stands_is_refused(ada, mae, project, browse):
    pipeline.save(ada, [mae], project=project)
    other = projects.create_project(ada, name="Other")
    page = browse(ada).post(
        MOVE, {"person": mae.public_id, "to": stage(other, "Replied").pk, "in": project.pk}
    )
    assert "Select a valid choice" in text_of(page)
    assert where(project)[mae.public_id][0] == "Uncontacted"


def test_without_a_pipeline_there_is_nowhere_to_move(ada, mae, browse):
    page = browse(ada).get(MOVE, {"person": mae.public_id})
    assert "None of them stands in a pipeline in which you may work." in text_of(page)


def test_everybody_of_a_stage_can_be_moved(ada, project, people, browse):
    pipeline.save(ada, people, project=project)
    start, end = stage(project, "Uncontacted"), stage(project, "Replied")
    asked = browse(ada).get(MOVE, {"project": project.pk, "stage": start.pk}).content.decode()
    assert len(re.findall('type="hidden" name="person"', asked)) == 3
    assert f'value="{end.pk}"' in asked


# --------------------------------------------------------------------------------------- archive
def test_who_is_archived_waits_there_and_comes_back_by_moving(ada, mae, project, browse):
    pipeline.save(ada, [mae], project=project)
    pipeline.move(ada, [mae], stage=stage(project, "Contacted"))
    client = browse(ada)
    assert "They leave the pipeline" in text_of(client.get(ARCHIVE, {"person": mae.public_id}))
    form = {"person": mae.public_id, "in": project.pk, "out_of": project.pk}
    page = client.post(ARCHIVE, form, follow=True)
    assert parts_in_order(text_of(page), "Mae Norris is archived in", "Undo", "All active 0")
    there = text_of(client.get(reverse("recruiter:project", args=[project.pk]) + "?stage=archived"))
    assert "Mae Norris" in there
    client.post(
        MOVE, {"person": mae.public_id, "in": project.pk, "to": stage(project, "Replied").pk}
    )
    assert where(project)[mae.public_id][0::2] == ("Replied", None)


def test_archiving_can_be_undone_to_the_stage_before(ada, project, people, browse):
    pipeline.save(ada, people, project=project)
    pipeline.move(ada, people, stage=stage(project, "Contacted"))
    before = where(project)
    client = browse(ada)
    client.post(ARCHIVE, {"person": ids(people), "out_of": project.pk})
    assert not project.prospects.filter(archived_at=None).exists()
    undo(client)
    assert where(project) == before


# --------------------------------------------------------------------- what InMail moves by itself
def names(project: Project) -> list[str]:
    return [row[0] for row in where(project).values()]


def test_who_is_written_to_and_answers_moves_on(ada, mae, project):
    pipeline.save(ada, [mae], project=project)
    pipeline.contacted(ada, [mae])
    assert names(project) == ["Contacted"]
    pipeline.replied(mae, ada)
    assert names(project) == ["Replied"]
    causes = list(StageVisit.objects.order_by("at").values_list("cause", flat=True))
    assert causes == ["saved", "sent", "answered"]


def test_nobody_moves_where_the_project_does_not_follow_inmail(ada, mae, project):
    Project.objects.update(follows_inmail=False)
    pipeline.save(ada, [mae], project=project)
    pipeline.contacted(ada, [mae])
    assert names(project) == ["Uncontacted"]


def test_an_own_stage_is_left_by_hand_only(ada, mae, project):
    own = factories.ProjectStageFactory(project=project, name="Interview", rank=7)
    pipeline.save(ada, [mae], project=project)
    pipeline.move(ada, [mae], stage=own)
    pipeline.contacted(ada, [mae])
    pipeline.replied(mae, ada)
    assert names(project) == ["Interview"]


def test_other_teams_pipelines_do_not_move(ada, di, bo, mae, project):
    pipeline.save(ada, [mae], project=project)
    pipeline.contacted(di, [mae])
    assert names(project) == ["Uncontacted"]
    private = projects.create_project(ada, name="Mine", private=True)
    pipeline.save(ada, [mae], project=private)
    pipeline.contacted(bo, [mae])
    assert (names(project), names(private)) == (["Contacted"], ["Uncontacted"])


# ---------------------------------------------------------------------------------- rights, costs
def test_a_hundred_people_cost_as_many_queries_as_one(ada, project, browse):
    client = browse(ada)

    def queries(count: int) -> int:
        members = [factories.MemberFactory() for _ in range(count)]
        answers = {"to-project": project.pk, "to-place": "pipeline", "person": ids(members)}
        with CaptureQueriesContext(connection) as captured:
            assert client.post(SAVE, answers).status_code == 302
        return len(captured)

    queries(1)
    assert queries(100) == queries(1)
    assert Prospect.objects.count() == 102


@pytest.mark.parametrize("address", [SAVE, MOVE, ARCHIVE])
def test_hiring_managers_look(hal, mae, address, browse):
    assert browse(hal).get(address, {"person": mae.public_id}).status_code == 403


def test_the_menu_says_what_a_hiring_manager_may_not(ada, hal, mae, project, browse):
    pipeline.save(ada, [mae], project=project)
    page = text_of(browse(hal).get(reverse("recruiter:project", args=[project.pk])))
    assert "Move to…Hiring managers look." in page


def test_the_menus_stand_in_the_guide_s_order(ada, mae, project, browse):
    pipeline.save(ada, [mae], project=project)
    page = browse(ada).get(reverse("recruiter:project", args=[project.pk]))
    assert parts_in_order(text_of(page), "Move to…", "Save to another project", "Archive")


@pytest.mark.parametrize(
    "verb", ["save", "move", "archive", "share", "note", "tag", "pdf", "message"]
)
def test_whoever_cannot_be_a_member_s_id_is_nobody(ada, mae, browse, verb):
    address = reverse(f"recruiter:{verb}_people")
    people = ["\0", "\0" * 11, "x" * 5000, "<b>", "", "²" * 11]
    answer = browse(ada).get(address, {"person": people})
    assert answer.status_code == 200
    assert "Nobody is chosen" in text_of(answer)


def test_words_with_a_zero_byte_break_nothing(ada, mae, project, browse):
    pipeline.save(ada, [mae], project=project)
    client = browse(ada)
    for view in ("list", "board"):
        answer = client.get(f"/talent/projects/{project.pk}/", {"q": "Nor\0ris", "view": view})
        assert "Mae Norris" in text_of(answer)
    for address in ("/ats/people/export/", f"/ats/projects/{project.pk}/requisition/"):
        assert client.get(address, {"q": "\0"}).status_code in (200, 404)

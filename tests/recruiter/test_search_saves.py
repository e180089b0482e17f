"""Save all whom a search finds, more than can be named: a worker does it, and takes it back."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from recruiter import pipeline, projects, search, search_saves
from recruiter.models import Activity, Member, PipelineChange, Project, ProjectSeat, SearchSave
from recruiter.search import SearchUnavailable
from recruiter.tasks import save_found
from tests import factories
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db
SAVE = "/talent/people/save/found/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def project(ada) -> Project:
    return projects.create_project(ada, name="Account Managers")


@pytest.fixture
def crowd(mae, monkeypatch) -> list[Member]:
    """Seven people whom a search finds, where three are many."""
    people = [mae, *(factories.PositionFactory().member for _ in range(6))]
    search.index().put([member.pk for member in people])
    monkeypatch.setattr("recruiter.views.search.MOST", 3)
    monkeypatch.setattr("recruiter.search_saves.PART", 3)
    return people


def ask(client, project, place="pool"):
    fields = {"found": "", "to-project": project.pk, "to-place": place, "next": "/talent/search/"}
    return client.post(SAVE, fields, follow=True)


def test_from_the_search_to_a_full_pool_and_back(ada, project, crowd, browse):
    client = browse(ada)
    page = client.get("/talent/search/").content.decode()
    address = re.search(r'href="([^"]+)">Save all 7 found', page)[1].replace("&amp;", "&")
    dialog = client.get(address)
    assert "all others whom the search finds: 7 people" in text_of(dialog)
    assert 'name="person"' not in dialog.content.decode()
    state = ask(client, project)
    assert parts_in_order(text_of(state), "Save to Account Managers", "Saving: 0 of 7")
    here = reverse("recruiter:search_save", args=[SearchSave.objects.get().pk])
    assert state.redirect_chain[-1][0].startswith(here)
    assert save_found() == 3
    assert project.pool.count() == 7
    done = client.get(here, **HTMX)
    assert "7 people are put into the talent pool." in text_of(done)
    assert "every 1s" in state.content.decode()
    assert "every 1s" not in done.content.decode()
    back = client.post(f"{here}undo/", follow=True)
    assert "Putting back: 0 of 7" in text_of(back)
    assert save_found() == 4
    assert not project.pool.exists()
    assert "Undone for 7 people." in text_of(client.get(here))


def test_what_is_done_is_seen_part_by_part_and_a_killed_worker_is_followed_by_another(
    ada, project, crowd, browse, monkeypatch
):
    client = browse(ada)
    ask(client, project, "pipeline")
    save = SearchSave.objects.get()
    real, calls = pipeline.save, []

    def killed_at_the_second(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr("recruiter.pipeline.save", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        save_found()
    half = client.get(reverse("recruiter:search_save", args=[save.pk]))
    assert parts_in_order(text_of(half), "Saving: 3 of 7", "Stop and undo")
    assert save_found() == 2
    assert project.prospects.count() == 7
    assert Activity.objects.filter(seat=ada, verb=Activity.Verb.SAVED).count() == 7


def test_saving_can_be_stopped_midway(ada, project, crowd, browse):
    client = browse(ada)
    ask(client, project)
    save = SearchSave.objects.get()
    search_saves._next_part(save.pk)
    assert project.pool.count() == 3
    client.post(reverse("recruiter:undo_search_save", args=[save.pk]))
    save_found()
    assert not project.pool.exists()
    page = client.get(reverse("recruiter:search_save", args=[save.pk]))
    assert "Undone for 3 people." in text_of(page)


def test_who_stood_there_already_stays_there_through_save_and_undo(
    ada, project, crowd, mae, browse
):
    pipeline.save(ada, [mae], project=project)
    client = browse(ada)
    ask(client, project)
    save_found()
    here = reverse("recruiter:search_save", args=[SearchSave.objects.get().pk])
    assert "6 people are put into the talent pool. The other 1 stood" in text_of(client.get(here))
    client.post(f"{here}undo/")
    save_found()
    assert [prospect.member for prospect in project.prospects.all()] == [mae]


def test_who_may_not_work_there_any_more_saves_nobody_else(ada, bo, project, crowd, browse):
    ask(browse(bo), project)
    project.team.create(seat=bo, rights=ProjectSeat.Rights.VIEW)
    save_found()
    assert not project.pool.exists()
    assert SearchSave.objects.get().failure == search_saves.NOT_THERE
    assert save_found() == 0


def test_a_member_who_closed_the_account_meanwhile_is_left_out(ada, project, crowd, browse):
    ask(browse(ada), project)
    crowd[0].delete()
    save_found()
    assert project.pool.count() == 6


def test_only_who_asked_sees_how_far_it_is(ada, bo, cy, project, crowd, browse):
    ask(browse(ada), project)
    here = reverse("recruiter:search_save", args=[SearchSave.objects.get().pk])
    for stranger in (bo, cy):
        assert browse(stranger).get(here).status_code == 404
        assert browse(stranger).post(f"{here}undo/").status_code == 404


def test_a_hiring_manager_saves_nobody(hal, project, crowd, browse):
    assert browse(hal).get(SAVE, {"found": ""}).status_code == 403


def test_nonsense_saves_nobody_and_says_why(ada, cy, project, crowd, browse):
    client = browse(ada)
    assert "Nobody is chosen." in text_of(client.get(SAVE, {"found": "q=zzzzqqq"}))
    assert "Choose a project" in text_of(client.post(SAVE, {"found": "", "to-place": "pool"}))
    strange = ask(browse(cy), project)
    assert "Select a valid choice" in text_of(strange) or "Choose a project" in text_of(strange)
    assert not SearchSave.objects.exists()


def test_a_search_that_cannot_answer_saves_nobody_and_says_so(ada, project, browse, monkeypatch):
    class Broken:
        def search(self, query):
            raise SearchUnavailable

    monkeypatch.setattr("recruiter.people.search.index", Broken)
    said = browse(ada).get(SAVE, {"found": "", "next": "/talent/projects/"}, follow=True)
    assert "cannot answer at the moment; nobody was saved" in text_of(said)


def test_a_part_is_saved_in_a_fixed_number_of_statements(
    ada, project, crowd, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("recruiter.search_saves.PART", 500)
    save = search_saves.ask(ada, [each.pk for each in crowd], project=project, to_pool=True)
    with django_assert_num_queries(18):
        search_saves._next_part(save.pk)
    assert PipelineChange.objects.get().part_of == save

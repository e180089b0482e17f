"""Who may do what in a project, its stages, its owner, its end."""

from __future__ import annotations

import pytest
from django.urls import reverse

from recruiter import pipeline, projects, stages
from recruiter.models import Project, ProjectSeat
from rsc.models import Seat
from tests import factories
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db
FULL, PIPELINE, VIEW = ProjectSeat.Rights.values


@pytest.fixture
def project(ada, mae) -> Project:
    project = projects.create_project(ada, name="Account Managers")
    pipeline.save(ada, [mae], project=project)
    return project


@pytest.fixture
def eve(contract) -> Seat:
    """An administrator of Ada's contract."""
    user = factories.UserFactory(username="eve", first_name="Eve", last_name="Admin")
    return factories.SeatFactory(contract=contract, user=user, role=Seat.Role.ADMINISTRATOR)


def to(name: str, project: Project) -> str:
    return reverse(f"recruiter:{name}", args=[project.pk])


def names(project: Project) -> list[str]:
    return list(project.stages.order_by("rank").values_list("name", flat=True))


# ------------------------------------------------------------------------------------------ rights
# Who: what they are named with, and then what they get: to see it, to move people, to govern it.
SHARED = [
    ("ada", None, (200, True, 200)),
    ("bo", None, (200, True, 403)),
    ("bo", FULL, (200, True, 200)),
    ("bo", PIPELINE, (200, True, 403)),
    ("bo", VIEW, (200, False, 403)),
    ("eve", None, (200, True, 200)),
    ("hal", None, (200, False, 403)),
    ("hal", FULL, (200, False, 403)),
    ("di", None, (404, False, 404)),
    ("cy", None, (404, False, 404)),
]
PRIVATE = [
    ("ada", None, (200, True, 200)),
    ("bo", None, (404, False, 404)),
    ("bo", FULL, (200, True, 200)),
    ("bo", PIPELINE, (200, True, 403)),
    ("bo", VIEW, (200, False, 403)),
    ("eve", None, (404, False, 404)),
    ("hal", None, (404, False, 404)),
    ("hal", VIEW, (200, False, 403)),
    ("di", None, (404, False, 404)),
    ("cy", None, (404, False, 404)),
]
CASES = [(False, *case) for case in SHARED] + [(True, *case) for case in PRIVATE]


@pytest.mark.parametrize(("private", "who", "named", "expected"), CASES)
def test_each_sees_moves_and_governs_what_they_may(
    private, who, named, expected, request, project, mae, browse
):
    seat = request.getfixturevalue(who)
    Project.objects.update(private=private)
    if named:
        projects.give_rights(project, seat, named)
    client = browse(seat)
    sees = client.get(to("project", project)).status_code
    form = {"person": mae.public_id, "to": project.stages.get(name="Replied").pk}
    client.post(reverse("recruiter:move_people"), form)
    moved = project.prospects.get().stage.name == "Replied"
    governs = client.post(to("archive_project", project), follow=True).status_code
    assert (sees, moved, governs) == expected
    assert bool(Project.objects.get().archived_at) is (governs == 200)


@pytest.mark.parametrize("kind", ["member", "nobody"])
def test_members_and_visitors_have_no_projects(kind, project, client, browse):
    if kind == "member":
        client = browse(factories.UserFactory())
        assert client.get(to("project", project)).status_code == 403
    else:
        assert client.get(to("project", project))["Location"].startswith("/accounts/login/")


def test_who_may_only_look_reads_why(ada, bo, project, browse):
    projects.give_rights(project, bo, VIEW)
    page = text_of(browse(bo).get(to("project", project)))
    assert "You may only look in this project. Ada Recruiter can change that." in page
    settings = browse(bo).get(to("project_settings", project))
    assert "Ada Recruiter can change them." in text_of(settings)
    assert parts_in_order(text_of(settings), "Ada Recruiter", "Bo Colleague", "Look only")
    assert "<button" not in settings.content.decode().split("<main")[1].split("</main")[0]


def test_rights_are_given_changed_and_taken(ada, bo, project, browse):
    client = browse(ada)
    for rights in (VIEW, FULL):
        client.post(to("project_rights", project), {"seat": bo.pk, "rights": rights})
        assert project.team.get().rights == rights
    client.post(to("project_rights", project), {"seat": bo.pk, "rights": ""})
    assert not project.team.exists()


def test_nobody_of_another_contract_is_named_or_made_owner(ada, di, project, browse):
    client = browse(ada)
    for name, form in (("project_rights", {"rights": FULL}), ("hand_over", {})):
        page = client.post(to(name, project), {**form, "seat": di.pk, "owner": di.pk}, follow=True)
        assert "Select a valid choice" in text_of(page)
    with pytest.raises(projects.NotAnOwner):
        projects.hand_over(project, di)
    with pytest.raises(projects.AlreadyTheOwner):
        projects.give_rights(project, ada, VIEW)


def test_a_new_owner_has_all_and_the_old_one_keeps_full_rights(ada, bo, hal, project, browse):
    projects.give_rights(project, bo, VIEW)
    page = browse(ada).post(to("hand_over", project), {"owner": bo.pk}, follow=True)
    assert "Bo Colleague owns this project now." in text_of(page)
    project.refresh_from_db()
    assert project.owner == bo
    assert list(project.team.values_list("seat", "rights")) == [(ada.pk, FULL)]
    with pytest.raises(projects.NotAnOwner):
        projects.hand_over(project, hal)


# ---------------------------------------------------------------------------------------- settings
def test_settings_are_changed_together(ada, project, browse):
    form = {"name": "AEs", "description": "Two", "status": "on_hold", "private": "on"}
    page = browse(ada).post(to("project_settings", project), form, follow=True)
    assert parts_in_order(text_of(page), "The settings are saved.", "AEs", "Private", "On hold")
    project.refresh_from_db()
    assert (project.private, project.follows_inmail) == (True, False)
    wrong = browse(ada).post(to("project_settings", project), {**form, "name": ""})
    assert parts_in_order(text_of(wrong), "AEs", "This field is required.")


def test_an_archived_project_is_read_and_left_alone_until_it_is_taken_up(ada, mae, project, browse):
    client = browse(ada)
    client.post(to("archive_project", project))
    assert "This project is archived." in text_of(client.get(to("project", project)))
    assert "Account Managers" not in text_of(client.get("/talent/projects/"))
    assert "Account Managers" in text_of(client.get("/talent/projects/?status=archived"))
    form = {"person": mae.public_id, "to": project.stages.get(name="Replied").pk}
    client.post(reverse("recruiter:move_people"), form)
    assert project.prospects.get().stage.name == "Uncontacted"
    page = client.post(to("archive_project", project), follow=True)
    assert "Account Managers is taken up again." in text_of(page)


def test_the_list_is_narrowed_by_status(ada, project, browse):
    factories.ProjectFactory(owner=ada, name="Waiting", status="on_hold")
    client = browse(ada)
    page = client.get("/talent/projects/?status=on_hold")
    assert [each.name for each in page.context["page"]] == ["Waiting"]
    assert "On hold" in text_of(page)


# ------------------------------------------------------------------------------------------ stages
def test_own_stages_are_added_renamed_moved_and_removed(ada, project, browse):
    client = browse(ada)
    client.post(to("add_stage", project), {"name": "Interview"})
    own = project.stages.get(name="Interview")
    address = reverse("recruiter:change_stage", args=[own.pk])
    client.post(address, {"name": "Talk"})
    client.post(address, {"name": "Talk", "do": "up"})
    assert names(project) == ["Uncontacted", "Contacted", "Talk", "Replied"]
    for _ in range(5):
        client.post(address, {"name": "Talk", "do": "down"})
    assert names(project)[-1] == "Talk"
    client.post(address, {"name": "Talk", "do": "remove"})
    assert names(project) == list(stages.DEFAULTS)


def test_what_cannot_be_done_to_stages_is_said(ada, mae, project, browse):
    client = browse(ada)
    first = project.stages.first()
    own = stages.add(project, "Interview")
    pipeline.move(ada, [mae], stage=own)
    for stage, form, words in (
        (first, {"name": "Other"}, "follows InMail, so it keeps its name"),
        (first, {"name": "x", "do": "remove"}, "follows InMail"),
        (own, {"name": "replied"}, "There is a stage named replied already."),
        (own, {"name": "x", "do": "remove"}, "Somebody stands in Interview"),
        (own, {"name": ""}, "This field is required."),
    ):
        address = reverse("recruiter:change_stage", args=[stage.pk])
        assert words in text_of(client.post(address, form, follow=True))
    again = client.post(to("add_stage", project), {"name": "INTERVIEW"}, follow=True)
    assert "There is a stage named INTERVIEW already." in text_of(again)
    assert names(project) == [*stages.DEFAULTS, "Interview"]


def test_a_pipeline_has_a_number_of_stages_that_can_be_read(project):
    for number in range(stages.MOST - 3):
        stages.add(project, f"Step {number}")
    with pytest.raises(stages.TooManyStages):
        stages.add(project, "One more")


def test_history_keeps_the_names_of_its_day(ada, mae, project, browse):
    own = stages.add(project, "Interview")
    pipeline.move(ada, [mae], stage=own)
    stages.rename(own, "Talk")
    page = text_of(browse(ada).get(to("project", project)))
    assert parts_in_order(page, "Talk •", "Interview, moved by Ada Recruiter", "saved by Ada")

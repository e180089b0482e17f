"""Sharing people for review, and what hiring managers answer."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiter import pipeline, projects, reviews
from recruiter.models import Project, Review, ReviewRequest
from tests import factories
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db
SHARE = "/talent/people/share/"


@pytest.fixture
def project(ada, mae) -> Project:
    project = projects.create_project(ada, name="Account Managers", private=True)
    pipeline.save(ada, [mae], project=project)
    return project


@pytest.fixture
def asked(ada, hal, mae, project) -> ReviewRequest:
    return reviews.ask(ada, [mae], reviewer=hal, project=project, message="Is she right for SF?")


def page_of(request: ReviewRequest) -> str:
    return reverse("recruiter:review", args=[request.pk])


def answer(client, request: ReviewRequest, **form):
    address = reverse("recruiter:give_review", args=[request.reviews.get().pk])
    return client.post(address, form, follow=True)


def test_a_hiring_manager_is_asked_by_name_and_answers(ada, hal, mae, project, browse, drain):
    client = browse(ada)
    dialog = client.get(SHARE, {"person": mae.public_id, "in": project.pk})
    assert parts_in_order(text_of(dialog), "Share for review", "Mae Norris", "Hal Manager")
    form = {"person": mae.public_id, "in": project.pk, "reviewers": hal.pk, "message": "For SF?"}
    assert "Shared for review." in text_of(client.post(SHARE, form, follow=True))
    drain()
    letter = mail.outbox[0]
    assert letter.to == ["hal@people.test"]
    assert "Ada Recruiter asks what you think of 1 person for Account Managers." in letter.body
    assert "Mae" not in letter.subject + letter.body
    path = re.search(r"https?://[^/]+(/\S+)", letter.body)[1]
    page = browse(hal).get(path)
    assert parts_in_order(text_of(page), "What do you think?", "For SF?", "Mae Norris", "Yes")
    done = answer(browse(hal), ReviewRequest.objects.get(), verdict="yes", text="Call her.")
    assert "Thank you. Your answer about Mae Norris is saved." in text_of(done)
    drain()
    assert mail.outbox[-1].to == ["ada@people.test"]
    pipeline_page = text_of(client.get(reverse("recruiter:project", args=[project.pk])))
    assert parts_in_order(pipeline_page, "Mae Norris", "Hal Manager: Yes")
    feedback = client.get(mae.get_absolute_url() + "?tab=feedback")
    assert parts_in_order(text_of(feedback), "Feedback (1)", "Hal Manager", "Yes", "Call her.")


def test_who_is_asked_sees_the_member_of_a_private_project(hal, mae, project, browse, ada):
    client = browse(hal)
    assert client.get(mae.get_absolute_url()).status_code == 404
    reviews.ask(ada, [mae], reviewer=hal, project=project)
    assert client.get(mae.get_absolute_url()).status_code == 200
    assert client.get(reverse("recruiter:project", args=[project.pk])).status_code == 404


def test_an_answer_can_be_changed_and_needs_a_verdict(hal, asked, browse):
    client = browse(hal)
    assert "Choose yes, maybe or no." in text_of(answer(client, asked, text="Hm"))
    answer(client, asked, verdict="maybe")
    answer(client, asked, verdict="no", text="Too far away")
    assert Review.objects.get().verdict == "no"


def test_a_link_by_e_mail_opens_for_its_address_alone(ada, bo, mae, browse, drain):
    reviews.ask(ada, [mae], email="New@People.test")
    drain()
    path = re.search(r"https?://[^/]+(/talent/reviews/link/\S+)", mail.outbox[0].body)[1]
    assert "sent to somebody else" in text_of(browse(bo).get(path))
    user = factories.UserFactory(username="new")
    assert "seat" in text_of(browse(user).get(path))
    factories.SeatFactory(contract=ada.contract, user=user, role="hiring_manager")
    page = browse(user).get(path, follow=True)
    assert parts_in_order(text_of(page), "What do you think?", "Mae Norris")
    assert browse(user).get(path.rstrip("/") + "x/").status_code == 403
    assert browse(user).get("/talent/reviews/link/nonsense/").status_code == 403


def test_a_link_needs_sign_in(ada, mae, client):
    asked = reviews.ask(ada, [mae], email="new@people.test")
    response = client.get(reverse("recruiter:review_link", args=[reviews.token_of(asked)]))
    assert response["Location"].startswith("/accounts/login/")


def test_an_address_that_is_a_colleague_s_asks_that_colleague(ada, hal, mae):
    assert reviews.ask(ada, [mae], email="HAL@people.test").reviewer == hal


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 200), ("hal", 200), ("bo", 404), ("di", 404), ("cy", 404)]
)
def test_who_reads_the_answers_of_a_private_project(who, status, request, asked, browse):
    seat = request.getfixturevalue(who)
    assert browse(seat).get(page_of(asked)).status_code == status
    assert reverse("recruiter:review", args=[asked.pk]) == page_of(asked)


@pytest.mark.parametrize("who", ["ada", "bo", "di", "cy"])
def test_nobody_answers_for_the_reviewer(who, request, asked, browse):
    answer(browse(request.getfixturevalue(who)), asked, verdict="yes")
    assert not Review.objects.given().exists()


def test_colleagues_read_the_answers_in_a_shared_project(ada, bo, hal, mae, project, browse):
    Project.objects.update(private=False)
    asked = reviews.ask(ada, [mae], reviewer=hal, project=project)
    page = text_of(browse(bo).get(page_of(asked)))
    assert parts_in_order(page, "Asked of Hal Manager", "Mae Norris", "Not answered yet.")


def test_the_list_holds_what_one_is_asked_and_what_one_asked(ada, bo, hal, asked, browse):
    assert parts_in_order(
        text_of(browse(hal).get("/talent/reviews/")), "Account Managers", "Ada Recruiter asks you"
    )
    assert "You asked Hal Manager" in text_of(browse(ada).get("/talent/reviews/"))
    assert "Nothing to review." in text_of(browse(bo).get("/talent/reviews/"))


def test_somebody_must_be_named(ada, mae, browse):
    page = browse(ada).post(SHARE, {"person": mae.public_id})
    assert "Choose a hiring manager, or give an address." in text_of(page)
    assert "No hiring manager has a seat" in text_of(page)


def test_twenty_people_on_a_page_cost_as_much_as_one(ada, hal, browse):
    def queries(count: int) -> int:
        members = [factories.PositionFactory().member for _ in range(count)]
        asked = reviews.ask(ada, members, reviewer=hal)
        with CaptureQueriesContext(connection) as captured:
            assert browse(hal).get(page_of(asked)).status_code == 200
        return len(captured)

    queries(1)
    assert queries(20) == queries(1)

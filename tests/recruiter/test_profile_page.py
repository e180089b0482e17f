"""The profile page: who sees what of a member, and saving them to a project."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recruiter import pipeline, projects
from recruiter.models import (
    Activity,
    Connection,
    ContactShare,
    Education,
    Member,
    Recommendation,
)
from tests import factories, guide
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def read(browse, mae):
    """The words of Mae's page as a seat reads them."""

    def page(seat, **parameters) -> str:
        response = browse(seat).get(mae.get_absolute_url(), parameters)
        assert response.status_code == 200
        return text_of(response)

    return page


@pytest.fixture
def project(ada):
    return projects.create_project(ada, name="Account Managers • SF (FYQ1)")


def connect(one: Member, other: Member) -> None:
    Connection.objects.create(member=one, other=other)
    Connection.objects.create(member=other, other=one)


# ---------------------------------------------------------------------------------- the header
def test_the_header_reads_like_the_guide_s(ada, mae, read):
    Education.objects.create(member=mae, school="California Institute of Technology")
    for number in range(3):
        connect(mae, factories.MemberFactory(first_name=f"Friend{number}"))
    assert parts_in_order(
        read(ada),
        "Mae Norris",
        "Account Manager at Freshing",
        "Freshing · California Institute of Technology",
        "Greater Chicago Area · Technology · 3 connections",
        "In no active project",
    )


def test_the_degree_tells_how_far_apart_two_people_are(ada, mae, read):
    own = factories.MemberFactory(user=ada.user)
    friend = factories.MemberFactory()
    assert "Mae Norris · 3rd" in read(ada)
    connect(friend, mae)
    connect(own, friend)
    assert "Mae Norris · 2nd" in read(ada)
    connect(own, mae)
    assert "Mae Norris · 1st" in read(ada)


def test_without_a_profile_of_one_s_own_no_degree_is_told(ada, mae, read):
    assert not any(degree in read(ada) for degree in ("· 1st", "· 2nd", "· 3rd"))


def test_contact_details_stay_with_the_member_until_they_share_them(ada, di, cy, mae, read):
    assert "mnorris@gmail.com" not in read(ada)
    assert "No contact details: Mae has not shared any" in read(ada)
    share = ContactShare.objects.create(
        member=mae,
        company=ada.contract.company,
        email="mae@home.test",
        phone="+1 312 123 4567",
        shared_at=timezone.now(),
    )
    for colleague in (ada, di):
        assert "mae@home.test shared with you" in read(colleague)
        assert "+1 312 123 4567 shared with you" in read(colleague)
    assert "mae@home.test" not in read(cy)
    share.withdrawn_at = timezone.now()
    share.save()
    assert "mae@home.test" not in read(ada)


# ------------------------------------------------------------------------------------ the tabs
def test_the_first_tab_tells_the_career(ada, mae, read):
    mae.skills = [f"Skill {number}" for number in range(1, 14)]
    mae.languages = ["English"]
    mae.summary = "Sells well."
    mae.save()
    factories.PositionFactory(
        member=mae, title="Buyer", started_on="2012", ended_on="2015-02", summary="Bought much."
    )
    Education.objects.create(member=mae, school="Caltech", degree="BSc", ended_on="2012-06-01")
    Recommendation.objects.create(member=mae, author_name="Barbara Allen", text="Amazing.")
    assert parts_in_order(
        read(ada),
        "Sells well.",
        "Experience",
        "Account Manager",
        "March 2015 \N{EN DASH} Present",
        "Buyer",
        "2012 \N{EN DASH} February 2015",
        "Bought much.",
        "Education",
        "June 1, 2012",
        "Skill 11",
        "Show more",
        "Skill 12",
        "Skill 13",
        "Recommendations",
        "Barbara Allen",
        "Languages",
        "English",
    )


def test_the_projects_tab_lists_where_the_member_stands(ada, mae, project, read):
    projects.save_to_project(ada, mae, project=project)
    today = f"{timezone.now():%B} {timezone.now().day}, {timezone.now().year}"
    text = read(ada, tab="projects")
    assert parts_in_order(text, "In 1 active project", "Projects (1)", "Saved by Ada Recruiter")
    assert f"Account Managers • SF (FYQ1) Uncontacted • {today}" in text


def test_another_contract_of_the_company_learns_of_the_ats_but_not_of_projects(
    ada, di, ats, mae, project, read
):
    guide.mae_in(ats, mae)
    projects.save_to_project(ada, mae, project=project)
    for text in (read(di), read(di, tab="projects")):
        assert "Projects (0)" in text
        assert "Account Managers" not in text
        assert "Acme ATS (1)" in text


def test_the_ats_tab_bears_the_ats_s_name_and_stands_where_there_is_one(ada, ats, mae, read):
    assert "Acme ATS" not in read(ada)  # nobody has told search of it yet
    guide.show(ats, mae)
    assert "Acme ATS (0)" in read(ada)
    guide.mae_in(ats, mae)
    assert "Acme ATS (1)" in read(ada, tab="ats")


def test_several_atss_share_one_tab(ada, ats, freshing, mae, read):
    guide.mae_in(ats, mae)
    other = factories.AtsFactory(company=freshing, name="Beta ATS")
    factories.IntegrationFactory(ats=other)
    guide.show(other, mae)
    text = read(ada)
    assert "ATS (1)" in text
    assert "Acme ATS (1)" not in text


def test_a_stranger_sees_the_profile_without_any_trace_of_our_ats(cy, ats, mae, read):
    guide.mae_in(ats, mae)
    for text in (read(cy), read(cy, tab="ats")):
        assert "Mae Norris" in text
        assert "Acme" not in text
        assert "ATS (" not in text


def test_the_ats_tab_is_filled_by_the_ats_side(ada, ats, mae, browse):
    guide.mae_in(ats, mae)
    page = browse(ada).get(mae.get_absolute_url(), {"tab": "ats"}).content.decode()
    for panel in ("status", "history"):
        assert f'hx-get="{reverse(f"ats:{panel}", args=[mae.public_id])}"' in page


def test_htmx_gets_the_tab_only_and_the_whole_page_when_the_reader_goes_back(ada, mae, browse):
    client = browse(ada)
    part = client.get(mae.get_absolute_url(), {"tab": "projects"}, **HTMX)
    assert part.content.decode().strip().startswith('<div id="profile-body"')
    assert part["Vary"].count("HX-Request") == 1
    back = client.get(mae.get_absolute_url(), **HTMX, HTTP_HX_HISTORY_RESTORE_REQUEST="true")
    assert "<!doctype html>" in back.content.decode()


# --------------------------------------------------------------------------------- who may look
def test_who_hides_from_recruiters_or_has_left_is_not_found(ada, mae, browse):
    Member.objects.update(hidden_from_recruiters=True)
    assert browse(ada).get(mae.get_absolute_url()).status_code == 404
    Member.objects.update(hidden_from_recruiters=False, closed_at=timezone.now())
    assert browse(ada).get(mae.get_absolute_url()).status_code == 404


def test_a_hiring_manager_sees_people_of_shared_projects_and_changes_nothing(
    ada, hal, mae, project, browse
):
    client = browse(hal)
    assert client.get(mae.get_absolute_url()).status_code == 404
    projects.save_to_project(ada, mae, project=project)
    page = text_of(client.get(mae.get_absolute_url()))
    assert "Save to project: not possible, why?" in page
    assert "Add note" not in page.split("Team activities")[0].split("Tags")[1]
    for name in ("note_people", "tag_people", "remind_people"):
        assert client.get(reverse(f"recruiter:{name}")).status_code == 403


def test_who_was_taken_out_of_the_project_is_gone_for_the_hiring_manager(
    ada, hal, mae, project, browse
):
    projects.save_to_project(ada, mae, project=project)
    pipeline.archive(ada, [mae], project=project)
    assert browse(hal).get(mae.get_absolute_url()).status_code == 404


def test_without_a_session_one_is_sent_to_sign_in(client, mae):
    response = client.get(mae.get_absolute_url())
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


@pytest.mark.parametrize("nonsense", ["x", "%00%00%00%00%00%00%00%00%00%00%00", "AAAAAAAAAAA"])
def test_nonsense_is_not_found(ada, browse, nonsense):
    assert browse(ada).get(f"/talent/profile/{nonsense}/").status_code == 404


# ----------------------------------------------------------------------------------- what is kept
def test_looking_counts_once_a_day(ada, bo, mae, browse):
    for seat in (ada, ada, bo):
        browse(seat).get(mae.get_absolute_url())
    viewed = Activity.objects.filter(member=mae, verb=Activity.Verb.VIEWED)
    assert viewed.count() == 2
    viewed.update(at=timezone.now() - timedelta(days=1))
    browse(ada).get(mae.get_absolute_url())
    assert viewed.count() == 3


def test_the_page_costs_the_same_however_long_the_career(ada, ats, mae, browse):
    guide.mae_in(ats, mae)
    client = browse(ada)
    client.get(mae.get_absolute_url())

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(mae.get_absolute_url())
        return len(captured)

    with_one = queries()
    for number in range(10):
        factories.PositionFactory(member=mae)
        Education.objects.create(member=mae, school=f"School {number}")
        opened = projects.create_project(ada, name=f"Project {number}")
        projects.save_to_project(ada, mae, project=opened)
    assert queries() == with_one
    assert with_one <= 24  # whichever tab is open; 2 more to open one

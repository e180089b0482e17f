"""The demo's world: the guide's people, loaded once however often it is asked."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from oauth2_provider.models import get_application_model

from ats_sync.models import Ats, Integration, IntegrationSetting
from recruiter.connections import degree_label
from recruiter.models import (
    Activity,
    Connection,
    Follow,
    InMail,
    Member,
    MemberAttachment,
    MemberTag,
    Project,
    Prospect,
    RecruiterNote,
    Reminder,
    Review,
)
from rsc.demo import people, world
from rsc.models import AuditEntry, Company, Seat, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_settings(settings):
    settings.CALLBACKS_MAY_BE_PRIVATE = True


@pytest.fixture
def demo(db) -> world.World:
    return world.load(crowd=0)


def everything() -> dict[str, int]:
    kinds = (
        User, Company, Seat, Member, Project, Prospect, Activity, InMail, RecruiterNote,
        Connection, MemberTag, Reminder, Follow, Review, MemberAttachment,
        Ats, Integration, IntegrationSetting, get_application_model(), AuditEntry,
    )  # fmt: skip
    return {kind.__name__: kind.objects.count() for kind in kinds}


def seat(username: str) -> Seat:
    return people.seat_of(username)


def member(slug: str) -> Member:
    return Member.objects.get(slug=slug)


def test_the_second_time_adds_and_changes_nothing(demo, drain):
    drain()
    before = everything()
    assert world.load(crowd=0) == demo
    assert everything() == before
    assert drain() == 0


def test_no_part_of_mae_s_profile_is_empty(demo, browse):
    """The tabs and the desk of the guide's sample page, as Riya opens it on the first day."""
    client, mae = browse(seat("riya")), member("mae-norris")
    for tab, word in (
        ("profile", "silver medalist"),
        ("profile", "Ask Mae whether"),
        ("feedback", "ready for the next step"),
        ("attachments", "call notes"),
    ):
        page = client.get(mae.get_absolute_url(), {"tab": tab}).content.decode()
        assert word in page
    assert "Account Executive" in client.get("/talent/feed/").content.decode()


def test_every_login_works_and_the_roles_are_those_of_the_demo_file(demo):
    assert [login.role for login in demo.logins] == [
        "recruiter", "colleague", "administrator", "hiring_manager", "other_company", "member",
    ]  # fmt: skip
    for login in demo.logins:
        answer = Client().post(
            "/accounts/login/", {"login": login.username, "password": login.password}
        )
        assert answer.status_code == 302


def test_the_administrator_reaches_the_admin_pages_and_nobody_else_does(demo):
    staff = User.objects.filter(is_staff=True)
    assert [user.username for user in staff] == ["alex"]


def test_mae_stands_where_the_guide_shows_her(demo):
    mae = member("mae-norris")
    prospect = mae.prospects.get()
    assert prospect.project.name == "Account Managers • SF (FYQ1)"
    assert (prospect.stage.name, f"{prospect.stage_since:%B %-d, %Y}") == (
        "Contacted",
        "July 12, 2018",
    )
    assert mae.emails.get().address == "mnorris@gmail.com"
    assert (mae.phones.get().number, mae.phones.get().kind) == ("(312) 123-4567", "mobile")
    assert degree_label(seat("riya"), mae) == "3rd"


def test_catherine_stands_where_the_guide_shows_her(demo):
    catherine = member("catherine-silva")
    assert degree_label(seat("riya"), catherine) == "2nd"
    assert [
        (activity.get_verb_display(), activity.seat.user.full_name)
        for activity in Activity.objects.visible_to(seat("riya")).filter(
            member=catherine, at__year=2014
        )
    ] == [("Viewed by", "Roberto Harrison"), ("Saved to project by", "John Smith")]
    recommendation = catherine.recommendations.get()
    assert recommendation.author == member("barbara-allen")
    assert recommendation.author_headline == "Software Engineer at Acme"
    assert catherine.recruiter_notes.count() == 2
    assert {thread.subject for thread in catherine.conversations.all()} == {
        "Interested in Chatting?",
        "Want to change the world?",
    }


def test_people_with_a_profile_have_one_public_id_for_both(demo):
    rebecca = User.objects.get(username="rebecca")
    assert rebecca.member == member("rebecca-best")
    assert rebecca.member.public_id == rebecca.person_id


def test_the_ats_is_switched_on_at_both_levels(demo, settings):
    ats = Ats.objects.get()
    assert ats.name == "Acme ATS"
    assert set(ats.integrations.values_list("status", flat=True)) == {"ENABLED"}
    assert {integration.context.kind for integration in ats.integrations.all()} == {
        "organization",
        "contract",
    }
    theirs, ours = ats.application.script_origins
    assert (theirs, ours) == ("http://127.0.0.1:8001", settings.BASE_URL)


def test_what_people_changed_stays_changed(demo):
    Integration.objects.update(status=Integration.Status.DISABLED)
    IntegrationSetting.objects.filter(key="APPLICATION_VIEWERS").delete()
    Prospect.objects.filter(member=member("mae-norris")).delete()
    world.load(crowd=0)
    assert not Integration.objects.enabled().exists()
    assert not IntegrationSetting.objects.filter(key="APPLICATION_VIEWERS").exists()
    assert not member("mae-norris").prospects.exists()


def test_addresses_follow_the_port_of_the_ats(demo, settings):
    settings.DEMO_ATS_PORT = 9001
    world.load(crowd=0)
    assert Ats.objects.get().application.script_origins[0] == "http://127.0.0.1:9001"
    callback = IntegrationSetting.objects.get(key="CALLBACK_URL")
    assert callback.value == "http://127.0.0.1:9001/callback"


def test_another_secret_key_gives_other_logins_and_secrets_that_can_be_read(demo, settings):
    settings.SECRET_KEY = "another key, as after a lost state folder"
    again = world.load(crowd=0)
    assert again.logins[0].password != demo.logins[0].password
    assert again.partner.customer.client_secret != demo.partner.customer.client_secret
    assert again.partner.customer.client_id == demo.partner.customer.client_id


def test_a_crowd_is_made_once(db):
    world.load(crowd=30)
    count = Member.objects.count()
    world.load(crowd=30)
    assert Member.objects.count() == count


def test_a_database_of_somebody_else_is_left_alone(freshing):
    Company.objects.update(name="A company that really works here")
    with pytest.raises(CommandError, match="not the demo's"):
        call_command("seed_demo")
    assert not Member.objects.exists()

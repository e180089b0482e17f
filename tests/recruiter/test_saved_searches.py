"""Saved searches, alerts on them, and the history: whose they are, who hears what and when."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from recruiter import search, search_alerts
from recruiter.models import Member, SavedSearch, SearchAlert, SearchRun
from recruiter.tasks import sweep_searches
from tests import factories
from tests.pages import text_of

pytestmark = pytest.mark.django_db
LIST = "/talent/searches/"
PILOTS = "title=Pilot"


def make_pilot(name: str, **facts) -> Member:
    first, last = name.split()
    member = factories.MemberFactory(first_name=first, last_name=last, **facts)
    factories.PositionFactory(member=member, title="Pilot")
    search.index().put([member.pk])
    return member


@pytest.fixture
def save(browse):
    """Save a search as somebody does."""

    def post(seat, query=PILOTS, **fields):
        answer = browse(seat).post(
            reverse("recruiter:save_search"),
            {"query": query, "name": "Pilots", "by_mail": "on", **fields},
            follow=True,
        )
        assert answer.status_code == 200
        return answer

    return post


@pytest.fixture
def tomorrow(drain, django_capture_on_commit_callbacks):
    """Let the clock's job run some days from now."""

    def run(days: float = 1.01) -> int:
        found = search_alerts.run_due(timezone.now() + timedelta(days=days))
        drain()
        return found

    return run


def test_a_search_is_saved_with_all_that_it_asks_and_opened_again(ada, browse, save):
    page = save(ada, query="q=jet&title=Pilot&order=recent&page=3")
    assert "“Pilots” is saved." in text_of(page)
    listed = browse(ada).get(LIST)
    assert (
        'href="/talent/search/?q=jet&amp;title=Pilot&amp;order=recent"' in listed.content.decode()
    )
    assert "Only you see it" in text_of(listed)


def test_a_name_given_twice_takes_the_new_question(ada, save):
    save(ada, frequency="daily")
    save(ada, query="title=Clerk", name="PILOTS", frequency="daily")
    saved = SavedSearch.objects.get()
    assert (saved.name, saved.query) == ("Pilots", "title=Clerk")


def test_a_personal_search_is_nobody_elses_and_a_projects_is_its_peoples(
    ada, bo, cy, di, browse, save
):
    project = factories.ProjectFactory(owner=ada, private=True)
    project.team.create(seat=bo, rights="view")
    save(ada, name="Mine alone")
    save(ada, name="For the team", project=project.pk)
    assert "Mine alone" not in text_of(browse(bo).get(LIST))
    assert "For the team" in text_of(browse(bo).get(f"{LIST}?project={project.pk}"))
    for stranger in (cy, di):
        assert "For the team" not in text_of(browse(stranger).get(LIST))
        assert browse(stranger).get(f"{LIST}?project={project.pk}").status_code == 404


def test_who_may_only_look_changes_only_their_own_alert(ada, bo, browse, save):
    project = factories.ProjectFactory(owner=ada)
    save(ada, project=project.pk)
    pk = SavedSearch.objects.get().pk
    project.team.create(seat=bo, rights="view")
    answer = browse(bo).post(
        reverse("recruiter:edit_search", args=[pk]), {"name": "Stolen", "frequency": "weekly"}
    )
    assert answer.status_code == 302
    assert SavedSearch.objects.get().name == "Pilots"
    assert SearchAlert.objects.get().seat == bo
    assert browse(bo).post(reverse("recruiter:delete_search", args=[pk])).status_code == 404


def test_a_search_is_saved_only_into_projects_that_one_may_work_in(ada, bo, browse):
    project = factories.ProjectFactory(owner=ada, private=True)
    fields = {"query": PILOTS, "name": "Pilots", "project": project.pk}
    page = browse(bo).post(reverse("recruiter:save_search"), fields)
    assert "Select a valid choice" in text_of(page)
    assert not SavedSearch.objects.exists()


def test_it_is_renamed_paused_and_deleted_after_a_question(ada, browse, save):
    save(ada, frequency="daily")
    pk, client = SavedSearch.objects.get().pk, browse(ada)
    client.post(reverse("recruiter:edit_search", args=[pk]), {"name": "Jets", "frequency": "daily"})
    assert SavedSearch.objects.get().name == "Jets"
    page = client.post(reverse("recruiter:pause_alert", args=[pk]), follow=True)
    assert "The alert on “Jets” is paused." in text_of(page)
    assert "Delete “Jets” for good?" in text_of(
        client.get(reverse("recruiter:delete_search", args=[pk]))
    )
    client.post(reverse("recruiter:delete_search", args=[pk]))
    assert not SavedSearch.objects.exists()


def test_an_alert_tells_new_people_once_on_the_start_page_and_by_mail(ada, browse, save, tomorrow):
    make_pilot("Old Hand")
    save(ada, frequency="daily")
    assert tomorrow(0.5) == 0  # not due
    assert tomorrow(1.01) == 0  # due, and nobody is new
    make_pilot("New Wings", headline="Captain")
    factories.PositionFactory(member=factories.MemberFactory(), title="Clerk")
    assert tomorrow(2.02) == 1
    assert tomorrow(3.03) == 0
    assert "1 new person for Pilots" in text_of(browse(ada).get(reverse("recruiter:home")))
    [letter] = mail.outbox
    assert letter.subject == "1 new for “Pilots”"
    assert "New Wings, Captain" in letter.body
    assert "Old Hand" not in letter.body
    page = browse(ada).get(re.search(r"/talent/searches/finds/\d+/", letter.body)[0])
    assert "New Wings" in text_of(page)
    assert "Old Hand" not in text_of(page)


def test_somebody_is_new_for_a_changed_title_too_and_never_twice(ada, save, tomorrow):
    clerk = factories.MemberFactory()
    position = factories.PositionFactory(member=clerk, title="Clerk")
    save(ada, frequency="daily")
    for days, title, found in ((1.1, "Pilot", 1), (2.1, "Clerk", 0), (3.1, "Pilot", 0)):
        type(position).objects.filter(pk=position.pk).update(title=title)
        search.index().put([clerk.pk])
        assert tomorrow(days) == found


def test_a_weekly_alert_waits_a_week_and_a_paused_one_until_it_goes_on(ada, browse, save, tomorrow):
    save(ada, frequency="weekly")
    make_pilot("New Wings")
    assert tomorrow(6.9) == 0
    pause = reverse("recruiter:pause_alert", args=[SavedSearch.objects.get().pk])
    browse(ada).post(pause)
    assert tomorrow(7.1) == 0
    browse(ada).post(pause)
    assert tomorrow(7.2) == 1


def test_who_lost_the_project_or_the_seat_hears_no_more(ada, bo, browse, save, tomorrow):
    project = factories.ProjectFactory(owner=ada)
    save(ada, project=project.pk, frequency="daily")
    edit = reverse("recruiter:edit_search", args=[SavedSearch.objects.get().pk])
    browse(bo).post(edit, {"frequency": "daily", "by_mail": "on"})
    project.private = True
    project.save()
    make_pilot("New Wings")
    assert tomorrow() == 1
    assert [letter.to for letter in mail.outbox] == [[ada.user.email]]
    assert "New" not in text_of(browse(bo).get(reverse("recruiter:feed"))).replace("News", "")


def test_an_alert_finds_what_its_own_seat_may(ada, hal, browse, save, tomorrow):
    project = factories.ProjectFactory(owner=ada)
    save(ada, project=project.pk, frequency="daily")
    edit = reverse("recruiter:edit_search", args=[SavedSearch.objects.get().pk])
    browse(hal).post(edit, {"frequency": "daily"})
    make_pilot("New Wings")
    assert tomorrow() == 1  # Ada's only: a hiring manager sees the people of projects
    factories.ProspectFactory(member=Member.objects.get(), stage__project=project)
    assert tomorrow(2.02) == 1
    assert "1 new person for Pilots" in text_of(browse(hal).get(reverse("recruiter:home")))


def test_one_press_without_signing_in_stops_the_mail_and_nothing_else(ada, client, save, tomorrow):
    save(ada, frequency="daily")
    make_pilot("New Wings")
    tomorrow()
    [letter] = mail.outbox
    address = letter.extra_headers["List-Unsubscribe"].strip("<>").split("/", 3)[3]
    assert "Stop the e-mails" in text_of(client.get(f"/{address}"))
    assert SearchAlert.objects.get().by_mail  # a mail program that looks ahead stops nothing
    assert "No more e-mails" in text_of(client.post(f"/{address}"))
    make_pilot("More Wings")
    assert tomorrow(2.02) == 1
    assert len(mail.outbox) == 1


def test_the_history_keeps_each_search_once_for_its_own_seat(ada, bo, browse):
    client = browse(ada)
    for query in ("q=pilot", "q=clerk", "q=pilot", "q=pilot&page=2", ""):
        client.get(f"{reverse('recruiter:search')}?{query}")
    assert list(SearchRun.objects.values_list("query", flat=True)) == ["q=pilot", "q=clerk"]
    page = text_of(client.get(reverse("recruiter:search_history")))
    assert "“pilot”" in page
    assert "“pilot”" not in text_of(browse(bo).get(reverse("recruiter:search_history")))


def test_the_history_can_be_cleared_refused_and_ends_after_90_days(ada, bo, browse):
    client, other = browse(ada), browse(bo)
    for each in (client, other):
        each.get(f"{reverse('recruiter:search')}?q=pilot")
    client.post(reverse("recruiter:search_history"))
    assert SearchRun.objects.get().seat == bo
    SearchRun.objects.update(at=timezone.now() - timedelta(days=91))
    assert sweep_searches() == 1
    other.get(f"{reverse('recruiter:search')}?q=pilot")
    other.post(reverse("recruiter:preferences"), {"views_privately": ""})  # keep none
    other.get(f"{reverse('recruiter:search')}?q=pilot")
    assert not SearchRun.objects.exists()

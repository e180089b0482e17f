"""Reports: each figure, who may read them, and what they cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from ats_sync import exports
from ats_sync.models import Export, IntegrationSetting
from recruiter import activity, inmail, notes, projects
from recruiter.models import Activity, Conversation
from rsc.models import AuditEntry, Seat
from tests import factories

pytestmark = pytest.mark.django_db
REPORTS = "/ats/reports/"


@pytest.fixture
def chief(contract) -> Seat:
    """The administrator of Ada's contract."""
    user = factories.UserFactory(username="chief", first_name="Chi", last_name="Ef")
    return factories.SeatFactory(contract=contract, user=user, role=Seat.Role.ADMINISTRATOR)


@pytest.fixture
def figures(chief, browse):
    """The rows of a report's CSV file, as lists of cells."""
    client = browse(chief)

    def ask(key: str, **period: str) -> list[list[str]]:
        response = client.get(REPORTS, {"csv": key, **period})
        assert response["Content-Type"].startswith("text/csv")
        text = response.content.decode("utf-8-sig")
        return [line.split(",") for line in text.splitlines()[1:]]

    return ask


@pytest.fixture
def applied(ats, mae):
    """Mae's application, matched with her."""
    candidate = factories.CandidateFactory(ats=ats)
    factories.MatchFactory(candidate=candidate, member=mae)

    def apply(at):
        return factories.ApplicationFactory(candidate=candidate, external_created_at=at)

    return apply


def test_use_by_seat_counts_deeds(figures, ada, bo, mae, di):
    activity.record(ada, mae, Activity.Verb.VIEWED)
    inmail.send(ada, mae, subject="A", body="B")
    notes.add(ada, mae, "C", visibility="private")
    activity.record(di, mae, Activity.Verb.SAVED)
    rows = {row[0]: row[1:] for row in figures("use-by-seat")}
    assert set(rows) == {"Ada Recruiter", "Bo Colleague", "Chi Ef"}
    assert rows["Ada Recruiter"] == ["Recruiter", "Active", "1", "1", "0", "0", "1", "1"]
    assert rows["Bo Colleague"] == ["Recruiter", "Active", "0", "0", "0", "0", "0", "0"]


def test_use_by_project_leaves_out_what_the_reader_may_not_see(figures, ada, mae):
    for name, private in (("Open one", False), ("Secret one", True)):
        project = projects.create_project(ada, name=name, private=private)
        projects.save_to_project(ada, mae, project=project)
    inmail.send(ada, mae, subject="A", body="B")
    assert figures("use-by-project") == [["Open one", "Ada Recruiter", "1", "0", "1", "0", "1"]]


def test_inmail_response_by_seat(figures, ada, mae):
    thread = inmail.send(ada, mae, subject="A", body="B")
    inmail.send(ada, factories.MemberFactory(), subject="A", body="B")
    inmail.reply(mae, thread, "", interested=True)
    answered = Conversation.objects.filter(pk=thread.pk)
    answered.update(answered_at=thread.started_at + timedelta(hours=3))
    row = ["Ada Recruiter", "2", "1", "0.500", "1", "0", "3 h"]
    assert figures("inmail-response") == [row]


def test_exports_and_what_became_of_them(figures, ada, ats, mae):
    arrived = exports.export(ada, mae, factories.JobPostingFactory(ats=ats))
    exports.export(ada, mae, factories.JobPostingFactory(ats=ats))
    late = arrived.created_at + timedelta(minutes=30)
    Export.objects.filter(pk=arrived.pk).update(linked_at=late)
    row = ["Acme ATS", "Ada Recruiter", "2", "1", "0.500", "1", "0", "0", "30 min"]
    assert figures("exports") == [row]


def test_time_from_source_to_applied(figures, ada, mae, applied):
    now = timezone.now()
    for days in (5, 9):
        activity.record(ada, mae, Activity.Verb.SAVED)
        Activity.objects.filter(at__gte=now).update(at=now - timedelta(days=days))
    applied(now - timedelta(days=5))
    applied(now - timedelta(days=20))
    assert figures("source-to-applied") == [["Acme ATS", "2", "1", "0.500", "4.0 days"]]


def test_past_applicants_contacted(figures, ada, mae, applied):
    applied(timezone.now() - timedelta(days=400))
    inmail.reply(mae, inmail.send(ada, mae, subject="A", body="B"), "Yes")
    inmail.send(ada, factories.MemberFactory(), subject="A", body="B")
    rows = [["Past applicants", "1", "1", "1.000"], ["Others", "1", "0", "0.000"]]
    assert figures("past-applicants") == rows


def test_no_figure_tells_of_hidden_applications(figures, ada, mae, applied):
    applied(timezone.now() - timedelta(days=3))
    IntegrationSetting.objects.filter(key="APPLICATION_VIEWERS").delete()
    inmail.send(ada, mae, subject="A", body="B")
    assert figures("source-to-applied") == []
    assert figures("past-applicants") == [["Others", "1", "0", "0.000"]]


def test_the_period_is_chosen_and_nonsense_is_set_right(figures, chief, browse, ada, mae):
    inmail.send(ada, mae, subject="A", body="B")
    Conversation.objects.update(started_at=timezone.now() - timedelta(days=60))
    assert figures("inmail-response") == []
    long_ago = str((timezone.now() - timedelta(days=90)).date())
    assert len(figures("inmail-response", **{"from": long_ago})) == 1
    for odd in ("x", "2020-13-40", "9999-01-01", "0001-01-01"):
        page = browse(chief).get(REPORTS, {"from": odd, "to": odd})
        assert page.status_code == 200, odd
    long = browse(chief).get(REPORTS, {"from": "2001-01-01", "to": "2024-01-02"}).content.decode()
    assert "three years at most, so this one begins on December 30, 2020" in long
    assert "three years at most" not in browse(chief).get(REPORTS).content.decode()


def test_the_page_defines_its_figures_and_draws_a_chart(chief, browse, ada, mae):
    inmail.send(ada, mae, subject="A", body="B")
    page = browse(chief).get(REPORTS).content.decode()
    assert "the median from the first message to the first answer" in page
    assert re.search(r"<title>Week of [A-Z]\w+ \d+, \d{4}: 1 begun, 0 answered</title>", page)
    assert "Mae" not in strip_tags(page)
    assert 'href="/ats/reports/" aria-current="page"' in page


def test_only_administrators_read_and_only_their_own_contract(browse, ada, hal, cy, chief, mae):
    for seat in (ada, hal, cy):
        assert browse(seat).get(REPORTS).status_code == 403
    stranger = factories.SeatFactory(contract=cy.contract, role=Seat.Role.ADMINISTRATOR)
    notes.add(ada, mae, "C")
    for seat in (stranger, chief):
        page = browse(seat).get(REPORTS).content.decode()
        assert ("Ada Recruiter" in page) is (seat == chief)
    assert browse(chief).get(REPORTS, {"csv": "nonsense"}).status_code == 404
    assert browse(chief).post(REPORTS).status_code == 405


def test_a_name_that_is_a_formula_stays_a_name(figures, ada):
    type(ada.user).objects.filter(pk=ada.user.pk).update(first_name="=1+1")
    assert [row[0] for row in figures("use-by-seat") if "1+1" in row[0]] == ["'=1+1 Recruiter"]


def test_operators_read_any_contract_and_it_is_audited(root, browse, ada, chief, mae):
    projects.create_project(ada, name="Secret one", private=True)
    projects.save_to_project(ada, mae, project=projects.Project.objects.get())
    client = browse(root)
    assert "Choose a contract" in client.get("/admin/ats_sync/reports/").content.decode()
    page = client.get("/admin/ats_sync/reports/", {"contract": ada.contract_id}).content.decode()
    assert "Secret one" in page
    entry = AuditEntry.objects.get(verb="report.read")
    assert (entry.actor, entry.subject) == (root, str(ada.contract.urn))
    asked = {"contract": ada.contract_id, "csv": "exports"}
    assert client.get("/admin/ats_sync/reports/", asked)["Content-Type"].startswith("text/csv")
    helper = factories.UserFactory(is_staff=True)
    assert browse(helper).get("/admin/ats_sync/reports/").status_code == 403
    for name in ("view_contract", "view_seat"):
        helper.user_permissions.add(Permission.objects.get(codename=name))
    assert browse(helper).get("/admin/ats_sync/reports/").status_code == 200


def test_more_rows_cost_no_more_queries(chief, browse, ada, bo, ats, mae):
    client = browse(chief)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(REPORTS)
        return len(queries)

    def work(seat: Seat) -> None:
        inmail.send(seat, factories.MemberFactory(), subject="A", body="B")
        projects.save_to_project(
            seat, mae, project=projects.create_project(seat, name=f"P{seat.pk}")
        )
        exports.export(seat, mae, factories.JobPostingFactory(ats=ats))

    work(ada)
    cost()
    before = cost()
    work(bo)
    work(chief)
    assert cost() == before

"""What a seat may not see leaves no trace: every page reads the same whether it is there or not.

Not only names: no count, badge, facet, Spotlight, suggestion or reason may tell (design.md 5.3).
So each page is read before hidden records come and after, and compared letter for letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse

from ats_sync import acls, application_history, applications, candidates, exports, notes
from ats_sync.acls import Assignment, SecuredEntity
from ats_sync.models import Ats, IntegrationSetting, Match
from recruiter import activity, inmail, reminders, search
from recruiter.models import Activity, Member
from rsc.models import Seat
from tests import factories
from tests.ats_sync import records
from tests.house.test_strangers import OBJECTS, OPEN_TO_ALL_SEATS, address, pages, searches
from tests.widget.conftest import HOST, Bearer
from widget import tickets

pytestmark = pytest.mark.django_db
HIDDEN = "Zanzibar"  # stands in every hidden record
# What differs between two readings of one page: its secrets against forgery, and how long ago.
BY_CHANCE = re.compile(
    r'(name="csrfmiddlewaretoken" value=|"x-csrftoken": |nonce=)"[^"]*"|'
    r">(now|an?|\d+)(\s(second|minute)s?\sago)?</time>"
)
SEARCHES = (
    {},
    {"q": "norris"},
    {"q": "account OR pilot"},
    {"q": HIDDEN},
    {"spotlight": "past_applicants"},
    {"spotlight": "company_connections"},
    {"ats": "any"},
    {"ats.not": "any"},
    {"ats": "Acme ATS"},
    *({kind: HIDDEN} for kind in ("ats_job", "ats_stage", "ats_source")),
    *({f"{kind}.not": HIDDEN} for kind in ("ats_job", "ats_stage", "ats_source")),
    {"applied": "2000..2035"},
    {"size": "100", "sort": "name"},
)
PANELS = ("ats", "ats_job", "ats_stage", "ats_source", "applied", "project", "activity", "title")
TYPED = ("ats", "ats_job", "ats_stage", "ats_source", "title", "company", "skill")


@pytest.fixture
def acme(ats: Ats) -> Ats:
    """The cast's ATS: a requisition is seen by those of its ACL; who is known there alone, too."""
    IntegrationSetting.objects.filter(integration__ats=ats).delete()
    ats.company.finds_ats_only = True
    ats.company.save()
    ats.application.script_origins = [HOST]
    ats.application.save()
    return ats


@pytest.fixture
def mae_and_ann(acme, ada, bo, mae, drain) -> tuple[Member, Member]:
    """Two members with all that Ada keeps of them; of Ann she sees an application, too."""
    ann = factories.MemberFactory(first_name="Ann", last_name="Open", headline="Pilot")
    factories.PositionFactory(member=ann, title="Pilot")
    factories.MemberEmailFactory(member=ann, address="ann@open.test")
    seen = {"first_name": "Ann", "last_name": "Open", "emails": ["ann@open.test"]}
    candidates.upsert(acme, [records.candidate("C-OPEN", **seen)])
    applications.upsert(acme, [_application("A-OPEN", "C-OPEN", "Pilot", access_restricted=False)])
    told(acme, "OPEN", "Fine")
    stage = factories.ProjectStageFactory(project__owner=ada, project__name="Pilots")
    for member in (mae, ann):
        factories.ProspectFactory(stage=stage, member=member)
        activity.record(bo, member, Activity.Verb.VIEWED)
        inmail.reply(member, inmail.send(ada, member, subject="A", body="B"), "Yes")
    reminders.remind(ada, [mae], due_on=factories.LONG_AGO.date(), text="Call")
    searches(ada)
    drain()
    search.index().put([mae.pk, ann.pk])
    return mae, ann


def _application(external_id: str, candidate_id: str, job: str, **fields):
    return records.application(
        external_id,
        external_candidate_id=candidate_id,
        external_job_id=job,
        job_name=job,
        **fields,
    )


def told(ats: Ats, application: str, text: str) -> None:
    """A stage, a feedback and a note of an application."""
    number, own = {"external_id": application}, {"external_application_id": f"A-{application}"}
    application_history.upsert_stages(ats, [records.stage(**number, **own, name=text)])
    application_history.upsert_feedback(ats, [records.feedback(**number, **own, text=text)])
    notes.upsert_on_applications(ats, [records.application_note(**number, **own, text=text)])


def hidden_records_come(ats: Ats, members: tuple[Member, Member], bo: Seat) -> None:
    """To one requisition that only Bo's ACL opens: one of each kind that an ATS knows."""
    mae, _ = members
    who = {"first_name": "Mae", "last_name": "Norris", "current_title": HIDDEN}
    sent = {
        "C-LINKED": who | {"emails": ["mnorris@gmail.com"]},
        "C-SUGGESTED": who | {"emails": ["mae@hidden.test"]},
        "C-ANN": {"first_name": "Ann", "last_name": "Open", "emails": ["ann@open.test"]},
        "C-UNKNOWN": {
            "first_name": "Una",
            "last_name": HIDDEN,
            "emails": ["una@hidden.test"],
        },
    }
    applications.upsert(
        ats,
        [_application(f"A-{each}", each, HIDDEN, source=HIDDEN) for each in (*sent, "C-OPEN")],
    )
    candidates.upsert(ats, [records.candidate(each, **facts) for each, facts in sent.items()])
    Match.objects.filter(candidate__external_id="C-SUGGESTED").delete()
    factories.MatchFactory(
        candidate=ats.candidates.get(external_id="C-SUGGESTED"),
        member=mae,
        state=Match.State.SUGGESTED,
        evidence={"label": "Strong", "reasons": [f"+ {HIDDEN}"]},
    )
    for each in (*sent, "C-OPEN"):
        told(ats, each, HIDDEN)
    acls.upsert(ats, [SecuredEntity("BOARD", HIDDEN)])
    acls.upsert_assignees(ats, [Assignment("BOARD", bo.user.person_id)])


def hidden_deeds_are_done(ats: Ats, members: tuple[Member, Member], bo: Seat) -> None:
    """What Bo does about them: exports, a link by hand, one taken away."""
    job = factories.JobPostingFactory(ats=ats, external_id=HIDDEN, title=HIDDEN)
    for member in members:
        exports.export(bo, member, job)
    frame = Bearer(tickets.issue(tickets.Visit(bo, ats, HOST)))
    mae, ann = (each.public_id for each in members)
    for candidate, deed, whose in (
        ("C-UNKNOWN", "link", ann),
        ("C-SUGGESTED", "link", mae),
        ("C-SUGGESTED", "unlink", mae),
    ):
        frame.post(deed, ats_candidate_id=candidate, member=whose)


def addresses(members: tuple[Member, Member]) -> list[str]:
    """Every page with nobody or a member in its address, the search in many ways, and why."""
    mae, ann = members
    about = [{"member": {"public_id": each.public_id}} for each in (mae, ann)]
    found = [
        address(name, world)
        for name in sorted(pages())
        if name.startswith(("recruiter:", "ats:"))
        and (name in OPEN_TO_ALL_SEATS or OBJECTS.get(name, ("", ""))[:2] == ("get", "member"))
        and not re.search(r"panel|suggest|search_history", name)  # whose history is of readings
        for world in about
    ]
    people = urlencode({"person": [each.public_id for each in members]}, doseq=True)
    found += [f"{each}?{people}" for each in found if "/people/" in each]
    found += [f"/talent/search/?{urlencode(each)}" for each in SEARCHES]
    found += [f"/talent/search/panels/{kind}/" for kind in PANELS]
    found += [f"/talent/search/suggest/{kind}/?{kind}.text={HIDDEN[:3]}" for kind in TYPED]
    found += [f"/ats/people/only/?{urlencode({'q': text})}" for text in ("", "una", HIDDEN)]
    tabs = ("", "?tab=ats", "?tab=projects", "?tab=messages", "?tab=attachments", "?tab=feedback")
    found += [f"{each.get_absolute_url()}{tab}" for each in members for tab in tabs]
    found += [each.get_absolute_url() for each in mae.conversations.all()]
    found += [f"/talent/projects/{each.stage.project_id}/" for each in mae.prospects.all()]
    return sorted(set(found))


@pytest.fixture
def read(browse, acme, mae_and_ann) -> Callable[[Seat], dict[str, str]]:
    """All that a seat can read: pages, the search's also as htmx asks them, and the widget."""

    def read(seat: Seat) -> dict[str, str]:
        client, found = browse(seat), {}
        for each in addresses(mae_and_ann):
            for part in (False, True)["/panels/" in each : 1 + ("/search/" in each)]:
                answer = client.get(each, headers={"HX-Request": "true"} if part else {})
                found[f"{each} {'part' if part else ''}"] = _lasting(answer)
        frame = Bearer(tickets.issue(tickets.Visit(seat, acme, HOST)))
        for candidate in ("C-OPEN", "C-LINKED", "C-SUGGESTED", "C-UNKNOWN"):
            for deed in ("content", "members"):
                answer = frame.post(deed, ats_candidate_id=candidate, name="Norris")
                found[f"{deed} {candidate}"] = _lasting(answer)
        return found

    return read


def _lasting(answer: HttpResponse) -> str:
    """A page without what differs between two readings of it."""
    assert answer.status_code < 500
    return f"{answer.status_code} {BY_CHANCE.sub('', answer.content.decode())}"


@pytest.fixture
def chief(contract) -> Seat:
    """The administrator of Ada's contract, who reads its reports and is of no ACL."""
    return factories.SeatFactory(contract=contract, role=Seat.Role.ADMINISTRATOR)


@pytest.fixture
def records_come(acme, mae_and_ann, bo) -> Callable[[], None]:
    return lambda: hidden_records_come(acme, mae_and_ann, bo)


@pytest.fixture
def deeds_are_done(acme, mae_and_ann, bo) -> Callable[[], None]:
    return lambda: hidden_deeds_are_done(acme, mae_and_ann, bo)


def test_no_page_tells_a_colleague_of_a_hidden_record(
    ada, read, records_come, deeds_are_done, drain
):
    read(ada)  # which leaves traces of its own: seen, searched
    before = read(ada)
    records_come()
    deeds_are_done()
    drain()
    after = read(ada)
    assert [each for each in before if before[each] != after[each]] == []


def test_no_report_tells_an_administrator_of_a_hidden_record(chief, browse, records_come, drain):
    before = _lasting(browse(chief).get("/ats/reports/"))
    records_come()
    drain()
    assert _lasting(browse(chief).get("/ats/reports/")) == before


def test_whom_the_requisition_is_open_to_reads_of_it(bo, read, records_come, deeds_are_done, drain):
    """Without this the tests above would pass on empty pages."""
    records_come()
    deeds_are_done()
    drain()
    telling = " ".join(each for each, text in read(bo).items() if HIDDEN in text)
    for place in (
        "/history/", "/indicator/", "/status/", "/feedback/", "/ats/people/only/", "/ats/exports/",
        "?ats_job=", "panels/ats_stage/", "suggest/ats_job/", "content C-UNKNOWN",
    ):  # fmt: skip
        assert place in telling, place
